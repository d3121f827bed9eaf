"""A quiz in a group and one in private, over the demo library; no model is asked for it."""

from collections import Counter

import pytest
from aiogram.types import Poll

from playground.client.in_group import InGroup
from tests.conversations.conftest import OwnTown

pytestmark = pytest.mark.services

_ENV = {"SAMOVAR_QUIZ_SECONDS": "60", "SAMOVAR_QUIZZES_PER_DAY": "1"}


async def _votes(who: InGroup, question: str, option: int) -> Poll:
    """Choose by number; give the poll as those see it who have voted."""
    seen = await who.sees_poll(question)
    poll = seen.message.poll
    assert poll is not None
    assert poll.type == "quiz"
    assert not poll.is_anonymous
    assert len({one.text for one in poll.options}) == 4
    return await who.votes(seen, poll.options[option].text)


def _known(poll: Poll) -> int:
    assert poll.correct_option_ids is not None, "Telegram shows it to those who have voted"
    return poll.correct_option_ids[0]


def _is_right(poll: Poll, option: int) -> bool:
    return poll.correct_option_ids == [option]


async def test_three_play_in_a_group_while_the_bot_dies_and_comes_back(
    samovar_town: OwnTown,
) -> None:
    async with samovar_town(env=_ENV, worker=None) as town:
        people = [
            await town.new_person(name, language_code="ru") for name in ("Анна", "Борис", "Вера")
        ]
        starter, others = people[0], people[1:]
        chat = await town.new_group("Знатоки", starter, others, [town.bot_id], type="supergroup")
        anna, boris, vera = (one.in_group(chat) for one in people)
        await anna.says("/quiz тридцать")
        await anna.sees("Напишите /quiz или /quiz 5")
        await anna.says("/quiz 3")
        begun = await vera.sees("Вопросов: 3")
        right: Counter[str] = Counter()

        first = await _votes(anna, "1/3.", 0)
        right["Анна"] += _is_right(first, 0)
        known = _known(first)
        await _votes(boris, "1/3.", known)
        right["Борис"] += 1
        await boris.taps("⏹ Закончить", on=begun)
        await boris.sees_toast("Остановить викторину может")
        town.processes.bot.kill()
        await _votes(vera, "1/3.", known)
        right["Вера"] += 1
        town.processes.restart_bot()

        shown = await _votes(boris, "2/3.", 1)
        right["Борис"] += _is_right(shown, 1)
        assert shown.explanation
        assert len(shown.explanation) <= 200
        known = _known(shown)
        await _votes(anna, "2/3.", known)
        right["Анна"] += 1
        await _votes(vera, "2/3.", known)
        right["Вера"] += 1

        right["Вера"] += _is_right(await _votes(vera, "3/3.", 2), 2)
        await vera.says("/quiz")
        await vera.sees("Викторина здесь уже идёт")
        await anna.taps("⏹ Закончить", on=begun)
        table = await vera.sees("Вот и всё", timeout_s=60)
        assert f"Борис — {right['Борис']} из 2" in table.text
        assert f"Вера — {right['Вера']} из 3" in table.text
        assert f"Анна — {right['Анна']} из 2" in table.text
        polls = [seen.message.poll for seen in anna.history() if seen.message.poll is not None]
        assert len(polls) == 3, "a question is asked once, whoever dies"

        await vera.says("/quiz top")
        top = await vera.sees("Знатоки этого месяца")
        assert f"Борис — {right['Борис']} из 2" in top.text
        await anna.says("/quiz")
        await anna.sees("не больше 1 за сутки")

        dora = await town.new_person("Dora", language_code="en")
        await dora.starts()
        await dora.says("/quiz 2")
        for question in ("1/2.", "2/2."):
            poll = await dora.sees_poll(question)
            await dora.votes(poll, _first(poll.message.poll))
        scores = await dora.sees("That was it")
        assert "of 2" in scores.text


def _first(poll: Poll | None) -> str:
    assert poll is not None
    return poll.options[0].text
