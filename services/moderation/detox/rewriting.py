"""Polite forms without a model pool: words left out or replaced until the judge is calm."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.moderation.detox.choosing import choose
from services.moderation.detox.dictionary import Dictionary
from services.moderation.detox.editing import EditChance, EditModel
from services.moderation.detox.guarding import LONGEST, Guard, is_calm, is_protected
from services.moderation.detox.models import DetoxResult
from services.moderation.detox.morphology import FUNCTION_WORDS, agreeing, belongs_to, shape
from services.moderation.detox.tidying import cased, tidied
from services.moderation.detox.tokens import Token, is_russian, tokens, unmasked
from services.moderation.models import Check
from services.moderation.ports import TextJudge, TextJudgement

_UNTOUCHED: Final = 0.25
"""A text that is scored less is no matter of politeness."""
_SUSPECT: Final = 0.05
_MOST_ROUNDS: Final = 8
_SURELY_KEPT: Final = 0.85
_MOST_TRIED: Final = 40

_ADDRESSED: Final = frozenset({"ты", "вы"})
_PERSON: Final = frozenset({"человек", "люди"})
"""Nobody says "you person" where they said "you fool"."""

Edits = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PackagedDetoxifier:
    """``Detoxifier`` by what comes with Samovar; some milliseconds a sentence."""

    judge: TextJudge
    model: EditModel
    dictionary: Dictionary

    async def detoxify(self, text: str) -> DetoxResult | None:
        """See ``Detoxifier.detoxify``."""
        return await asyncio.to_thread(self.rewrite, text)

    def rewrite(self, text: str) -> DetoxResult | None:
        """Do it at once."""
        if len(text) > LONGEST:
            return None
        before = self.judge.judge(text)
        if is_calm(before) and before.toxicity < _UNTOUCHED:
            return DetoxResult(
                text=text, changed_spans=(),
                toxicity_before=before.toxicity, toxicity_after=before.toxicity,
            )  # fmt: skip
        if not is_russian(text):
            return None
        draft = _Draft(text, unmasked(tokens(text), text, _disguised(before)), self)
        edits = self._calmed(draft, draft.likely_edits(), before)
        polite = draft.written(edits)
        after = self.judge.judge(polite)
        if not is_calm(after) or not Guard(self.judge).keeps_meaning(text, polite):
            return None
        return DetoxResult(
            text=polite, changed_spans=draft.spans(edits),
            toxicity_before=before.toxicity, toxicity_after=after.toxicity,
        )  # fmt: skip

    def _calmed(self, draft: "_Draft", edits: Edits, before: TextJudgement) -> Edits:
        """Take the edit that calms the judge most, again and again."""
        spans = [span for finding in before.findings for span in finding.spans]
        judged = self.judge.judge(draft.written(edits))
        for _ in range(_MOST_ROUNDS):
            if is_calm(judged):
                break
            tried = [
                (self.judge.judge(draft.written(each)), cost, each)
                for cost, each in draft.further(edits, spans)
            ]
            if not tried:
                break
            judged, _, edits = min(tried, key=lambda one: _rank(*one[:2]))
        return edits


@dataclass(slots=True)
class _Draft:
    """A text being rewritten."""

    text: str
    words: Sequence[Token]
    by: PackagedDetoxifier
    chances: Sequence[EditChance] = ()

    def __post_init__(self) -> None:
        self.chances = self.by.model.chances(self.words)

    def likely_edits(self) -> dict[int, str]:
        """Edit as most rewriters would."""
        found: dict[int, str] = {}
        for at, token in enumerate(self.words):
            if self.chances[at].kept > 1 - _SUSPECT or not _may_change(token):
                continue
            chosen = self.choice(at, may_stay=True)
            if chosen != token.folded:
                found[at] = chosen
        return found

    def further(
        self, edits: Edits, spans: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[float, Edits]]:
        """Give what could be edited besides, and how unlikely a rewriter would.

        A word that rewriters keep and the judge does not point at is left alone.
        """
        suspects = [
            at for at in range(len(self.words)) if at in edits or self._is_suspect(at, spans)
        ]
        for at in sorted(suspects, key=lambda at: self.chances[at].kept)[:_MOST_TRIED]:
            kept = self.chances[at].kept
            if at not in edits:
                yield kept, {**edits, at: self.choice(at, may_stay=False)}
            if edits.get(at) != "":
                yield kept, {**edits, at: ""}

    def _is_suspect(self, at: int, spans: Sequence[tuple[int, int]]) -> bool:
        token = self.words[at]
        is_edited = self.chances[at].kept < _SURELY_KEPT
        return _may_change(token, must=True) and (is_edited or _touches(token, spans))

    def choice(self, at: int, *, may_stay: bool) -> str:
        """Choose what stands for a word."""
        before = self._before(at)
        word = self.words[at].folded
        candidates = self.by.dictionary.candidates(word, before)
        if before in _ADDRESSED:
            candidates = {each: share for each, share in candidates.items() if each not in _PERSON}
        may_go = not (before and belongs_to(before, word))
        if not may_go:
            candidates = {each: share for each, share in candidates.items() if _is_noun(each)}
        return choose(word, self.chances[at], candidates, may_stay=may_stay, may_go=may_go)

    def _before(self, at: int) -> str:
        """Give the word right before, behind whatever rude adjective stands between."""
        if not at or not self.words[at - 1].is_word:
            return ""
        before = self.words[at - 1].folded
        if at > 1 and self.words[at - 2].folded in _ADDRESSED and shape(before).part == "ADJF":
            return self.words[at - 2].folded
        return before

    def written(self, edits: Edits) -> str:
        """Write the text with edits."""
        parts, last = [], 0
        for at, token in enumerate(self.words):
            parts.append(self.text[last : token.start])
            parts.append(self._word(at, edits))
            last = token.end
        parts.append(self.text[last:])
        return tidied("".join(parts), self.text)

    def _word(self, at: int, edits: Edits) -> str:
        token = self.words[at]
        if at in edits:
            return cased(edits[at], token.text)
        follower = edits.get(at + 1, "")
        if follower and token.is_word:
            agreed = agreeing(token.folded, self.words[at + 1].folded, follower)
            if agreed != token.folded:
                return cased(agreed, token.text)
        return token.text

    def spans(self, edits: Edits) -> tuple[tuple[int, int], ...]:
        """Tell where the text was edited."""
        return tuple((self.words[at].start, self.words[at].end) for at in sorted(edits))


def _disguised(judged: TextJudgement) -> dict[tuple[int, int], str]:
    return {
        span: word.word
        for finding in judged.findings if finding.check is Check.OBSCENITY
        for span, word in zip(finding.spans, finding.words, strict=False)
    }  # fmt: skip


def _is_noun(words: str) -> bool:
    return shape(words.rsplit(maxsplit=1)[-1]).part == "NOUN"


def _may_change(token: Token, *, must: bool = False) -> bool:
    if not token.is_word or is_protected(token):
        return False
    known = shape(token.folded)
    return must or known.part not in FUNCTION_WORDS or not known.is_known


def _touches(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(token.start < end and start < token.end for start, end in spans)


def _rank(judged: TextJudgement, kept: float) -> tuple[int, bool, float]:
    """Order edits: no obscene word first, then calm ones by likelihood, then by the judge."""
    spans = {
        span for finding in judged.findings for span in finding.spans
        if finding.check is Check.OBSCENITY
    }  # fmt: skip
    calm = is_calm(judged)
    return len(spans), not calm, kept if calm else judged.toxicity
