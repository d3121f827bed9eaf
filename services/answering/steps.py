"""A list of steps in the evidence, for questions of the kind "how to"."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.answering.evidence import SentenceView
from services.answering.models import RankedPassage
from services.answering.morphology import is_imperative

_ABOUT_STEPS = re.compile(
    r"шаг|приготовлени|порядок|как (?:сварить|варить|приготовить|испечь|заварить|сделать|настроить|"
    r"установить|готовить|печь)|способ|инструкц|step|method|instruction|direction|how to|"
    r"preparation|مراحل|طرز",
    re.IGNORECASE,
)
FEWEST_STEPS: Final = 3
IMPERATIVE_SHARE: Final = 0.6


def find_steps(
    evidence: Sequence[RankedPassage], sentences: Sequence[SentenceView], scores: Sequence[float]
) -> list[int]:
    """Find the steps that belong to the best sentence.

    Steps are three or more lines of one sentence each, one after another, under a heading that
    says so or mostly beginning with a verb that tells what to do, in the same document as the
    best sentence.

    Args:
        evidence: Passages by number, the first is 1.
        sentences: All sentences of the evidence.
        scores: Of the sentences.

    Returns:
        Positions in ``sentences``, in order; empty when there is no such list.
    """
    if not sentences:
        return []
    best = max(range(len(sentences)), key=lambda i: scores[i])
    document = _document(evidence, sentences[best])
    for run in _runs(sentences):
        first = sentences[run[0]]
        if _document(evidence, first) == document and _tells(evidence, sentences, run):
            return run
    return []


def _document(evidence: Sequence[RankedPassage], sentence: SentenceView) -> str:
    return evidence[sentence.n - 1].passage.sources[0].source


def _runs(sentences: Sequence[SentenceView]) -> list[list[int]]:
    """Find runs of neighbouring lines of one sentence each, with nothing between them."""
    runs: list[list[int]] = [[]]
    for at, following in pairwise([*range(len(sentences)), len(sentences)]):
        sentence = sentences[at]
        last = following == len(sentences) or sentences[following].n != sentence.n
        alone = sentence.new_line and (last or sentences[following].new_line)
        if not alone or sentence.heading:
            runs.append([])
        if alone:
            runs[-1].append(at)
        if last:
            runs.append([])
    return [run for run in runs if len(run) >= FEWEST_STEPS]


def _tells(
    evidence: Sequence[RankedPassage], sentences: Sequence[SentenceView], run: Sequence[int]
) -> bool:
    first = sentences[run[0]]
    if _ABOUT_STEPS.search(first.heading or evidence[first.n - 1].passage.title):
        return True
    telling = sum(is_imperative(sentences[i].text) for i in run)
    return telling >= IMPERATIVE_SHARE * len(run)
