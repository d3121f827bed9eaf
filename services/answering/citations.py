"""Markers [n] to citations that hold: what no passage supports does not leave."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import razdel

from services.answering.checking.reading import Readings
from services.answering.evidence import SentenceView
from services.answering.exact_place import exact_place
from services.answering.extractive import marked
from services.answering.models import Citation, RankedPassage
from services.answering.support import SURE, Support, SupportCheck
from services.knowledge.ports import Lemmatizer

_MARKER = re.compile(r"\s*[\[【]\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)[^\]】\d]*[\]】]")
_STOP_THEN_MARKER = re.compile(
    r"(?P<stop>[.!?…]+)(?P<markers>(?:\s*[\[【]\s*\d[\d\s,;]*[^\]】\d]*[\]】])+)"
)
_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\s]*\)")
_LINK = re.compile(r"(?:https?://|tg://|www\.|t\.me/)[^\s<>\[\]()]+|(?<![\w@])@\w{3,}")
_TAG = re.compile(r"<[^<>\n]{1,200}>")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")

LONGEST_QUOTE: Final = 600
"""Characters; of a longer stretch the sentences that fit are quoted, the first one always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedText:
    """An answer of which every sentence is cited and supported.

    Attributes:
        text: With markers; empty when nothing held.
        dropped: Number of sentences that no passage supports.
    """

    text: str
    citations: tuple[Citation, ...]
    dropped: int


@dataclass(frozen=True, slots=True)
class _Kept:
    text: str
    supports: tuple[Support, ...]


class Verifier:
    """Keeps of texts about one piece of evidence what it supports; no sentence is judged twice.

    A text that grows may be verified again and again. Keep one verifier for one answer: it holds
    the evidence and every sentence that it saw.
    """

    def __init__(
        self,
        evidence: Sequence[RankedPassage],
        sentences: Sequence[SentenceView],
        lemmatizer: Lemmatizer,
    ) -> None:
        """Take the passages by number, the first is [1], and all their sentences."""
        self._evidence = evidence
        self._source = " ".join(sentence.text for sentence in sentences)
        self._checks = _checks(evidence, sentences, lemmatizer)
        self._judged: dict[str, _Kept | None] = {}

    def __call__(self, text: str) -> VerifiedText:
        """Keep the sentences that the evidence supports, each with markers that hold.

        Markers of passages that do not support their sentence are dropped; a sentence without any
        is given the first passage that does, or removed. Links and mentions that no passage
        contains are removed, so that a model which obeys its sources still sends nobody anywhere.

        Args:
            text: Written by a backend; markers like [2] or [1, 3], before or after the full stop.
        """
        lines: list[str] = []
        supports: list[Support] = []
        dropped = 0
        for line in self._lines(text):
            kept, lost = self._line(line)
            dropped += lost
            supports.extend(support for sentence in kept for support in sentence.supports)
            if kept or not line.strip():
                lines.append(_bullet(line) + " ".join(sentence.text for sentence in kept))
        tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        return VerifiedText(
            text=tidy, citations=_citations(supports, self._evidence), dropped=dropped
        )

    @property
    def checks(self) -> Mapping[int, SupportCheck]:
        """The passages by number, as sentences are checked against them."""
        return self._checks

    def unread(self, text: str) -> list[str]:
        """List the sentences of a text that were not judged yet, each once."""
        found = (sentence for line in self._lines(text) for sentence in _sentences_of(line))
        return [sentence for sentence in dict.fromkeys(found) if sentence not in self._judged]

    def settle(self, sentence: str, supports: Sequence[Support]) -> None:
        """Let a sentence stand on these passages, or go when there are none."""
        self._judged[sentence] = _kept(claim_of(sentence), supports)

    def _lines(self, text: str) -> list[str]:
        cleaned = _without_foreign_links(text, self._source)
        return _STOP_THEN_MARKER.sub(r"\g<markers>\g<stop>", cleaned).splitlines()

    def _line(self, line: str) -> tuple[list[_Kept], int]:
        found = [self._sentence(sentence) for sentence in _sentences_of(line)]
        kept = [sentence for sentence in found if sentence is not None]
        return kept, len(found) - len(kept)

    def _sentence(self, sentence: str) -> _Kept | None:
        if sentence not in self._judged:
            self.settle(sentence, supports_of(sentence, self._checks))
        return self._judged[sentence]


def verify(
    text: str,
    evidence: Sequence[RankedPassage],
    sentences: Sequence[SentenceView],
    lemmatizer: Lemmatizer,
) -> VerifiedText:
    """Verify one text; see ``Verifier``."""
    return Verifier(evidence, sentences, lemmatizer)(text)


def _checks(
    evidence: Sequence[RankedPassage], sentences: Sequence[SentenceView], lemmatizer: Lemmatizer
) -> dict[int, SupportCheck]:
    readings = Readings(lemmatizer)
    return {
        n: SupportCheck(
            n=n,
            sentences=[s for s in sentences if s.n == n],
            heading=ranked.passage.title,
            lemmatizer=lemmatizer,
            readings=readings,
        )
        for n, ranked in enumerate(evidence, start=1)
    }


def _without_foreign_links(text: str, source: str) -> str:
    plain = _TAG.sub("", _MARKDOWN_LINK.sub(r"\1", text))
    return _LINK.sub(lambda match: match.group() if match.group() in source else "", plain)


def _sentences_of(line: str) -> list[str]:
    return [part.text for part in razdel.sentenize(_BULLET.sub("", line))]


def _bullet(line: str) -> str:
    match = _BULLET.match(line)
    return match.group() if match else ""


def claim_of(sentence: str) -> str:
    """Give a sentence without its markers."""
    return _MARKER.sub("", sentence).strip()


def supports_of(sentence: str, checks: Mapping[int, SupportCheck]) -> list[Support]:
    """Find by the rules what a sentence stands on."""
    return list(_supports(claim_of(sentence), cited_by(sentence), checks))


def _kept(claim: str, supports: Sequence[Support]) -> _Kept | None:
    if not claim or not supports:
        return None
    written = claim
    for support in supports:
        written = marked(written, support.n, stop=".")
    return _Kept(_joined_markers(written), tuple(supports))


def _joined_markers(text: str) -> str:
    return re.sub(r"(?<=\])\s+(?=\[\d\])", "", text)


def cited_by(sentence: str) -> list[int]:
    """List the numbers of a sentence's markers, each once."""
    found = [int(n) for group in _MARKER.findall(sentence) for n in re.findall(r"\d+", group)]
    return list(dict.fromkeys(found))


def _supports(
    claim: str, cited: Sequence[int], checks: Mapping[int, SupportCheck]
) -> Iterator[Support]:
    held = [s for n in cited if n in checks if (s := _supported(claim, n, checks)) is not None]
    if held:
        yield from held
        return
    for n in checks:
        support = _supported(claim, n, checks)
        if support is not None and (support.share >= SURE or not cited):
            yield support
            return


def _supported(claim: str, n: int, checks: Mapping[int, SupportCheck]) -> Support | None:
    """Ask one passage; where it shares few words with the claim, no other may share more.

    Synonyms do not make a passage sure, but tell which one shares more.
    """
    support = checks[n].support(claim)
    if support is None or support.share >= SURE:
        return support
    most = max(check.share(claim) for check in checks.values())
    return support if checks[n].share(claim) >= most else None


def _citations(
    supports: Sequence[Support], evidence: Sequence[RankedPassage]
) -> tuple[Citation, ...]:
    positions: dict[int, list[int]] = {}
    for support in supports:
        positions.setdefault(support.n, []).extend(support.positions)
    return tuple(_citation(n, positions[n], evidence[n - 1]) for n in sorted(positions))


def _citation(n: int, positions: Sequence[int], ranked: RankedPassage) -> Citation:
    passage = ranked.passage
    source = passage.sources[0]
    start, end = _quoted([passage.sentences[position] for position in positions])
    return Citation(
        n=n,
        source=source.source,
        url=exact_place(source.url, passage.text[start:end]),
        title=source.title or passage.title,
        quote=passage.text[start:end],
        members_only=source.members_only,
    )


def _quoted(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Choose one stretch of the source: from the sentence said first, over what stands near it."""
    start, end = spans[0]
    for span in sorted(spans):
        if span[1] - start <= LONGEST_QUOTE:
            end = max(end, span[1])
    for span in sorted(spans, reverse=True):
        if end - span[0] <= LONGEST_QUOTE:
            start = min(start, span[0])
    return start, end
