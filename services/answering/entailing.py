"""A model's judgement beside the rules: does the passage mean what the sentence says?

The rules have the last word on numbers, dates, names and denials: what they object to is never
asked. A model drops what its passage contradicts, and keeps what only shares too few words.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from services.answering.citations import (
    VerifiedText,
    Verifier,
    cited_by,
    claim_of,
    supports_of,
)
from services.answering.ports import EntailmentJudge
from services.answering.support import Support, SupportCheck
from services.errors import ModelError, UnavailableError
from services.inference.kinds import Entailment, TextPair
from services.inference.models import CallOptions
from services.inference.ports import Entailer

log = structlog.get_logger(__name__)

ENTAILS: Final = 0.8
"""Probability from which a passage carries a sentence that shares few words with it."""
CONTRADICTS: Final = 0.8
"""Probability from which a passage refutes a sentence that the rules let pass."""
JUDGE_DEADLINE_S: Final = 3.0
"""A person waits: without a judgement by then the rules decide."""
LONGEST_PREMISE: Final = 1200
"""Characters; models of this kind read about 512 tokens, and judge short texts best."""
MOST_CITED: Final = 3
"""Passages that a sentence is compared with for its markers; one more for what they fail to say."""


@dataclass(frozen=True, kw_only=True)
class ModelEntailmentJudge:
    """``EntailmentJudge`` by a model in the pool.

    Attributes:
        deadline_s: Seconds that a text waits for its judgement.
    """

    entailer: Entailer
    deadline_s: float = JUDGE_DEADLINE_S

    async def judge(self, pairs: Sequence[TextPair]) -> tuple[Entailment, ...] | None:
        """See ``EntailmentJudge.judge``."""
        try:
            async with asyncio.timeout(self.deadline_s):
                options = CallOptions(deadline_s=self.deadline_s)
                judged = await self.entailer.entail(pairs, options)
        except (UnavailableError, ModelError, TimeoutError) as error:
            log.warning("citations_without_model", reason=type(error).__name__)
            return None
        return judged if len(judged) == len(pairs) else None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence beside a passage that may carry it.

    Attributes:
        pair: What the judge is asked.
        support: What the sentence stands on if it holds.
        by_rules: The rules found that it holds.
        is_cited: The sentence has the passage's marker.
    """

    pair: TextPair
    support: Support
    by_rules: bool
    is_cited: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked about one sentence.

    Attributes:
        sentence: With its markers.
        certain: Passages that say it word for word.
    """

    sentence: str
    certain: tuple[Support, ...]
    doubts: tuple[Doubt, ...]

    def settled(self, judged: Sequence[Entailment]) -> tuple[Support, ...]:
        """Tell what the sentence stands on; nothing: it goes.

        What the rules found holds unless it is contradicted; beside a contradiction only those
        passages count that entail it. Where the rules found nothing, a passage must entail it, and
        one that is not cited counts when none that is does.

        Args:
            judged: The doubts, in order.
        """
        pairs = list(zip(self.doubts, judged, strict=True))
        refuted = any(d.by_rules and one.contradict >= CONTRADICTS for d, one in pairs)
        held = [
            doubt
            for doubt, one in pairs
            if one.entail >= ENTAILS or (doubt.by_rules and not refuted)
        ]
        cited = [doubt for doubt in held if doubt.is_cited or doubt.by_rules]
        return (*self.certain, *(doubt.support for doubt in cited or held))


class JudgedVerifier:
    """Verifies texts by a ``Verifier``, and asks a judge about each new sentence first.

    A judge that has failed once is not asked again about this answer: its person has waited.
    """

    def __init__(self, verifier: Verifier, judge: EntailmentJudge | None) -> None:
        """Take the verifier of one answer; without a judge the rules decide alone."""
        self._verifier = verifier
        self._judge = judge

    async def __call__(self, text: str) -> VerifiedText:
        """Verify a text off the event loop; see ``Verifier``."""
        if self._judge is not None:
            await self._ask(self._judge, text)
        return await asyncio.to_thread(self._verifier, text)

    async def _ask(self, judge: EntailmentJudge, text: str) -> None:
        cases = await asyncio.to_thread(self._cases, text)
        pairs = [doubt.pair for case in cases for doubt in case.doubts]
        judged = await judge.judge(pairs) if pairs else ()
        if judged is None:
            self._judge = None
            return
        rest = iter(judged)
        for case in cases:
            self._verifier.settle(case.sentence, case.settled([next(rest) for _ in case.doubts]))

    def _cases(self, text: str) -> list[Case]:
        checks = self._verifier.checks
        return [case_of(sentence, checks) for sentence in self._verifier.unread(text)]


def case_of(sentence: str, checks: Mapping[int, SupportCheck]) -> Case:
    """Find what is to be asked about a sentence; what the rules object to is not."""
    found = supports_of(sentence, checks)
    if not found:
        return Case(sentence, (), tuple(_rescues(sentence, checks)))
    claim, cited = claim_of(sentence), cited_by(sentence)
    certain = tuple(one for one in found if checks[one.n].quoted(claim) is not None)
    doubts = tuple(
        _doubt(claim, one, checks[one.n], by_rules=True, is_cited=one.n in cited)
        for one in found
        if one not in certain
    )
    return Case(sentence, certain, doubts)


def _rescues(sentence: str, checks: Mapping[int, SupportCheck]) -> Iterator[Doubt]:
    """Offer the cited passages, and the one of the others that shares most words."""
    claim, cited = claim_of(sentence), cited_by(sentence)
    if not claim:
        return
    shares = {n: check.share(claim) for n, check in checks.items()}
    others = sorted((n for n in checks if n not in cited and shares[n]), key=lambda n: -shares[n])
    for n in [*[n for n in cited if n in checks][:MOST_CITED], *others[:1]]:
        check = checks[n]
        if not check.sentences or check.objection(claim):
            continue
        support = Support(n, check.nearest(claim), shares[n])
        yield _doubt(claim, support, check, by_rules=False, is_cited=n in cited)


def _doubt(
    claim: str, support: Support, check: SupportCheck, *, by_rules: bool, is_cited: bool
) -> Doubt:
    pair = TextPair(premise=premise(check, support.positions), hypothesis=claim)
    return Doubt(pair, support, by_rules=by_rules, is_cited=is_cited)


def premise(check: SupportCheck, positions: Sequence[int]) -> str:
    """Give the sentences that carry a claim under their title, with neighbours while there is room.

    What "it" and "there" stand for is often said one sentence before.
    """
    texts = [sentence.text for sentence in check.sentences]
    beside = [p + step for step in (-1, 1) for p in positions if 0 <= p + step < len(texts)]
    chosen: set[int] = set()
    room = LONGEST_PREMISE - len(check.heading)
    for position in [*positions, *beside]:
        if position in chosen or (chosen and len(texts[position]) > room):
            continue
        chosen.add(position)
        room -= len(texts[position]) + 1
    said = " ".join(texts[position] for position in sorted(chosen))
    titled = check.heading and check.heading not in said
    return (f"{check.heading}. {said}" if titled else said)[:LONGEST_PREMISE]
