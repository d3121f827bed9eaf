"""What bots tell of themselves, their menus, and people's photos."""

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    BufferedInputFile,
    InputProfilePhotoStatic,
    MenuButtonCommands,
    MenuButtonDefault,
    MenuButtonWebApp,
    WebAppInfo,
)

from playground.users import InGroup, Person, Playground, Refused
from tests.integration.playground.refusals.case import PIXEL


def menu(*names: str) -> list[BotCommand]:
    return [BotCommand(command=name, description=name) for name in names]


async def test_the_narrowest_menu_wins_and_then_the_language(
    bot: Bot, town: Playground, alice: Person, bob: Person, club: InGroup
) -> None:
    bobs, group = bob.in_group(club.chat_id), club.chat_id
    await bot.set_my_commands(menu("anywhere"))
    await bot.set_my_commands(menu("groups"), BotCommandScopeAllGroupChats())
    await bot.set_my_commands(menu("rulers"), BotCommandScopeAllChatAdministrators())
    assert await alice.commands() == ["anywhere"]
    assert (await club.commands(), await bobs.commands()) == (["rulers"], ["groups"])
    await bot.set_my_commands(menu("here"), BotCommandScopeChat(chat_id=group))
    assert (await club.commands(), await bobs.commands()) == (["here"], ["here"])
    scope = BotCommandScopeChatMember(chat_id=group, user_id=bob.id)
    await bot.set_my_commands(menu("bobs"), scope)
    assert (await club.commands(), await bobs.commands()) == (["here"], ["bobs"])
    await bot.delete_my_commands(scope)
    await bot.set_my_commands([], BotCommandScopeChat(chat_id=group))
    assert (await club.commands(), await bobs.commands()) == (["rulers"], ["groups"])
    await bot.set_my_commands(menu("wo"), language_code="de")
    hans = await town.new_person("Hans", language_code="de-AT")
    assert (await hans.commands(), await alice.commands()) == (["wo"], ["anywhere"])
    assert [one.command for one in await bot.get_my_commands(language_code="de")] == ["wo"]
    assert await bot.get_my_commands(language_code="fr") == []


async def test_a_menu_button_for_one_and_for_all(bot: Bot, alice: Person, bob: Person) -> None:
    app = MenuButtonWebApp(text="Open", web_app=WebAppInfo(url="https://example.com/app"))
    assert isinstance(await bot.get_chat_menu_button(), MenuButtonCommands)
    assert isinstance(await bot.get_chat_menu_button(alice.id), MenuButtonDefault)
    await bot.set_chat_menu_button(menu_button=app)
    await bot.set_chat_menu_button(bob.id, MenuButtonCommands())
    assert (await alice.chat())["menu_button"]["text"] == "Open"
    assert (await bob.chat())["menu_button"] == {"type": "commands"}
    await bot.set_chat_menu_button(bob.id)
    assert (await bob.chat())["menu_button"]["type"] == "web_app"


async def test_a_bot_renames_itself(bot: Bot, town: Playground, alice: Person) -> None:
    hans = await town.new_person("Hans", language_code="de")
    await bot.set_my_name("Kettle")
    await bot.set_my_name("Kessel", language_code="de")
    await bot.set_my_short_description("x" * 130)
    assert ((await alice.chat())["title"], (await hans.chat())["title"]) == ("Kettle", "Kessel")
    assert (await bot.get_me()).first_name == "Kettle"
    assert (await alice.chat())["about"] == "x" * 120
    await bot.set_my_name("", language_code="de")
    assert (await hans.chat())["title"] == "Kettle"


async def test_a_bot_has_a_face(bot: Bot, alice: Person) -> None:
    photo = InputProfilePhotoStatic(photo=BufferedInputFile(PIXEL, "face.png"))
    assert (await alice.chat())["photo"] is None
    await bot.set_my_profile_photo(photo)
    known = await bot.get_user_profile_photos(bot.id)
    assert known.total_count == 1
    assert (await alice.chat())["photo"] == known.photos[0][-1].file_id
    await bot.remove_my_profile_photo()
    assert (await bot.get_user_profile_photos(bot.id)).photos == []


async def test_people_have_faces_and_music(bot: Bot, alice: Person, town: Playground) -> None:
    other = PIXEL[:-4] + bytes(4)
    await alice.shows_face(PIXEL)
    await alice.shows_face(other)
    photos = await bot.get_user_profile_photos(alice.id, limit=1)
    assert (photos.total_count, len(photos.photos)) == (2, 1)
    assert await town.download(photos.photos[0][-1].file_id) == other
    with pytest.raises(Refused, match="not a usable picture"):
        await alice.shows_face(b"text")
    files = {"file": ("a.mp3", b"ID3", "audio/mpeg")}
    await town.request("PUT", f"/sim/users/{alice.id}/audio", files=files)
    audios = await bot.get_user_profile_audios(alice.id)
    assert (audios.total_count, audios.audios[0].mime_type) == (1, "audio/mpeg")
    await town.request("DELETE", f"/sim/users/{alice.id}/photo")
    assert (await bot.get_user_profile_photos(alice.id)).total_count == 1
