"""A little bot that the page's tests talk to: real aiogram over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    MessageGenerationStopped,
    ReplyKeyboardMarkup,
)

from playground.server import Running

BUTTONS = InlineKeyboardMarkup(inline_keyboard=[
    [InlineKeyboardButton(text="Like", callback_data="like"),
     InlineKeyboardButton(text="Warn", callback_data="warn")],
    [InlineKeyboardButton(text="Count: 0", callback_data="count 0")],
])  # fmt: skip
CHOICES = ReplyKeyboardMarkup(
    keyboard=[[KeyboardButton(text="Tea"), KeyboardButton(text="Coffee")]],
    one_time_keyboard=True,
    input_field_placeholder="Tea or coffee?",
)
RICH = (
    "🥣 <b>bold</b> <i>italic</i> <u>underlined</u> <s>struck</s> <code>code</code> "
    '<tg-spoiler>secret</tg-spoiler> <a href="https://example.org/page">a link</a>\n'
    '<pre><code class="language-python">print("tea")</code></pre>'
    "<blockquote expandable>Sources\n1. First\n2. Second\n3. Third\n4. Fourth\n5. Last</blockquote>"
    "Try /start or ask @alice."
)
ANSWER = "Pour fresh water into the samovar, light the fire, wait until it hums, then make the tea."


class EchoBot:
    """What the bot does, and the moments at which a test lets it go on."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.may_answer = asyncio.Event()
        self.may_finish = asyncio.Event()
        self.stopped = asyncio.Event()
        self.voices: list[bytes] = []
        self.durations: list[int] = []
        self.router = Router()
        self.router.message.register(self.start, CommandStart())
        self.router.message.register(self.rich, F.text == "rich")
        self.router.message.register(self.busy, F.text == "busy")
        self.router.message.register(self.choose, F.text == "choose")
        self.router.message.register(self.story, F.text == "story")
        self.router.message.register(self.picture, F.photo)
        self.router.message.register(self.voice, F.voice)
        self.router.message.register(self.group, F.chat.type == "supergroup")
        self.router.message.register(self.echo, F.text)
        self.router.callback_query.register(self.tapped)
        self.router.stopped_message_generation.register(self.stop)

    async def start(self, message: Message) -> None:
        await message.answer("Welcome!", reply_markup=BUTTONS)

    async def busy(self, message: Message) -> None:
        await self.bot.send_chat_action(message.chat.id, "upload_voice")

    async def rich(self, message: Message) -> None:
        await message.answer(RICH)

    async def choose(self, message: Message) -> None:
        await message.answer("What will you drink?", reply_markup=CHOICES)

    async def echo(self, message: Message) -> None:
        await message.answer(f"You said: {message.html_text}")

    async def group(self, message: Message) -> None:
        me = await self.bot.me()
        if message.text and f"@{me.username}" in message.text:
            await message.reply(f"At your service, {message.from_user.full_name}!"
                                if message.from_user else "?", parse_mode=None)  # fmt: skip

    async def picture(self, message: Message) -> None:
        assert message.photo is not None
        await message.reply_photo(message.photo[-1].file_id, caption="A <b>fine</b> picture")

    async def voice(self, message: Message) -> None:
        assert message.voice is not None
        self.durations.append(message.voice.duration)
        found = await self.bot.get_file(message.voice.file_id)
        assert found.file_path is not None
        content = await self.bot.download_file(found.file_path)
        assert content is not None
        self.voices.append(content.read())
        await message.reply("I hear you")

    async def story(self, message: Message) -> None:
        """Writes the first half of the answer, then waits for the test."""
        words = ANSWER.split()
        half = " ".join(words[: len(words) // 2])
        for text in ("", half[: len(half) // 2], half):
            await self.bot.send_message_draft(
                message.chat.id, draft_id=message.message_id, text=text, can_stop=True
            )
        await self.may_finish.wait()
        if not self.stopped.is_set():
            await message.answer(ANSWER)

    async def stop(self, event: MessageGenerationStopped) -> None:
        self.stopped.set()
        self.may_finish.set()
        await self.bot.send_message(event.chat.id, "Stopped halfway.")

    async def tapped(self, query: CallbackQuery) -> None:
        await self.may_answer.wait()
        word, *rest = (query.data or "").split()
        if word == "count" and isinstance(query.message, Message):
            await query.message.edit_reply_markup(reply_markup=_counted(int(rest[0]) + 1))
            await query.answer()
        else:
            await query.answer("Read this first" if word == "warn" else "Thank you!",
                               show_alert=word == "warn")  # fmt: skip


def _counted(count: int) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=f"Count: {count}", callback_data=f"count {count}")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


@asynccontextmanager
async def echo_bot(town: Running) -> AsyncIterator[EchoBot]:
    """Runs the bot by long polling until the block ends."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(town.base))
    bot = Bot(town.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    echo = EchoBot(bot)
    dispatcher = Dispatcher()
    dispatcher.include_router(echo.router)
    await bot.set_my_commands([
        BotCommand(command="start", description="From the beginning"),
        BotCommand(command="help", description="What I can do"),
    ])  # fmt: skip
    async with asyncio.TaskGroup() as group:
        group.create_task(
            dispatcher.start_polling(bot, handle_signals=False, close_bot_session=True)
        )
        try:
            yield echo
        finally:
            echo.may_answer.set()
            echo.may_finish.set()
            await dispatcher.stop_polling()
