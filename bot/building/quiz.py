"""Quizzes from the libraries, from finished parts."""

from aiogram import Bot

from bot.settings import Settings
from handlers.i18n import Catalogue
from handlers.quiz_view import TelegramQuizView
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_sample import SqlPassageSample
from services.adapters.sql.quizzes import SqlQuizStore
from services.clock import Clock
from services.insight.quizzing import MakeQuiz, QuizLimits, Quizzes
from services.knowledge.ports import Lemmatizer, PassageStore
from services.knowledge.scopes import Scopes
from services.tasks import Leases, Nursery


def build_quizzes(
    settings: Settings,
    *,
    bot: Bot,
    sessions: Sessions,
    scopes: Scopes,
    passages: PassageStore,
    lemmatizer: Lemmatizer,
    catalogue: Catalogue,
    leases: Leases,
    nursery: Nursery,
    clock: Clock,
) -> Quizzes:
    """Put the quizzes together.

    Args:
        settings: Read here and handed on as plain values.
        bot: With the limiter in its session.
        sessions: Of the database with the present schema.
        scopes: What a chat may read.
        passages: What questions are made of.
        lemmatizer: The one that the index is built with.
        catalogue: Texts in all languages.
        leases: Seen by all replicas.
        nursery: Runs the quizzes.
        clock: The process's clock.
    """
    return Quizzes(
        store=SqlQuizStore(sessions),
        view=TelegramQuizView(bot=bot, catalogue=catalogue),
        make=MakeQuiz(
            scopes=scopes, sample=SqlPassageSample(sessions), passages=passages,
            lemmatizer=lemmatizer,
        ),
        leases=leases,
        nursery=nursery,
        clock=clock,
        limits=QuizLimits(
            most=settings.quiz_questions, a_day=settings.quizzes_per_day,
            seconds=settings.quiz_seconds,
        ),
    )  # fmt: skip
