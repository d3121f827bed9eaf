"""``/quiz``: begun, answered, stopped, and the table of the month."""

from datetime import UTC, datetime
from typing import Final

from aiogram import Bot, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message, PollAnswer

from handlers.callbacks import QuizTap
from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.parsing import tapped_message, thread_of
from handlers.rendering.quiz import top_text
from handlers.toasts import toast
from services.insight.quiz_models import PollChoice, Quiz
from services.insight.quizzing import FEWEST, Begun, Quizzes
from services.people.models import Person, Role

_QUESTIONS: Final = 5
_CHAT_ADMINS: Final = frozenset({ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR})
_TOP: Final = frozenset({"top", "топ", "таблица", "score", "scores"})
_STOP: Final = frozenset({"stop", "стоп", "хватит", "cancel", "отмена"})


def build_router() -> Router:
    """Take ``/quiz``, its Stop, and what people choose in polls."""
    router = Router(name="quiz")
    router.message.register(_quiz, FromPerson(), Command("quiz"), flags={"asks": True})
    router.callback_query.register(_stop_tap, QuizTap.filter())
    return router


def build_answers_router() -> Router:
    """Take the choices; whoever sees a poll may answer it."""
    router = Router(name="quiz_answers")
    router.poll_answer.register(_answered)
    return router


async def _quiz(
    message: Message, *, bot: Bot, command: CommandObject, person: Person, texts: Texts,
    quizzes: Quizzes,
) -> None:  # fmt: skip
    wish = (command.args or "").strip().lower()
    if wish in _TOP:
        await message.reply(top_text(await quizzes.top(message.chat.id), texts))
    elif wish in _STOP:
        await _stop(message, bot, person, texts, quizzes)
    elif wish and not (wish.isascii() and wish.isdigit()):
        await message.reply(texts("quiz-how", most=quizzes.limits.most))
    else:
        await _begin(message, int(wish[:4]) if wish else _QUESTIONS, person, texts, quizzes)


async def _begin(
    message: Message, wanted: int, person: Person, texts: Texts, quizzes: Quizzes
) -> None:
    if not FEWEST <= wanted <= quizzes.limits.most:
        await message.reply(texts("quiz-how", most=quizzes.limits.most))
        return
    begun = await quizzes.begin(
        chat_id=message.chat.id, thread_id=thread_of(message), user_id=person.user_id,
        private=message.chat.type == ChatType.PRIVATE, language=texts.language, wanted=wanted,
    )  # fmt: skip
    if begun is not Begun.YES:
        await message.reply(texts(f"quiz-{begun.value}", count=quizzes.limits.a_day))


async def _stop(message: Message, bot: Bot, person: Person, texts: Texts, quizzes: Quizzes) -> None:
    quiz = await quizzes.running_in(message.chat.id)
    if quiz is None:
        await message.reply(texts("quiz-none-runs"))
    elif not await _may_stop(bot, quiz, person):
        await message.reply(texts("quiz-not-yours"))
    else:
        await quizzes.stop(quiz.quiz_id)


async def _stop_tap(
    callback: CallbackQuery, *, bot: Bot, callback_data: QuizTap, person: Person, texts: Texts,
    quizzes: Quizzes,
) -> None:  # fmt: skip
    quiz = await quizzes.find(callback_data.quiz_id)
    message = tapped_message(callback)
    if quiz is None or message is None or message.chat.id != quiz.chat_id:
        await toast(callback, texts.plain("quiz-over"))
    elif not await _may_stop(bot, quiz, person):
        await toast(callback, texts.plain("quiz-not-yours"), alert=True)
    else:
        stopped = await quizzes.stop(quiz.quiz_id)
        await toast(callback, texts.plain("quiz-stopping" if stopped else "quiz-over"))


async def _may_stop(bot: Bot, quiz: Quiz, person: Person) -> bool:
    """Tell it of who began the quiz, the bot's admins and the group's."""
    if person.user_id == quiz.user_id or person.role in {Role.ADMIN, Role.OWNER}:
        return True
    try:
        member = await bot.get_chat_member(quiz.chat_id, person.user_id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return False
    return member.status in _CHAT_ADMINS


async def _answered(event: PollAnswer, *, quizzes: Quizzes) -> None:
    who = event.user
    if who is None or who.is_bot or event.voter_chat is not None or len(event.option_ids) != 1:
        return
    await quizzes.answered(
        PollChoice(
            poll_id=event.poll_id, user_id=who.id, option=event.option_ids[0],
            name=who.first_name or who.full_name, answered_at=datetime.now(UTC),
        )
    )  # fmt: skip
