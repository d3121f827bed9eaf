"""A town is saved whole, and lives on in a directory."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputPollOption,
    KeyboardButton,
    MenuButtonWebApp,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    WebAppInfo,
)

from playground.refusals import SimError
from playground.saving.files import from_file, snapshot, to_file
from playground.saving.keeping import NAME
from playground.server import Running, running_playground
from playground.town import Town
from playground.users import Person, Playground, Refused
from tests.integration.playground.refusals.case import PIXEL

TAP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="tap", callback_data="1")]])
KEYS = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]])
APP = MenuButtonWebApp(text="Play", web_app=WebAppInfo(url="https://app.example/"))


async def busy(town: Playground, bot: Bot, alice: Person) -> None:
    """Let something of everything happen."""
    club = alice.in_group("club")
    await bot.send_message(alice.id, "tap", reply_markup=TAP)
    await alice.taps("tap")
    await bot.send_message(alice.id, "keys", reply_markup=KEYS)
    picture = await bot.send_photo(alice.id, BufferedInputFile(PIXEL, "a.png"), caption="<b>")
    assert picture.photo is not None
    await bot.send_message_draft(alice.id, 5, text="Thinking")
    await bot.send_poll(
        club.chat_id, "Which?", [InputPollOption(text="tea"), "kvass"], is_anonymous=False
    )
    said = await club.says("hello @helper_bot")
    await bot.set_message_reaction(club.chat_id, said.id, [ReactionTypeEmoji(emoji="👀")])
    await bot.pin_chat_message(club.chat_id, said.id)
    await bot.create_chat_invite_link(club.chat_id, name="door", member_limit=3)
    await bot.set_my_commands([BotCommand(command="help", description="d")])
    await bot.set_chat_menu_button(alice.id, APP)
    await town.new_person("Дима", language_code="ru")
    second = await town.new_bot("second_bot")
    await club.adds(second["user"]["id"])
    await town.update_fault("duplicate", times=3)
    await town.fault("sendDice", code=500, times=None)
    await town.limits("harsh", seed=5)
    await town.passes(hours=1)
    await bot.send_message(alice.id, "counted")


def told(town: Town) -> object:
    """Give all that is saved, without the instant."""
    taken = snapshot(town)
    return json.loads(json.dumps(taken.head["town"])), taken.blobs.by_name


async def test_a_busy_town_comes_back_whole(
    server: Running, town: Playground, bot: Bot, alice: Person
) -> None:
    await busy(town, bot, alice)
    before = told(server.town)
    saved = await town.saved()
    copy = Town()
    from_file(copy, saved)
    assert told(copy) == before
    assert copy.now() >= server.town.now() - 1


async def test_another_town_in_place_of_this_one_is_told_to_everybody(
    server: Running, town: Playground, bot: Bot, alice: Person
) -> None:
    saved = await town.saved()
    asked = await alice.says("before")
    [heard] = await bot.get_updates()
    seq = server.town.events.seq
    await town.loads(saved)
    batch = await town.request("GET", "/sim/events", params={"after": seq, "wait_s": 0})
    assert [event["kind"] for event in batch["events"]][:1] == ["reset"]
    assert batch["seq"] > seq
    assert (await alice.chat())["messages"] == []
    assert await bot.get_updates() == []
    again = await alice.says("after")
    assert again.id == asked.id, "its numbers go on where it was saved"
    [update] = await bot.get_updates()
    assert update.update_id == heard.update_id
    await bot.send_message(alice.id, "I am here")
    await alice.sees("I am here")


async def test_a_town_can_start_over(
    server: Running, town: Playground, bot: Bot, alice: Person
) -> None:
    before = told(server.town)
    await busy(town, bot, alice)
    await town.starts_over()
    assert told(server.town) == before
    await alice.says("hello again")
    assert len(await bot.get_updates()) == 1


async def test_what_is_no_town_changes_nothing(
    server: Running, town: Playground, alice: Person
) -> None:
    await alice.says("kept")
    before = to_file(server.town)
    with pytest.raises(Refused, match="not a saved town"):
        await town.loads(b"PK nonsense")
    assert told_equal(before, to_file(server.town))
    assert [seen.text for seen in alice.history()] == ["kept"]


def told_equal(one: bytes, other: bytes) -> bool:
    first, second = Town(), Town()
    from_file(first, one)
    from_file(second, other)
    return told(first) == told(second)


async def test_a_town_lives_on_in_a_directory(tmp_path: Path) -> None:
    async with running_playground(state=tmp_path / "town") as first:
        async with Playground.connect(first.base) as town:
            await town.user("alice").says("remember me")
            await town.new_person("Dora")
            await town.passes(days=2)
        with pytest.raises(SimError, match="another playground keeps its town"):
            async with running_playground(state=tmp_path / "town"):
                pass
        now = first.town.now()
    async with running_playground(state=tmp_path / "town") as second:
        assert second.seed.users.keys() == {"alice", "bob", "carol", "dora"}
        assert second.token == first.token
        assert second.town.now() >= now
        async with Playground.connect(second.base) as town:
            alice = town.user("alice")
            assert [one["text"] for one in (await alice.chat())["messages"]] == ["remember me"]
            old = await town.request("GET", "/sim/events", params={"after": 3, "wait_s": 0})
            assert old["events"][0]["kind"] == "reset"


async def test_a_damaged_directory_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"half a town")
    with pytest.raises(SimError, match=r"town\.zip: this is not a saved town"):
        async with running_playground(state=tmp_path):
            pass
    assert (tmp_path / NAME).read_bytes() == b"half a town"


def shared(value: object, where: str, seen: dict[int, str]) -> Iterator[str]:
    """Name what can change and is reached on two ways: loading would make two of it.

    The JSON of an update never changes; bots share it.
    """
    if where.endswith(".update"):
        return
    if isinstance(value, dict):
        parts = [(f"{where}[{key}]", one) for key, one in value.items()]
    elif isinstance(value, list | tuple | set | frozenset | deque):
        parts = [(f"{where}[]", one) for one in value]
    elif is_dataclass(value) and not isinstance(value, type):
        kept = [one for one in fields(value) if one.metadata.get("saved", True)]
        parts = [(f"{where}.{one.name}", getattr(value, one.name)) for one in kept]
    else:
        return
    can_change = not getattr(type(value), "__dataclass_params__", None) or (
        not value.__dataclass_params__.frozen  # type: ignore[union-attr]  # it is a dataclass
    )
    if can_change and not isinstance(value, tuple | frozenset) and parts:
        if id(value) in seen:
            yield f"{where} is {seen[id(value)]}"
            return
        seen[id(value)] = where
    for name, one in parts:
        yield from shared(one, name, seen)


async def test_nothing_that_can_change_is_kept_in_two_places(
    server: Running, town: Playground, bot: Bot, alice: Person
) -> None:
    await busy(town, bot, alice)
    assert list(shared(server.town, "town", {})) == []
