"""A real aiogram Bot and Dispatcher talk over HTTP with people of the typed client."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.filters import CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageGenerationStopped,
    MessageReactionUpdated,
)
from aiogram.types import Message as TelegramMessage

from playground.users import NotSeen, Playground

OK = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="OK", callback_data="ok")]])


@contextlib.asynccontextmanager
async def polling(bot: Bot, dispatcher: Dispatcher) -> AsyncIterator[None]:
    """A dispatcher that polls, as a bot's process would."""
    async with asyncio.TaskGroup() as group:
        group.create_task(
            dispatcher.start_polling(
                bot, handle_signals=False, close_bot_session=False, polling_timeout=5
            )
        )
        yield
        await dispatcher.stop_polling()


@pytest.fixture
async def dispatcher() -> Dispatcher:
    return Dispatcher()


async def test_a_question_a_draft_an_answer_and_a_tap(
    town: Playground, bot: Bot, dispatcher: Dispatcher
) -> None:
    @dispatcher.message()
    async def answer(message: TelegramMessage, bot: Bot) -> None:
        await bot.send_chat_action(message.chat.id, "typing")
        for text in ("", "You", "You said"):
            await bot.send_message_draft(message.chat.id, draft_id=7, text=text)
        await message.answer(
            f"You said <b>{message.text}</b> 🥣", parse_mode="HTML", reply_markup=OK
        )

    @dispatcher.callback_query(F.data == "ok")
    async def tapped(query: CallbackQuery) -> None:
        assert isinstance(query.message, TelegramMessage)
        await query.message.edit_text("Done")
        await query.answer("Fine!")

    alice = town.user("alice")
    async with polling(bot, dispatcher):
        await alice.says("[1, 2]")
        await alice.sees_action("typing")
        await alice.sees_draft("You said")
        seen = await alice.sees("You said [1, 2]")
        assert seen.html == "You said <b>[1, 2]</b> 🥣"
        assert alice.story.draft is None
        await alice.taps("OK")
        assert not (await alice.sees_toast("Fine")).is_alert
        edited = await alice.sees("Done")
        assert (edited.id, edited.buttons) == (seen.id, [])


async def test_stop_reaches_the_bot_and_ends_the_draft(
    town: Playground, bot: Bot, dispatcher: Dispatcher
) -> None:
    @dispatcher.message()
    async def answer(message: TelegramMessage, bot: Bot) -> None:
        await bot.send_message_draft(message.chat.id, draft_id=9, text="Half", can_stop=True)

    @dispatcher.stopped_message_generation()
    async def stopped(event: MessageGenerationStopped, bot: Bot) -> None:
        await bot.send_message_draft(event.chat.id, draft_id=9, text="Half and more")
        await bot.send_message(event.chat.id, f"stopped {event.draft_id}")

    alice = town.user("alice")
    async with polling(bot, dispatcher):
        await alice.says("go")
        assert (await alice.stops()).text == "Half"
        await alice.sees("stopped 9")
        with pytest.raises(NotSeen, match="stopped 9"):
            await alice.sees_draft("and more", timeout_s=0)


async def test_photos_voice_and_documents_travel_both_ways(
    town: Playground, bot: Bot, dispatcher: Dispatcher
) -> None:
    @dispatcher.message(F.photo | F.voice | F.document)
    async def back(message: TelegramMessage, bot: Bot) -> None:
        photo = message.photo[-1] if message.photo else None
        thing = photo or message.voice or message.document
        assert thing is not None
        content = await bot.download(thing)
        assert content is not None
        await message.answer_document(
            BufferedInputFile(content.read(), "back.bin"), caption=message.caption
        )

    alice = town.user("alice")
    pixel = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")
    async with polling(bot, dispatcher):
        sent = await alice.sends_photo(pixel, caption="look")
        assert sent.message.photo is not None
        assert (sent.message.photo[-1].width, sent.message.photo[-1].height) == (2, 3)
        returned = await alice.sees("look")
        assert returned.message.document is not None
        assert await town.download(returned.message.document.file_id) == pixel
        await alice.sends_voice(b"OggS" + bytes(40), duration=3)
        assert (await alice.sees()).message.document is not None
        await alice.sends_document(b"{}", name="a.json")
        assert (await alice.sees()).message.document is not None


async def test_a_group_a_deep_link_and_silence(
    town: Playground, bot: Bot, dispatcher: Dispatcher
) -> None:
    @dispatcher.message(CommandStart(deep_link=True))
    async def started(message: TelegramMessage) -> None:
        await message.answer(str(message.text))

    @dispatcher.message(F.text.contains("@helper_bot"))
    async def mentioned(message: TelegramMessage) -> None:
        await message.reply("yes?")

    alice, bob = town.user("alice"), town.user("bob")
    club = bob.in_group("club")
    async with polling(bot, dispatcher):
        await alice.starts("s_1-x")
        await alice.sees("/start s_1-x")
        await club.says("plain talk")
        await club.sees_nothing()
        asked = await club.says("@helper_bot, are you there?")
        answer = await club.sees("yes?")
        assert answer.message.reply_to_message is not None
        assert answer.message.reply_to_message.message_id == asked.id
        with pytest.raises(NotSeen, match="are you there"):
            await club.sees_nothing(re.compile("yes"))


async def test_reactions_and_edits_reach_a_bot_that_asks_for_them(
    town: Playground, bot: Bot, dispatcher: Dispatcher
) -> None:
    @dispatcher.message()
    async def first(message: TelegramMessage) -> None:
        await message.answer("noted")

    @dispatcher.edited_message()
    async def changed(message: TelegramMessage) -> None:
        await message.answer(f"now: {message.text}")

    @dispatcher.message_reaction()
    async def reacted(event: MessageReactionUpdated, bot: Bot) -> None:
        await bot.set_message_reaction(event.chat.id, event.message_id, event.new_reaction)

    alice = town.user("alice")
    async with polling(bot, dispatcher):
        said = await alice.says("one")
        noted = await alice.sees("noted")
        await alice.edits(said, "two")
        await alice.sees("now: two")
        await alice.reacts(noted, "👍")
        await alice.sees_reaction(noted, "👍")
        await town.quiet()
        assert alice.story.reactions[noted.id] == [
            {"type": "emoji", "emoji": "👍", "by": [alice.id, town.bot_id]}
        ]
