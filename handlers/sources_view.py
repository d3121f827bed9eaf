"""What people see of the work on a file or page, and how a file's content is fetched."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup, ReplyParameters

from handlers.callbacks import SourceTap
from handlers.i18n import Catalogue, Markup, Texts
from handlers.keyboards import button, rows
from handlers.refusals import (
    UNREACHABLE,
    is_chat_missing,
    is_gone,
    is_not_modified,
    telegram_unavailable,
)
from handlers.sending import droppable
from handlers.sources_sentences import left_out, refusal_sentence
from services.answering.models import AnswerLength
from services.answering.request_models import NewRequest
from services.answering.requests import Requests
from services.clock import Clock
from services.dialogue.models import DialogueKey
from services.errors import BusyError, UnavailableError
from services.knowledge.chat_files import (
    ChatFile,
    FileProblem,
    FileProgress,
    FileRefusedError,
)
from services.knowledge.readers.models import SkippedSource
from services.people.people import People
from services.tasks import beside

log = structlog.get_logger(__name__)

_EDIT_EVERY_S: Final = 3.0
"""A chat takes about 20 messages and edits a minute."""
_FETCH_WITHIN_S: Final = 600


class _Progress:
    """Remembers what to show next; showing it is someone else's pace."""

    def __init__(self, texts: Texts, name: str) -> None:
        self._texts = texts
        self._name = name
        self.html = Markup("")
        self.changed = asyncio.Event()

    def reading(self) -> None:
        self._show(self._texts("source-reading", name=self._name))

    def indexing(self, percent: int) -> None:
        self._show(self._texts("source-indexing", name=self._name, percent=percent))

    def embedding(self, done: int, total: int) -> None:
        self._show(self._texts("source-embedding", name=self._name, done=done, total=total))

    def _show(self, html: Markup) -> None:
        if html != self.html:
            self.html = html
            self.changed.set()


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramFileView:
    """``FileView`` over the Bot API: one message, edited as the work goes on.

    Attributes:
        bot: With the limiter in its session.
        edit_every_s: Shortest time between two edits.
    """

    bot: Bot
    catalogue: Catalogue
    clock: Clock
    edit_every_s: float = _EDIT_EVERY_S

    async def place(self, file: ChatFile) -> int | None:
        """Send the placeholder; see the port."""
        texts = self._texts(file)
        return await self._send(file, texts("source-accepted", name=file.name), None)

    def following(self, file: ChatFile) -> AbstractAsyncContextManager[FileProgress]:
        """Show progress while the context is open; see the port."""
        return self._following(file)

    @asynccontextmanager
    async def _following(self, file: ChatFile) -> AsyncIterator[FileProgress]:
        progress = _Progress(self._texts(file), file.name)
        async with beside(self._keep_showing(file, progress)):
            yield progress

    async def done(
        self, file: ChatFile, *, embedded: bool, skipped: Sequence[SkippedSource]
    ) -> None:
        """Say that it can be asked about; see the port."""
        texts = self._texts(file)
        state = "unchanged" if file.unchanged else "ready" if embedded else "words"
        html = texts(f"source-done-{state}", name=file.name, count=file.passages)
        if skipped:
            html = Markup(f"{html}\n\n{left_out(skipped, texts)}")
        await self._finish(file, html, file_keyboard(file, texts, owner=file.user_id))

    async def refused(self, file: ChatFile, error: FileRefusedError) -> None:
        """Say why there is nothing of it; see the port."""
        texts = self._texts(file)
        html = refusal_sentence(error, file.name, texts)
        if file.is_reread:
            html = Markup(f"{html}\n{texts('source-reread-kept')}")
        await self._finish(file, html, None)

    async def _finish(
        self, file: ChatFile, html: Markup, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        if file.placeholder is None or not await self._edit(file, html, keyboard):
            await self._send(file, html, keyboard)

    async def _edit(
        self, file: ChatFile, html: Markup, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        try:
            with telegram_unavailable():
                await self.bot.edit_message_text(
                    html, chat_id=file.chat_id, message_id=file.placeholder, reply_markup=keyboard
                )
        except UNREACHABLE:
            return True  # as sending will find, too
        except TelegramBadRequest as error:
            if is_gone(error):
                return False
            if not is_not_modified(error):
                raise
        return True

    async def _send(
        self, file: ChatFile, html: Markup, keyboard: InlineKeyboardMarkup | None
    ) -> int | None:
        replied = ReplyParameters(message_id=file.message_id, allow_sending_without_reply=True)
        try:
            with telegram_unavailable():
                sent = await self.bot.send_message(
                    file.chat_id, html, message_thread_id=file.thread_id or None,
                    reply_parameters=replied, reply_markup=keyboard,
                )  # fmt: skip
        except UNREACHABLE:
            return None
        except TelegramBadRequest as error:
            if is_chat_missing(error):
                return None
            raise
        return sent.message_id

    async def _keep_showing(self, file: ChatFile, progress: _Progress) -> None:
        while True:
            await progress.changed.wait()
            progress.changed.clear()
            try:
                with droppable():
                    await self.bot.edit_message_text(
                        progress.html, chat_id=file.chat_id, message_id=file.placeholder
                    )
            except TelegramAPIError as error:
                log.debug("progress_refused", key=file.key, why=error.message)
            except Exception:
                # It only pleases the eye; the final text is sent in any case.
                log.exception("progress_broke", key=file.key)
                return
            await self.clock.sleep(self.edit_every_s)

    def _texts(self, file: ChatFile) -> Texts:
        return self.catalogue.texts(file.language)


def file_keyboard(file: ChatFile, texts: Texts, *, owner: int) -> InlineKeyboardMarkup:
    """Make the buttons of a file that is among the sources."""
    what, drop = (SourceTap(owner=owner, action=action, key=file.key) for action in
                  ("what", "drop"))  # fmt: skip
    return rows(
        [button(texts.plain("source-button-what"), what),
         button(texts.plain("source-button-remove"), drop)],
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramFiles:
    """``FileSource``: what was sent, from the Bot API server."""

    bot: Bot

    async def fetch(self, file: ChatFile, to: Path) -> None:
        """Write the content into a file; see the port."""
        try:
            with telegram_unavailable():
                await self.bot.download(file.file_id, to, timeout=_FETCH_WITHIN_S)
        except TelegramBadRequest as error:
            too_big = "file is too big" in error.message
            problem = FileProblem.TOO_LARGE if too_big else FileProblem.GONE
            raise FileRefusedError(problem) from error
        except UNREACHABLE as error:
            raise FileRefusedError(FileProblem.GONE) from error
        except (TimeoutError, OSError) as error:
            msg = f"the file was not downloaded: {type(error).__name__}"
            raise UnavailableError(msg, dependency="telegram") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerCaptions:
    """Answers the caption of a file, once the file can be searched."""

    requests: Requests
    people: People

    async def __call__(self, file: ChatFile) -> None:
        """Ask it as if it had been written now; the same file asks once."""
        person = await self.people.find(file.user_id)
        dialogue = DialogueKey(
            bot_id=file.bot_id, chat_id=file.chat_id, thread_id=file.thread_id,
            user_id=file.user_id,
        )  # fmt: skip
        try:
            await self.requests.ask(
                NewRequest(
                    update_id=file.update_id, dialogue=dialogue, private=file.private,
                    question_message_id=file.message_id, question=file.question,
                    language=file.language, length=AnswerLength(person.length.value),
                )
            )  # fmt: skip
        except BusyError:
            log.info("caption_not_answered", key=file.key)
