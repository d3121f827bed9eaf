import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from playground.server import Running
from playground.users import InGroup, Person, Playground
from tests.integration.playground.refusals.case import PIXEL, Scene


@pytest.fixture
async def scene(server: Running, town: Playground, bot: Bot, alice: Person, club: InGroup) -> Scene:
    button = InlineKeyboardButton(text="a", callback_data="b")
    keys = InlineKeyboardMarkup(inline_keyboard=[[button]])
    own = await bot.send_message(alice.id, "own", reply_markup=keys)
    hers = await alice.says("hers")
    picture = await bot.send_photo(alice.id, BufferedInputFile(PIXEL, "a.png"), caption="c")
    return Scene(
        server,
        town,
        bot,
        alice,
        town.user("bob"),
        club,
        own.message_id,
        hers.id,
        picture.message_id,
    )
