from collections.abc import Sequence

import pytest

from services.errors import ModelError, ServiceError, UnavailableError
from services.inference.kinds import RudeText
from services.inference.models import CallOptions
from services.inference.waits import QueueObserver
from services.moderation.detox.pooled import PooledDetoxifier
from tests.unit.moderation.detox.judging import WordJudge, taught

TEXT = "Дураки опять пишут всякую фигню"
PACKAGED = "Люди опять пишут всякую ерунду"
JUDGE = WordJudge()
LOCAL = taught(JUDGE)


class Pool:
    """The pool with one model that always says the same, or fails."""

    def __init__(self, answer: str | ServiceError) -> None:
        self.answer = answer
        self.asked: list[tuple[RudeText, str]] = []

    async def detoxify(
        self, texts: Sequence[RudeText], language: str, options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> tuple[str, ...]:  # fmt: skip
        self.asked += [(each, language) for each in texts]
        if isinstance(self.answer, ServiceError):
            raise self.answer
        return (self.answer,)


async def test_a_good_answer_of_the_model_is_offered() -> None:
    pool = Pool("Они опять пишут всякую ерунду")
    result = await PooledDetoxifier(pool, LOCAL, JUDGE).detoxify(TEXT)
    assert result is not None
    assert result.text == pool.answer
    assert [TEXT[start:end] for start, end in result.changed_spans] == ["Дураки", "фигню"]
    ((asked, language),) = pool.asked
    assert (asked.text, language) == (TEXT, "ru")
    assert [TEXT[start:end] for start, end in asked.spans] == ["Дураки", "фигню"]


@pytest.mark.parametrize(
    "answer",
    [
        "Эти дураки опять пишут всякую ерунду", "Они не пишут всякую ерунду", "Дождь", "",
        UnavailableError("no worker", dependency="workers"), ModelError("failed"),
    ],
)  # fmt: skip
async def test_a_bad_answer_or_none_leaves_the_packaged_way(answer: str | ServiceError) -> None:
    result = await PooledDetoxifier(Pool(answer), LOCAL, JUDGE).detoxify(TEXT)
    assert result is not None
    assert result.text == PACKAGED


async def test_a_calm_text_does_not_go_to_the_pool() -> None:
    pool = Pool("что-то")
    result = await PooledDetoxifier(pool, LOCAL, JUDGE).detoxify("мы читаем книгу")
    assert result is not None
    assert result.text == "мы читаем книгу"
    assert pool.asked == []


async def test_a_model_helps_where_the_packaged_way_has_nothing() -> None:
    result = await PooledDetoxifier(Pool("Ты неправ"), LOCAL, JUDGE).detoxify("Гад! Гады!!")
    assert result is not None
    assert result.text == "Ты неправ"
