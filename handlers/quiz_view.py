from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aiogram import Bot
from aiogram.enums import ParseMode, PollType
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
)
from aiogram.types import InlineKeyboardMarkup, InputPollOption

from handlers.callbacks import QuizTap
from handlers.i18n import Catalogue, Texts
from handlers.keyboards import button, rows
from handlers.refusals import telegram_unavailable
from handlers.rendering.quiz import explanation, question_text, scores_text
from services.errors import NotFoundError
from services.insight.quiz_models import AskedPoll, Quiz, QuizQuestion, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramQuizView:
    """``QuizView``: Telegram's own quiz polls, paced by the bot's limiter."""

    bot: Bot
    catalogue: Catalogue

    async def announce(self, quiz: Quiz, *, count: int, seconds: int) -> None:
        """See ``QuizView.announce``."""
        texts = self._texts(quiz)
        key = "quiz-begins-private" if quiz.private else "quiz-begins"
        stop = button(texts.plain("quiz-button-stop"), QuizTap(quiz_id=quiz.quiz_id))
        await self._say(quiz, texts(key, count=count, seconds=seconds), rows([stop]))

    async def audience(self, quiz: Quiz) -> int:
        """See ``QuizView.audience``."""
        if quiz.private:
            return 1
        with _refusals():
            return max(1, await self.bot.get_chat_member_count(quiz.chat_id) - 1)

    async def ask(
        self, quiz: Quiz, question: QuizQuestion, *, number: int, count: int, seconds: int
    ) -> tuple[str, int]:
        """See ``QuizView.ask``."""
        with _refusals():
            sent = await self.bot.send_poll(
                chat_id=quiz.chat_id,
                message_thread_id=quiz.thread_id or None,
                question=question_text(question, number=number, count=count),
                options=[InputPollOption(text=option) for option in question.options],
                type=PollType.QUIZ,
                is_anonymous=False,
                correct_option_ids=[question.right],
                explanation=explanation(question),
                explanation_parse_mode=ParseMode.HTML,
                open_period=seconds,
            )
        if sent.poll is None:
            msg = "Telegram sent no poll"
            raise NotFoundError(msg)
        return sent.poll.id, sent.message_id

    async def close(self, quiz: Quiz, poll: AskedPoll) -> None:
        """See ``QuizView.close``."""
        with _refusals():
            try:
                await self.bot.stop_poll(quiz.chat_id, poll.message_id)
            except TelegramBadRequest:
                return

    async def tell(self, quiz: Quiz, scores: Sequence[Score], *, asked: int) -> None:
        """See ``QuizView.tell``."""
        await self._say(quiz, scores_text(scores, asked=asked, texts=self._texts(quiz)))

    async def too_few(self, quiz: Quiz) -> None:
        """See ``QuizView.too_few``."""
        await self._say(quiz, self._texts(quiz)("quiz-too-few"))

    async def _say(
        self, quiz: Quiz, text: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        with _refusals():
            await self.bot.send_message(
                quiz.chat_id, text, message_thread_id=quiz.thread_id or None, reply_markup=keyboard
            )

    def _texts(self, quiz: Quiz) -> Texts:
        return self.catalogue.texts(quiz.language)


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell a Telegram that is away from one that takes nothing of this quiz."""
    try:
        with telegram_unavailable():
            yield
    except TelegramAPIError as error:
        msg = f"Telegram refuses the quiz: {type(error).__name__}"
        raise NotFoundError(msg) from error
