import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters

from handlers.choosing import choices_keyboard, with_follow_ups
from handlers.i18n import Catalogue, Texts
from handlers.keyboards import answer_keyboard, stop_keyboard
from handlers.refusals import (
    UNREACHABLE,
    is_chat_missing,
    is_gone,
    is_not_modified,
    telegram_unavailable,
)
from handlers.rendering.answers import (
    Keyboard,
    ReplyPart,
    answer_parts,
    body,
    stopped_parts,
)
from handlers.rendering.waits import said_wait
from handlers.sending import droppable
from services.answering.models import Answer, Stage
from services.answering.ports import AnswerProgress
from services.answering.request_models import FailureCode, Request, RequestState
from services.clock import Clock
from services.inference.waits import WaitEstimate
from services.tasks import beside

log = structlog.get_logger(__name__)

_DRAFT_EVERY_S: Final = 0.3
_DRAFT_ALIVE_S: Final = 20.0
"""Telegram shows a draft for 30 s; one that does not change is sent again before."""
_EDIT_EVERY_S: Final = 3.0
"""A group takes about 20 messages and edits a minute."""
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


class _Progress:
    """Remembers what to show next; showing it is someone else's pace."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.html: str = texts("stage-waiting")
        self.changed = asyncio.Event()

    async def stage(self, stage: Stage) -> None:
        self.html = self._texts(f"stage-{stage.value}")
        self.changed.set()

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        if estimate is None:
            self.html = self._texts(f"stage-{Stage.GENERATE.value}")
        else:
            wait, most = (said_wait(s, self._texts) for s in (estimate.p50_s, estimate.p90_s))
            key = "stage-in-line" if wait == most else "stage-in-line-range"
            values = {"wait": wait} if wait == most else {"wait": wait, "most": most}
            self.html = self._texts(key, **values)
        self.changed.set()

    async def text(self, partial: str) -> None:
        parts = body(partial, ()).parts()
        if parts:
            self.html = parts[-1].html()
            self.changed.set()


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramAnswerView:
    """``AnswerView`` over the Bot API: drafts in private chats, paced edits in groups.

    Attributes:
        bot: With the limiter in its session.
        draft_every_s: Shortest time between two drafts.
        edit_every_s: Shortest time between two edits of a placeholder.
    """

    bot: Bot
    catalogue: Catalogue
    clock: Clock
    draft_every_s: float = _DRAFT_EVERY_S
    edit_every_s: float = _EDIT_EVERY_S

    def following(self, request: Request) -> AbstractAsyncContextManager[AnswerProgress]:
        """Show progress while the context is open; see the port."""
        return self._following(request)

    @asynccontextmanager
    async def _following(self, request: Request) -> AsyncIterator[AnswerProgress]:
        progress = _Progress(self._texts(request))
        async with beside(self._keep_showing(request, progress)):
            yield progress

    def compose(self, request: Request, answer: Answer) -> tuple[str, ...]:
        """Render the answer in its own language where there is a catalogue for it."""
        texts = self.catalogue.texts(answer.language, request.language)
        return _stored(answer_parts(answer, texts))

    def compose_failure(
        self, request: Request, code: FailureCode, *, error_id: str
    ) -> tuple[str, ...]:
        """Say kindly that there is no answer, and what to do."""
        texts, key = self._texts(request), f"failure-{code.value}"
        html = texts(key, id=error_id) if code is FailureCode.INTERNAL else texts(key)
        return _stored([ReplyPart(html, Keyboard.RETRY)])

    def compose_busy(self, request: Request, wait_s: float, *, may_wait: bool) -> tuple[str, ...]:
        """Say how long it would take, with buttons to wait or to leave, or to try again later."""
        texts = self._texts(request)
        key = "answer-busy" if may_wait else "answer-too-busy"
        html = texts(key, wait=said_wait(wait_s, texts))
        return _stored([ReplyPart(html, Keyboard.BUSY if may_wait else Keyboard.RETRY)])

    def compose_stopped(self, request: Request, partial: str) -> tuple[str, ...]:
        """Render what there was, with a mark."""
        return _stored(stopped_parts(partial, self._texts(request)))

    async def place(self, request: Request) -> int | None:
        """Send the placeholder: in a group with its Stop button, in private when all is ready."""
        texts = self._texts(request)
        if request.private:
            # A notification shows this line, whatever is put in its place.
            key = "answer-ready" if request.outcome is RequestState.DONE else "answer-word"
            return await self._send(request, texts(key), None)
        return await self._send(
            request, texts("stage-waiting"), stop_keyboard(request.request_id, texts)
        )

    async def send(self, request: Request, part: str, *, last: bool) -> int | None:
        """Send a part as a new message; see the port."""
        shown, keyboard = self._shown(request, part, last=last)
        return await self._send(request, shown.html, keyboard)

    async def edit(self, request: Request, message_id: int, part: str, *, last: bool) -> bool:
        """Put a part into a message; see the port."""
        shown, keyboard = self._shown(request, part, last=last)
        try:
            with telegram_unavailable():
                await self.bot.edit_message_text(
                    shown.html,
                    chat_id=request.dialogue.chat_id,
                    message_id=message_id,
                    reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                )
        except UNREACHABLE:
            return False  # as sending will find, too
        except TelegramBadRequest as error:
            if is_gone(error):
                return False
            if not is_not_modified(error):
                raise
        return True

    async def remove(self, request: Request, message_id: int) -> None:
        """Delete a placeholder; see the port."""
        try:
            with telegram_unavailable():
                await self.bot.delete_message(request.dialogue.chat_id, message_id)
        except UNREACHABLE:
            return
        except TelegramBadRequest as error:
            if not is_gone(error):
                raise

    async def _send(
        self, request: Request, html: str, keyboard: InlineKeyboardMarkup | None
    ) -> int | None:
        replied = None
        if not request.private:
            replied = ReplyParameters(
                message_id=request.question_message_id, allow_sending_without_reply=True
            )
        try:
            with telegram_unavailable():
                sent = await self.bot.send_message(
                    request.dialogue.chat_id,
                    html,
                    message_thread_id=request.dialogue.thread_id or None,
                    reply_parameters=replied,
                    reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                )
        except UNREACHABLE:
            return None
        except TelegramBadRequest as error:
            if is_chat_missing(error):
                return None
            raise
        return sent.message_id

    async def _keep_showing(self, request: Request, progress: _Progress) -> None:
        pause_s = self.draft_every_s if request.private else self.edit_every_s
        while True:
            progress.changed.clear()
            dropped = True
            try:
                with droppable():
                    await self._show_progress(request, progress.html)
                    dropped = False
            except TelegramAPIError as error:
                log.debug("progress_refused", request_id=request.request_id, why=error.message)
                dropped = False
            except Exception:
                # It only pleases the eye; the final text is sent in any case.
                log.exception("progress_broke", request_id=request.request_id)
                return
            await self.clock.sleep(pause_s)
            if not dropped:
                await self._changed_or_fading(request, progress)

    async def _changed_or_fading(self, request: Request, progress: _Progress) -> None:
        try:
            async with asyncio.timeout(_DRAFT_ALIVE_S if request.private else None):
                await progress.changed.wait()
        except TimeoutError:
            return

    async def _show_progress(self, request: Request, html: str) -> None:
        if request.private:
            await self.bot.send_message_draft(
                request.dialogue.chat_id,
                request.draft_id,
                message_thread_id=request.dialogue.thread_id or None,
                text=html,
                can_stop=True,
                keep_on_stop=True,
            )
        elif request.message_id is not None:
            await self.bot.edit_message_text(
                html,
                chat_id=request.dialogue.chat_id,
                message_id=request.message_id,
                reply_markup=stop_keyboard(request.request_id, self._texts(request)),
                link_preview_options=_NO_PREVIEW,
            )

    def _shown(
        self, request: Request, part: str, *, last: bool
    ) -> tuple[ReplyPart, InlineKeyboardMarkup | None]:
        shown = msgspec.json.decode(part, type=ReplyPart)
        keyboard = (
            choices_keyboard(shown.choices, request.request_id)
            if shown.choices
            else with_follow_ups(
                answer_keyboard(shown.keyboard, request.request_id, self._texts(request)),
                shown.follow_ups,
                request.request_id,
            )
        )
        return shown, keyboard if last else None

    def _texts(self, request: Request) -> Texts:
        return self.catalogue.texts(request.language)


def _stored(parts: list[ReplyPart]) -> tuple[str, ...]:
    # Markup is a str of its own; msgspec wants the plain one.
    return tuple(msgspec.json.encode(part, enc_hook=str).decode() for part in parts)
