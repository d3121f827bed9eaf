"""Where all parts meet: constructors in the order of dependence, closed in reverse."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiohttp import web
from redis.asyncio import Redis
from sqlalchemy import text

from bot.application import Application, Webhook, feed
from bot.building.answering import build_inline_answers, open_answering
from bot.building.conversation import Conversation, create_conversation
from bot.building.inference import Inference, open_inference
from bot.building.insight import build_reporting, build_retraining, report_weekly
from bot.building.knowledge import Knowledge, build_embedding, open_knowledge
from bot.building.memory import build_forgetting, build_memories
from bot.building.moderation import build_moderation
from bot.building.quiz import build_quizzes
from bot.building.redis import keep_redis, open_redis
from bot.building.sources import Sources, build_source_parts, build_sources
from bot.building.sql import open_sql
from bot.building.telegram import bot_id, bot_token, open_bot
from bot.building.waits import Waits, open_waits
from bot.building.web import open_chat_pages
from bot.clock import SystemClock
from bot.dispatching import create_dispatcher
from bot.http import Check, create_app
from bot.inbox import Inbox
from bot.library_pages import add_library_pages
from bot.middlewares.throttle import ThrottleMiddleware
from bot.nursery import AsyncioNursery
from bot.pacing import LocalPace, ResilientPace
from bot.polling import Poller
from bot.pool_metrics import PoolMetrics
from bot.promise import PromiseWatch
from bot.replica import Replicas, replica_id
from bot.settings import Settings
from bot.webhook import PATH, add_webhook, derived_secret
from bot.workflow_data import InsightData, QuizData
from handlers.i18n import load_catalogue
from handlers.membership import TelegramMembership
from handlers.outage_notices import OutageNotices
from handlers.owner_notices import OwnerNotices
from services.adapters.queue.reply_erasure import RedisReplyErasure
from services.adapters.redis.client import connect, redis_errors
from services.adapters.redis.conversations import RedisConversations
from services.adapters.redis.dialogue_store import RedisDialogueStore
from services.adapters.redis.inbox import RedisInbox
from services.adapters.redis.leases import RedisLeases
from services.adapters.redis.limiter import RedisPace
from services.adapters.redis.personal_data import (
    FORMS_PREFIX,
    AppendOnlyFile,
    DeadLetters,
    Forms,
    MessageCounts,
)
from services.adapters.sql.engine import Sessions
from services.adapters.sql.insight import SqlAnswerJournal
from services.adapters.sql.knowledge_people import SqlLibraryPeople
from services.adapters.sql.moderation_cases import SqlCases
from services.adapters.sql.people import SqlPeopleStore
from services.adapters.sql.quizzes import SqlQuizStore
from services.adapters.sql.transactions import reading
from services.clock import Clock
from services.inference.ports import TextEmbedder
from services.insight.noting import NotedAnswers
from services.knowledge.scopes import Scopes
from services.people.models import Role
from services.tasks import Leases, Nursery

log = structlog.get_logger(__name__)


async def build(
    settings: Settings, stack: AsyncExitStack, *, announce: Callable[[str], None]
) -> Application:
    """Put a bot process together; what was opened is closed with ``stack``.

    Args:
        settings: All of them.
        stack: Owner of all that must be closed.
        announce: Takes a line for whoever started the bot.

    Raises:
        InvalidInputError: There is no usable token.
        UnavailableError: Redis, SQL or the disk cannot be used; the message says what to do.
    """
    clock, me = SystemClock(), bot_id(settings)
    sessions = await stack.enter_async_context(open_sql(settings))
    replica = stack.enter_context(replica_id(settings.data))
    redis_url = await stack.enter_async_context(open_redis(settings))
    redis = await stack.enter_async_context(connect(redis_url))
    leases = RedisLeases(redis)
    pace = ResilientPace(RedisPace(redis, bot_id=me), LocalPace(clock))
    bot = await stack.enter_async_context(open_bot(settings, pace, clock))
    # Two owners of detached work: questions end first, then what reads replies and follows SQL.
    background, questions = AsyncioNursery(), AsyncioNursery()
    waits = await stack.enter_async_context(open_waits(settings, sessions, clock, background))
    inference = await stack.enter_async_context(
        open_inference(
            settings, redis_url, replica_id=replica, nursery=background,
            waits=waits.estimator, journal=waits.journal,
        )
    )  # fmt: skip
    knowledge = await stack.enter_async_context(open_knowledge(settings, sessions, background))
    pages = await stack.enter_async_context(open_chat_pages(settings, SqlPeopleStore(sessions)))
    stack.push_async_callback(background.close)
    stack.push_async_callback(questions.close)
    if settings.demo:
        await knowledge.mount_demo()
    _start_background(settings, knowledge, inference, waits, clock=clock, nursery=background)
    dialogues = RedisDialogueStore(
        redis, budget_tokens=settings.dialogue_budget_tokens, ttl_s=settings.dialogue_ttl_s
    )
    memories = build_memories(
        settings, sessions, lemmatizer=knowledge.lemmatizer, embedder=inference.embedder,
        clock=clock, nursery=questions,
    )  # fmt: skip
    answer = await stack.enter_async_context(
        open_answering(
            settings, sessions=sessions, knowledge=knowledge, inference=inference,
            dialogue=dialogues, clock=clock, by_model=settings.answers_by_model,
            memories=memories,
        )
    )  # fmt: skip
    membership = TelegramMembership(bot, clock)
    store = RedisInbox(redis, bot_id=me, replica=replica)
    source_parts = build_source_parts(
        settings, bot=bot, sessions=sessions, knowledge=knowledge, leases=leases, clock=clock
    )
    scopes = Scopes(libraries=knowledge.libraries, membership=membership, demo=settings.demo)
    catalogue = load_catalogue(settings.language)
    moderation = build_moderation(
        settings, bot=bot, sessions=sessions, redis=redis, catalogue=catalogue,
        calls=inference.calls, nursery=questions, clock=clock,
    )  # fmt: skip
    conversation = create_conversation(
        settings, bot=bot, catalogue=catalogue, sessions=sessions, leases=leases,
        nursery=questions, clock=clock, replica=replica, membership=membership,
        dialogues=dialogues,
        answer=NotedAnswers(answer=answer, journal=SqlAnswerJournal(sessions), clock=clock),
        conversations=RedisConversations(redis, ttl_s=settings.dialogue_ttl_s),
        inline_answers=build_inline_answers(
            answer, scopes=scopes, nursery=questions, clock=clock
        ),
        scopes=scopes,
        replies=RedisReplyErasure(redis=redis), memories=memories,
        forgetting=build_forgetting(settings, sessions, redis, clock),
        in_redis=(
            dialogues, DeadLetters(inbox=store), Forms(redis=redis, prefix=FORMS_PREFIX),
            MessageCounts(redis=redis), AppendOnlyFile(redis=redis),
        ),
        personal_data=(
            *source_parts.personal_data, SqlCases(sessions), SqlLibraryPeople(sessions),
            SqlQuizStore(sessions),
        ),
    )  # fmt: skip
    await conversation.forget_again()
    sources = build_sources(
        settings, source_parts, requests=conversation.requests, catalogue=conversation.catalogue,
        people=conversation.access.people, pages=pages, nursery=questions, replica=replica,
    )  # fmt: skip
    promise = PromiseWatch(
        redis_url=redis_url, redis=redis, bot_id=me, clock=clock, notices=OwnerNotices(
            bot=bot, catalogue=conversation.catalogue, people=conversation.access.people.store
        ),
    )  # fmt: skip
    background.start(promise.run(), name="promise")
    moderation.start(background)
    insight = _start_insight(
        settings, conversation, knowledge, scopes, bot=bot, sessions=sessions, leases=leases,
        embedder=inference.embedder, clock=clock, background=background, questions=questions,
    )  # fmt: skip
    dispatcher = create_dispatcher(
        redis,
        conversation.router,
        workflow_data={
            **conversation.workflow_data,
            **sources.workflow_data,
            **insight,
            **moderation.workflow_data,
        },
        identity=conversation.identity,
        throttle=ThrottleMiddleware(pace, count=settings.asks_per_minute),
    )
    inbox = Inbox(store, feed(dispatcher, bot))
    webhook = _webhook(settings)
    poller = None if webhook is not None else Poller(
        bot, store.accept, allowed_updates=dispatcher.resolve_used_update_types(),
        notices=OutageNotices(bot, conversation.catalogue),
    )  # fmt: skip
    app = _web(settings, _checks(redis, sessions, inbox, poller), webhook, store)
    return Application(
        bot=bot, dispatcher=dispatcher, inbox=inbox, poller=poller, webhook=webhook, web=app,
        replicas=Replicas(
            redis, leases, bot_id=me, me=replica,
            on_orphan=(inference.replies.adopt, conversation.resume, sources.resume, inbox.adopt),
        ),
        host=settings.http_host, port=settings.http_port,
        greet=lambda: _greet(conversation, sources, settings.owner, announce),
    )  # fmt: skip


def _start_insight(
    settings: Settings,
    conversation: Conversation,
    knowledge: Knowledge,
    scopes: Scopes,
    *,
    bot: Bot,
    sessions: Sessions,
    leases: Leases,
    embedder: TextEmbedder,
    clock: Clock,
    background: Nursery,
    questions: Nursery,
) -> dict[str, object]:
    """Start what looks at answers and plays with the libraries; give it to the handlers."""
    reporting = build_reporting(
        settings, bot=bot, sessions=sessions, catalogue=conversation.catalogue,
        lemmatizer=knowledge.lemmatizer, clock=clock,
    )  # fmt: skip
    background.start(report_weekly(reporting, clock), name="weekly_report")
    quizzes = build_quizzes(
        settings, bot=bot, sessions=sessions, scopes=scopes, passages=knowledge.passages,
        lemmatizer=knowledge.lemmatizer, catalogue=conversation.catalogue, leases=leases,
        nursery=questions, clock=clock,
    )  # fmt: skip
    background.start(quizzes.sweep(), name="quizzes")
    retraining = build_retraining(
        settings, bot=bot, sessions=sessions, knowledge=knowledge, embedder=embedder,
        catalogue=conversation.catalogue, leases=leases, nursery=questions,
    )  # fmt: skip
    return {
        **InsightData(reporting=reporting, retraining=retraining), **QuizData(quizzes=quizzes)
    }  # fmt: skip


def _web(
    settings: Settings, checks: Mapping[str, Check], webhook: Webhook | None, store: RedisInbox
) -> web.Application:
    """Make the bot's own HTTP endpoint."""
    app = create_app(checks)
    if settings.demo:
        add_library_pages(app)
    if webhook is not None:
        add_webhook(app, store.accept, secret=webhook.secret)
    return app


def _start_background(
    settings: Settings, knowledge: Knowledge, inference: Inference, waits: Waits,
    *, clock: Clock, nursery: Nursery,
) -> None:  # fmt: skip
    """Start what goes on beside the conversation from the first moment."""
    embedding = build_embedding(settings, knowledge, inference.embedder)
    nursery.start(embedding.run(), name="embedding")
    nursery.start(keep_redis(settings), name="keep_redis")
    metrics = PoolMetrics(inference.watch, clock, waits=waits.estimator)
    nursery.start(metrics.run(), name="pool_metrics")


def _webhook(settings: Settings) -> Webhook | None:
    if settings.webhook_url is None:
        return None
    secret = settings.webhook_secret
    return Webhook(
        url=settings.webhook_url.rstrip("/") + PATH,
        secret=secret.get_secret_value() if secret else derived_secret(bot_token(settings)),
    )


async def _greet(
    conversation: Conversation, sources: Sources, owner: int | None, announce: Callable[[str], None]
) -> None:
    """Go on with what was left unfinished, and offer the bot to its owner."""
    await conversation.resume()
    await sources.resume()
    if owner is not None:
        await conversation.access.people.give_role(owner, Role.OWNER)
    elif (link := await conversation.claim_link()) is not None:
        announce(f"Open this link once to become the owner: {link}")
    try:
        await conversation.publish_commands()
    except TelegramAPIError as error:
        log.warning("commands_not_published", reason=type(error).__name__)


def _checks(
    redis: Redis, sessions: Sessions, inbox: Inbox, poller: Poller | None
) -> dict[str, Check]:
    async def redis_answers() -> bool:
        with redis_errors():
            return bool(await redis.ping())

    async def sql_answers() -> bool:
        async with reading(sessions) as session:
            return bool((await session.execute(text("SELECT 1"))).scalar_one())

    async def inbox_is_read() -> bool:
        return inbox.reading

    async def updates_arrive() -> bool:
        return poller is None or poller.alive

    return {
        "redis": redis_answers, "sql": sql_answers, "inbox": inbox_is_read,
        "updates": updates_arrive,
    }  # fmt: skip
