"""Answers composed of the evidence's own sentences: nothing invented, every sentence cited."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.inference.models import EvidencePassage, GenerationRequest

_WORD = re.compile(r"\w+")
_BULLET = re.compile(r"^\s*(?:[-*•·▪–—+]|(?P<number>\d{1,2})[.)])\s+")
_MARKER = re.compile(r"\s*\[\s*\d+(?:\s*[,;-]\s*\d+)*\s*\]")
_END = re.compile(r"(?P<stop>[.!?…:;؟۔]+)$")
# A sentence that opens with one of these leans on the sentence before it.
_LEANING = re.compile(
    r"^(?:из них|он[аои]?|его|её|ее|их|это|этот|эта|эти|такой|такая|такие|также|тоже|при этом|"
    r"поэтому|затем|потом|тогда|так|но|а|и|однако|кроме того|"
    r"it|he|she|they|this|these|those|then|also|but|and|however|therefore|"
    r"او|آن|این|آنها|همچنین|اما|و)\b",
    re.IGNORECASE,
)

# Where a splitter took "принятого им. А ещё" for an abbreviation: both halves get the marker.
_INNER_BREAK = re.compile(
    r"(?<=[^\W\d_]{2}[.!?…])\s+(?=(?:А|И|Но|В|На|При|Это|Он|Она|Они|The|It|He|She|But|And|In)\s)"
)

SHORTEST_WORDS: Final = 3
LONGEST_WORDS: Final = 70
HEADING_WORDS: Final = 12
TITLE_WORDS: Final = 5
LIST_LINES: Final = 3
"""Neighbouring lines from which on they are shown as a list."""
KEEP_SHARE: Final = 0.45
"""A further sentence of the best one's passage must reach this share of its score."""
OTHER_SHARE: Final = 0.7
"""A sentence of another passage must reach this share."""
REPEAT_SHARE: Final = 0.7
"""Sentences of two passages that share this much of the shorter one's words say the same."""
SAME_SHARE: Final = 0.9
"""Sentences of one passage are the same only when nearly all words are."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that may be quoted, with its place: passage number and position there."""

    n: int
    position: int
    text: str
    bullet: str
    new_line: bool
    score: float
    stems: frozenset[str]


def compose(request: GenerationRequest) -> list[str]:
    """Pick the best sentences of the evidence and put them into readable order.

    The best sentence decides which passage speaks first; sentences of one passage stay together
    in the order of the source, list items keep their lines, and a sentence that leans on the one
    before it ("Из них ...") brings that one along when there is room.

    Args:
        request: Only ``evidence`` and ``max_sentences`` are read.

    Returns:
        Pieces in reading order, each a quoted sentence with its marker and with the white space
        that goes before it: ``"".join(pieces)`` is the answer. Empty without usable evidence.
    """
    usable = {(s.n, s.position): s for passage in request.evidence for s in _quotable(passage)}
    chosen = _with_lists(_choose(usable, limit=request.max_sentences))
    groups = list(dict.fromkeys(sentence.n for sentence in chosen))
    ordered = sorted(chosen, key=lambda s: (groups.index(s.n), s.position))
    return list(_pieces(_listed(ordered)))


def _quotable(passage: EvidencePassage) -> Iterator[_Sentence]:
    for position, sentence in enumerate(passage.sentences):
        bullet, text = _unbulleted(_clean(sentence.text))
        words = _WORD.findall(text.lower())
        if not SHORTEST_WORDS <= len(words) <= LONGEST_WORDS and not (bullet and words):
            continue
        if text.endswith(("?", "؟")) or (
            not bullet and _is_heading(passage, position, text, len(words))
        ):
            continue
        stems = frozenset(word[:5] for word in words)
        yield _Sentence(passage.n, position, text, bullet, sentence.new_line, sentence.score, stems)


def _clean(text: str) -> str:
    """White space folded; foreign markers away, so that [n] is ours alone."""
    return " ".join(_MARKER.sub("", text).split())


def _unbulleted(text: str) -> tuple[str, str]:
    match = _BULLET.match(text)
    if match is None:
        return "", text
    number = match["number"]
    return (f"{number}. " if number else "• "), text[match.end() :]


def _is_heading(passage: EvidencePassage, position: int, text: str, words: int) -> bool:
    """A short line of its own without a full stop."""
    if words > HEADING_WORDS or _END.search(text):
        return False
    following = passage.sentences[position + 1 : position + 2]
    ends_line = not following or following[0].new_line
    return ends_line and (words <= TITLE_WORDS or passage.sentences[position].new_line)


def _choose(usable: dict[tuple[int, int], _Sentence], *, limit: int) -> list[_Sentence]:
    ranking = sorted(usable.values(), key=lambda s: -s.score)
    chosen: list[_Sentence] = []
    for sentence in ranking:
        if len(chosen) >= limit:
            break
        if chosen and sentence.score < _floor(chosen[0], sentence):
            continue
        if _repeats(sentence, chosen):
            continue
        support = usable.get((sentence.n, sentence.position - 1))
        if _leans(sentence) and support and _fits(support, chosen, limit):
            chosen.append(replace(support, score=sentence.score))
        chosen.append(sentence)
    return chosen


def _with_lists(chosen: Sequence[_Sentence]) -> list[_Sentence]:
    """Leave out "... :" when what it announces was not chosen."""
    places = {(s.n, s.position) for s in chosen}
    return [
        s for s in chosen if not s.text.endswith(":") or (s.n, s.position + 1) in places
    ] or list(chosen)


def _floor(best: _Sentence, further: _Sentence) -> float:
    """The score that a further sentence must reach; scores are z-sums, so the best is above 0."""
    share = KEEP_SHARE if further.n == best.n else OTHER_SHARE
    return share * best.score if best.score > 0 else best.score


def _leans(sentence: _Sentence) -> bool:
    return not sentence.bullet and _LEANING.match(sentence.text) is not None


def _fits(support: _Sentence, chosen: Sequence[_Sentence], limit: int) -> bool:
    return len(chosen) + 2 <= limit and not _repeats(support, chosen)


def _repeats(sentence: _Sentence, chosen: Sequence[_Sentence]) -> bool:
    return any(_says_the_same(sentence, other) for other in chosen)


def _says_the_same(one: _Sentence, other: _Sentence) -> bool:
    """Neighbouring steps share words and are two; the same words in another passage are one."""
    shared = len(one.stems & other.stems)
    if one.n == other.n:
        return shared >= SAME_SHARE * len(one.stems | other.stems)
    return shared >= REPEAT_SHARE * min(len(one.stems), len(other.stems))


def _listed(ordered: Sequence[_Sentence]) -> list[_Sentence]:
    """Give bullets to three or more neighbouring lines: they were a list in the source."""
    result = list(ordered)
    start = 0
    for end in range(1, len(ordered) + 1):
        if end < len(ordered) and _continues(ordered[end - 1], ordered[end]):
            continue
        if end - start >= LIST_LINES:
            result[start:end] = [replace(s, bullet=s.bullet or "• ") for s in ordered[start:end]]
        start = end
    return result


def _continues(previous: _Sentence, sentence: _Sentence) -> bool:
    neighbours = (previous.n, previous.position + 1) == (sentence.n, sentence.position)
    return neighbours and previous.new_line and sentence.new_line


def _pieces(ordered: Sequence[_Sentence]) -> Iterator[str]:
    previous: _Sentence | None = None
    for sentence in ordered:
        text = " ".join(
            marked(part, sentence.n, stop="" if sentence.bullet else ".")
            for part in _INNER_BREAK.split(sentence.text)
        )
        yield _gap(previous, sentence) + sentence.bullet + text
        previous = sentence


def _gap(previous: _Sentence | None, sentence: _Sentence) -> str:
    if previous is None:
        return ""
    if previous.n != sentence.n:
        return "\n\n"
    return "\n" if sentence.bullet or previous.bullet else " "


def marked(text: str, n: int, *, stop: str = "") -> str:
    """Put the marker before the closing stop, so that it belongs to this sentence alone.

    Args:
        text: One sentence.
        n: Number of its passage.
        stop: What closes a text that has no stop of its own.

    Example:
        >>> marked("Варите 20 минут.", 2)
        'Варите 20 минут [2].'
    """
    match = _END.search(text)
    if match is None:
        return f"{text} [{n}]{stop}"
    return f"{text[: match.start()].rstrip()} [{n}]{match['stop']}"
