"""Scripted people act on a real bot by their own clock; what they wait for is measured."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from playground.load.acts import Answer, Join, Leave, React, Say, Start, Tap
from playground.load.run import run_load
from playground.load.schedule import LoadPlan
from playground.server import Running
from playground.users import InGroup

SLOW_S = 0.3


def counted(count: int) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=f"Taps: {count}", callback_data=str(count))
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


class CountingBot:
    """Echoes, counts taps, and can be told to be slow or deaf."""

    def __init__(self) -> None:
        self.taps = 0
        self.delay_s = 0.0
        self.is_deaf = False

    async def start(self, message: Message) -> None:
        await message.answer("Tap!", reply_markup=counted(0))

    async def echo(self, message: Message) -> None:
        await asyncio.sleep(self.delay_s)
        if not self.is_deaf:
            await message.answer(f"You said {message.text}")

    async def tapped(self, query: CallbackQuery) -> None:
        self.taps += 1
        count = self.taps
        await query.answer()
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"{count}", reply_markup=counted(count))


@pytest.fixture
async def counting(bot: Bot) -> AsyncIterator[CountingBot]:
    counting = CountingBot()
    dispatcher = Dispatcher()
    dispatcher.message.register(counting.start, CommandStart())
    dispatcher.message.register(counting.echo, F.text)
    dispatcher.callback_query.register(counting.tapped)
    async with asyncio.TaskGroup() as group:
        group.create_task(
            dispatcher.start_polling(
                bot, handle_signals=False, close_bot_session=False, polling_timeout=5
            )
        )
        yield counting
        await dispatcher.stop_polling()


async def test_every_tap_and_every_word_is_answered(server: Running, counting: CountingBot) -> None:
    plan = LoadPlan(
        acts=[Tap(weight=2), Say()], opening=[Start()], people=10, seconds=2.0, rate_per_s=3.0
    )
    report = await run_load(server.base, plan)

    figures = json.loads(json.dumps(report.as_json()))
    assert (figures["lost"], figures["refused"], figures["missed"]) == (0, 0, 0)
    tap, say = figures["actions"]["tap"], figures["actions"]["say"]
    assert tap["n"] == tap["answer"]["n"] == tap["edited"]["n"] == counting.taps > 0
    assert say["n"] == say["message"]["n"] > 0
    assert figures["n"] == tap["n"] + say["n"]
    for answered in (tap["answer"], tap["edited"], say["message"]):
        assert 0 < answered["p50_ms"] <= answered["p95_ms"] <= answered["p99_ms"]
        assert answered["p99_ms"] <= answered["max_ms"]


async def test_people_do_not_wait_for_a_slow_bot(server: Running, counting: CountingBot) -> None:
    counting.delay_s = SLOW_S
    plan = LoadPlan(
        acts=[Say()], opening=[Start()], people=1, seconds=2.0, rate_per_s=10, arrivals="fixed"
    )
    report = await run_load(server.base, plan)

    # Who waits for each answer says no more than 2 / 0.3 things in 2 seconds.
    assert report.n == 20
    assert report.lost == 0
    assert min(report.action("say").answer("message").taken_s) >= SLOW_S


async def test_what_never_comes_is_lost_and_what_is_refused_is_not(
    server: Running, counting: CountingBot
) -> None:
    counting.is_deaf = True
    plan = LoadPlan(
        acts=[Say(), Tap(label="no such button"), Leave(chat=server.seed.groups["club"])],
        people=3, seconds=1.0, rate_per_s=6.0, patience_s=0.5,
    )  # fmt: skip
    report = await run_load(server.base, plan)

    say = report.action("say")
    assert say.n == say.answer("message").lost == report.lost > 0
    assert report.action("tap").skipped > 0
    assert report.action("tap").n == 0
    leave = report.action("leave")
    assert leave.n == leave.refused > 0
    assert server.town.calls.entries[-1]["ok"]


async def test_acts_under_way_are_bounded(server: Running, counting: CountingBot) -> None:
    plan = LoadPlan(acts=[Say()], people=5, seconds=0.3, rate_per_s=200, most_waiting=1)
    report = await run_load(server.base, plan)
    say = report.action("say")
    assert say.n > 0
    assert say.skipped > 0
    assert report.lost == 0


async def test_people_join_a_group_talk_there_and_react(
    server: Running, counting: CountingBot, club: InGroup
) -> None:
    group = club.chat_id
    plan = LoadPlan(
        acts=[Say(chat=group), React(chat=group, expects=())], opening=[Join(chat=group)],
        people=4, seconds=1.5, rate_per_s=3.0, seed=5,
    )  # fmt: skip
    report = await run_load(server.base, plan)

    assert report.lost == 0
    say = report.action("say")
    assert say.n == len(say.answer(Answer.MESSAGE).taken_s) > 0
    members = [one["user"]["first_name"] for one in (await club.chat())["members"]]
    assert {"Person 0", "Person 1", "Person 2", "Person 3"} <= set(members)
