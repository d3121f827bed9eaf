"""What the page asks for beside conversations: faces, who is banned or waits, a fresh start."""

import struct
import zlib

import pytest
from aiogram import Bot

from playground.encoding import Json
from playground.users import InGroup, Person, Playground, Refused


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 160, 160, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0" * 161 * 160))
    + _chunk(b"IEND", b"")
)


def _file(content: bytes = PICTURE) -> dict[str, tuple[str, bytes, str]]:
    return {"file": ("face.png", content, "image/png")}


def _place(person: Person, club: InGroup) -> str:
    return f"/sim/users/{person.id}/chats/{club.chat_id}"


async def _seen(town: Playground, person: Person, club: InGroup) -> Json:
    return await town.request("GET", _place(person, club))


async def test_a_group_gets_a_picture_and_loses_it(
    town: Playground, alice: Person, bob: Person, club: InGroup, bot: Bot
) -> None:
    await town.request("PUT", _place(alice, club) + "/photo", files=_file())
    photo = (await _seen(town, bob, club))["photo"]
    assert photo
    assert (await _seen(town, bob, club))["messages"][-1]["new_chat_photo"]
    assert (await bot.get_chat(club.chat_id)).photo is not None
    await town.request("DELETE", _place(alice, club) + "/photo")
    assert (await _seen(town, bob, club))["photo"] is None


async def test_who_may_not_change_a_group_gives_it_no_picture(
    town: Playground, alice: Person, bob: Person, club: InGroup
) -> None:
    with pytest.raises(Refused, match="can_change_info"):
        await town.request("PUT", _place(bob, club) + "/photo", files=_file())
    with pytest.raises(Refused, match="cannot be the picture"):
        await town.request("PUT", _place(alice, club) + "/photo", files=_file(b"no picture"))
    assert (await _seen(town, alice, club))["photo"] is None


async def test_only_who_may_unban_sees_who_is_banned(
    town: Playground, alice: Person, bob: Person, club: InGroup
) -> None:
    carol = town.user("carol")
    await club.makes(carol, "kicked")
    assert [one["user"]["id"] for one in (await _seen(town, alice, club))["banned"]] == [carol.id]
    assert (await _seen(town, bob, club))["banned"] == []


async def test_who_asked_to_come_in_sees_that_they_wait(
    town: Playground, alice: Person, club: InGroup
) -> None:
    await town.request("PATCH", _place(alice, club), json={"join_by_request": True})
    dave = await town.new_person("Dave")
    waiting = await town.request("POST", _place(dave, club) + "/join", json={})
    assert waiting["requested"]
    request = f"{_place(alice, club)}/join_requests/{dave.id}"
    await town.request("PUT", request, json={"approve": False})
    assert not (await _seen(town, dave, club))["requested"]


async def test_faces_of_people_are_named_in_the_towns_state(
    town: Playground, alice: Person
) -> None:
    assert (await town.request("GET", "/sim/state"))["photos"] == {}
    await town.request("PUT", f"/sim/users/{alice.id}/photo", files=_file())
    photos = (await town.request("GET", "/sim/state"))["photos"]
    assert list(photos) == [str(alice.id)]


async def test_a_town_starts_over(town: Playground, alice: Person, club: InGroup) -> None:
    await club.says("Gone with the wind")
    await town.new_person("Dave")
    await town.request("POST", "/sim/reset")
    state = await town.request("GET", "/sim/state")
    assert [one["first_name"] for one in state["users"]] == ["Alice", "Bob", "Carol"]
    assert (await _seen(town, alice, club))["messages"] == []
