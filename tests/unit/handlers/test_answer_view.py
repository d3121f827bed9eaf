import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import (
    EditMessageText,
    SendMessage,
    SendMessageDraft,
    TelegramMethod,
)

from handlers.answer_view import TelegramAnswerView
from handlers.i18n import load_catalogue
from handlers.rendering.answers import ReplyPart
from handlers.sending import DroppedError
from services.answering.models import AnswerLength, Stage
from services.answering.request_models import Request, RequestId, RequestState
from services.dialogue.models import DialogueKey
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import FakeTelegram

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_REQUEST = Request(
    request_id=RequestId("0" * 16), update_id=5,
    dialogue=DialogueKey(bot_id=42, chat_id=2, thread_id=0, user_id=2), private=True,
    question_message_id=7, question="?", language="en", length=AnswerLength.NORMAL,
    asked_at=_NOW, state=RequestState.RUNNING, replica="one",
)  # fmt: skip
_GROUP_REQUEST = replace(
    _REQUEST, private=False, message_id=70, dialogue=replace(_REQUEST.dialogue, chat_id=-100)
)


class _YieldingClock(FakeClock):
    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def view(telegram: FakeTelegram) -> TelegramAnswerView:
    bot = Bot("42:TEST", session=telegram)
    return TelegramAnswerView(bot=bot, catalogue=load_catalogue("en"), clock=_YieldingClock())


def _part(html: str) -> str:
    return msgspec.json.encode(ReplyPart(html)).decode()


def _refusing(error: type[Exception], text: str) -> Callable[[TelegramMethod[Any]], None]:
    def refuse(method: TelegramMethod[Any]) -> None:
        raise error(method, text)

    return refuse


async def _calls(telegram: FakeTelegram, count: int) -> None:
    for _ in range(1000):
        if len(telegram.calls) >= count:
            return
        await asyncio.sleep(0)
    pytest.fail(f"only {len(telegram.calls)} calls")


async def test_drafts_show_the_newest_text_and_may_be_dropped(
    view: TelegramAnswerView, telegram: FakeTelegram
) -> None:
    async with view.following(_REQUEST) as progress:
        await _calls(telegram, 1)
        await progress.stage(Stage.SEARCH)
        await progress.text("one <two")
        await _calls(telegram, 2)
    first, second = telegram.calls
    assert isinstance(first, SendMessageDraft)
    assert isinstance(second, SendMessageDraft)
    assert (first.draft_id, first.can_stop) == (second.draft_id, True)
    assert second.text == "one &lt;two"
    assert all(telegram.droppable)


async def test_a_dropped_draft_is_shown_as_soon_as_there_is_room(
    view: TelegramAnswerView, telegram: FakeTelegram
) -> None:
    def drop_twice(_: TelegramMethod[Any]) -> None:
        if len(telegram.calls) <= 2:
            raise DroppedError

    telegram.refuse = drop_twice
    async with view.following(_REQUEST):
        await _calls(telegram, 3)


async def test_refused_progress_does_not_end_the_answer(
    view: TelegramAnswerView, telegram: FakeTelegram
) -> None:
    telegram.refuse = _refusing(TelegramBadRequest, "message to edit not found")
    async with view.following(_GROUP_REQUEST) as progress:
        await _calls(telegram, 1)
        await progress.text("more")
        await _calls(telegram, 2)
    assert all(isinstance(call, EditMessageText) for call in telegram.calls)


@pytest.mark.parametrize(
    ("refusal", "done"),
    [
        ("Bad Request: message is not modified: specified new message content is the same", True),
        ("Bad Request: message to edit not found", False),
    ],
)
async def test_edits_tell_what_is_done_from_what_is_gone(
    view: TelegramAnswerView, telegram: FakeTelegram, refusal: str, *, done: bool
) -> None:
    telegram.refuse = _refusing(TelegramBadRequest, refusal)
    assert await view.edit(_GROUP_REQUEST, 70, _part("x"), last=True) is done


async def test_whoever_blocked_the_bot_gets_nothing(
    view: TelegramAnswerView, telegram: FakeTelegram
) -> None:
    telegram.refuse = _refusing(TelegramForbiddenError, "Forbidden: bot was blocked by the user")
    assert await view.send(_REQUEST, _part("x"), last=True) is None


async def test_being_blocked_between_placeholder_and_answer_is_no_failure_of_ours(
    view: TelegramAnswerView, telegram: FakeTelegram
) -> None:
    telegram.refuse = _refusing(TelegramForbiddenError, "Forbidden: bot was blocked by the user")
    assert await view.edit(_GROUP_REQUEST, 70, _part("x"), last=True) is False


async def test_groups_are_answered_by_a_reply_that_must_arrive(
    view: TelegramAnswerView, telegram: FakeTelegram
) -> None:
    assert await view.place(_GROUP_REQUEST) == 9
    (call,) = telegram.calls
    assert isinstance(call, SendMessage)
    assert call.reply_parameters is not None
    assert call.reply_parameters.message_id == 7
    assert telegram.droppable == [False]


@pytest.mark.parametrize(
    ("outcome", "line"),
    [(RequestState.DONE, "🫖 Your answer is ready"),
     (RequestState.FAILED, "🫖 A word about your question"),
     (RequestState.CANCELLED, "🫖 A word about your question")],
)  # fmt: skip
async def test_a_refusal_is_not_announced_as_an_answer(
    view: TelegramAnswerView, telegram: FakeTelegram, outcome: RequestState, line: str
) -> None:
    """The notification said that the answer is ready, and the message that all is busy."""
    await view.place(replace(_REQUEST, outcome=outcome))
    (call,) = telegram.calls
    assert isinstance(call, SendMessage)
    assert call.text == line


@pytest.mark.parametrize(
    ("may_wait", "buttons"), [(True, ["⏳ I will wait", "🚪 Not now"]), (False, ["🔁 Again"])]
)
async def test_a_place_in_line_is_offered_only_where_it_is_kept(
    view: TelegramAnswerView, telegram: FakeTelegram, *, may_wait: bool, buttons: list[str]
) -> None:
    (part,) = view.compose_busy(_REQUEST, 90.0, may_wait=may_wait)
    await view.edit(_REQUEST, 70, part, last=True)
    (call,) = telegram.calls
    assert isinstance(call, EditMessageText)
    assert call.text is not None
    assert "about 2 min until your turn" in call.text
    assert call.reply_markup is not None
    assert [each.text for row in call.reply_markup.inline_keyboard for each in row] == buttons
