import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from services.adapters.drift.classifier import LogisticTwoSample
from services.errors import UnavailableError
from services.insight.drift import FEWEST, alarming, measure_drift
from services.insight.models import AnsweredQuestion, AnswerFacts
from services.knowledge.lemmas import MorphologicalLemmatizer

SOUPS = ("щи", "борщ", "уха", "рассольник", "солянка", "окрошка")
TAXES = ("налог на доход", "вычет за лечение", "декларация", "пеня", "штраф")


def questions(
    count: int, subjects: Sequence[str], *, seed: int, language: str = "ru"
) -> list[AnsweredQuestion]:
    rng = random.Random(seed)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    return [
        AnsweredQuestion(
            facts=AnswerFacts(
                request_id=str(number), answered_at=start + timedelta(minutes=17 * number),
                decision="sources", language=language, abstained=rng.random() < 0.2,
                asked_back=False, follows=rng.random() < 0.3, cited=(),
                nearest=rng.gauss(0.87, 0.02),
            ),
            user_id=rng.randrange(9),
            question=f"{rng.choice(('Как', 'Сколько', 'Где'))} {rng.choice(subjects)}",
        )
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture
def classifier() -> LogisticTwoSample:
    return LogisticTwoSample(os.environ)


LEMMATIZER = MorphologicalLemmatizer()


async def test_the_same_questions_are_no_drift(classifier: LogisticTwoSample) -> None:
    drift = await measure_drift(
        questions(300, SOUPS, seed=1), questions(120, SOUPS, seed=2), LEMMATIZER, classifier
    )
    assert drift is not None
    assert not alarming(drift), drift


async def test_new_subjects_are_drift_and_named(classifier: LogisticTwoSample) -> None:
    now = questions(60, SOUPS, seed=3) + questions(60, TAXES, seed=4)
    drift = await measure_drift(questions(300, SOUPS, seed=1), now, LEMMATIZER, classifier)
    assert drift is not None
    assert alarming(drift), drift
    names = " ".join(feature.name for feature in drift.moved)
    assert any(word in names for word in ("налог", "вычет", "декларация", "пеня", "штраф")), names


async def test_too_few_questions_say_nothing(classifier: LogisticTwoSample) -> None:
    few = questions(FEWEST - 1, SOUPS, seed=1)
    assert await measure_drift(few, few, LEMMATIZER, classifier) is None


async def test_a_comparison_that_fails_is_unavailable() -> None:
    broken = LogisticTwoSample({**os.environ, "PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere"})
    with pytest.raises(UnavailableError):
        await broken.compare(np.zeros((2, 2)), np.zeros((2, 2)))
