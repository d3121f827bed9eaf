"""Whether a polite form may be offered: it is calm, and it still says what the text says."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from services.moderation.detox.morphology import FUNCTION_WORDS, shape
from services.moderation.detox.tokens import Token, tokens
from services.moderation.models import Check
from services.moderation.ports import TextJudge, TextJudgement

CALM: Final = 0.5
LONGEST: Final = 4096
"""Characters that a judge looks at."""
_LEAST_KEPT: Final = 0.5
_MOST_LONGER, _SPARE = 1.6, 12
_NEGATIONS: Final = frozenset(
    ["не", "ни", "нет", "нельзя", "без", "никогда", "not", "no", "never", "without", "cannot"]
)
_NUMBER: Final = re.compile(r"\d+")


def is_calm(judgement: TextJudgement) -> bool:
    """Tell whether the judge finds nothing rude, and not one obscene word."""
    obscene = any(finding.check is Check.OBSCENITY for finding in judgement.findings)
    return judgement.toxicity < CALM and not obscene


def is_protected(token: Token) -> bool:
    """Tell whether a word must stay for the meaning's sake: negations and numbers."""
    return token.folded in _NEGATIONS or _NUMBER.search(token.text) is not None


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets through what may be offered, whoever wrote it."""

    judge: TextJudge

    def admits(self, before: str, after: str) -> bool:
        """Judge a polite form beside the text."""
        return is_calm(self.judge.judge(after)) and self.keeps_meaning(before, after)

    def keeps_meaning(self, before: str, after: str) -> bool:
        """Compare content words but the rude ones, negations, numbers and length."""
        if not after.strip() or len(after) > min(LONGEST, _MOST_LONGER * len(before) + _SPARE):
            return False
        if _counts(before) != _counts(after):
            return False
        content = self._plain_content(before)
        kept = _content(tokens(after))
        if not content:
            return bool(kept)
        return len(content & kept) >= _LEAST_KEPT * len(content)

    def _plain_content(self, text: str) -> frozenset[str]:
        rude = [span for finding in self.judge.judge(text).findings for span in finding.spans]
        return _content(
            [token for token in tokens(text)
             if not any(token.start < end and start < token.end for start, end in rude)]
        )  # fmt: skip


def _counts(text: str) -> "Counter[str]":
    found = Counter(token.folded for token in tokens(text) if token.folded in _NEGATIONS)
    return found + Counter(_NUMBER.findall(text))


def _content(words: list[Token]) -> frozenset[str]:
    shapes = (shape(token.folded) for token in words if token.text[0].isalpha())
    return frozenset(each.lemma for each in shapes if each.part not in FUNCTION_WORDS)
