"""Sticker sets that a bot makes, fills, orders and takes away."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InputSticker

from playground.users import Person

PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")
NAME = "cats_by_helper_bot"


def sticker(emoji: str) -> InputSticker:
    file = BufferedInputFile(PIXEL, "a.png")
    return InputSticker(sticker=file, format="static", emoji_list=[emoji])


async def emoji_of(bot: Bot) -> list[str | None]:
    return [one.emoji for one in (await bot.get_sticker_set(NAME)).stickers]


async def test_the_life_of_a_set(bot: Bot, alice: Person) -> None:
    await bot.create_new_sticker_set(alice.id, NAME, "Cats", [sticker("😀"), sticker("😎")])
    await bot.add_sticker_to_set(alice.id, NAME, sticker("🤖"))
    assert await emoji_of(bot) == ["😀", "😎", "🤖"]
    last = (await bot.get_sticker_set(NAME)).stickers[-1]
    await bot.set_sticker_position_in_set(last.file_id, 0)
    await bot.set_sticker_emoji_list(last.file_id, ["🎃"])
    assert await emoji_of(bot) == ["🎃", "😀", "😎"]
    sent = await bot.send_sticker(alice.id, last.file_id)
    seen = await alice.sees(where=lambda one: one.message.sticker is not None)
    assert seen.message.sticker is not None
    assert sent.sticker is not None
    assert (seen.message.sticker.set_name, sent.sticker.emoji) == (NAME, "🎃")
    await bot.replace_sticker_in_set(alice.id, NAME, last.file_id, sticker("👻"))
    assert await emoji_of(bot) == ["👻", "😀", "😎"]
    await bot.set_sticker_set_title(NAME, "More cats")
    first = (await bot.get_sticker_set(NAME)).stickers[0]
    await bot.delete_sticker_from_set(first.file_id)
    pack = await bot.get_sticker_set(NAME)
    assert (pack.title, len(pack.stickers)) == ("More cats", 2)
    await bot.delete_sticker_set(NAME)
    with pytest.raises(TelegramBadRequest, match="STICKERSET_INVALID"):
        await bot.get_sticker_set(NAME)
    assert (await bot.send_sticker(alice.id, last.file_id)).sticker is not None


async def test_a_set_starts_with_fifty_stickers_at_most(bot: Bot, alice: Person) -> None:
    many = [sticker("😀") for _ in range(51)]
    with pytest.raises(TelegramBadRequest):
        await bot.create_new_sticker_set(alice.id, NAME, "Cats", many)
    await bot.create_new_sticker_set(alice.id, NAME, "Cats", many[:50])
    assert len(await emoji_of(bot)) == 50
