"""The conversation: requests and who may ask them, from finished parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram import BaseMiddleware, Bot, Router

from bot.building.memory import Forgetting
from bot.middlewares.identity import IdentityMiddleware
from bot.middlewares.language import LanguageMiddleware
from bot.settings import Settings
from bot.workflow_data import WorkflowData
from handlers import build_router
from handlers.answer_view import TelegramAnswerView
from handlers.command_menu import publish_commands
from handlers.i18n import Catalogue
from handlers.membership import TelegramMembership
from handlers.onboarding import Onboarding
from handlers.strangers import StrangerNotices
from handlers.vocatives import Vocatives
from services.adapters.sql.engine import Sessions
from services.adapters.sql.memory import SqlMemoryStore
from services.adapters.sql.people import SqlAccessStore, SqlPeopleStore
from services.adapters.sql.requests import SqlRequestStore
from services.adapters.sql.scrubbing import WriteAheadLog
from services.answering.delivery import DeliverReply
from services.answering.dialogue_runners import DialogueRunners
from services.answering.inline import InlineAnswers
from services.answering.request_ports import Answerer, ReplyErasure, ScopeOf
from services.answering.requests import Requests, RequestsData
from services.answering.serving import ServeRequest
from services.answering.stopping import RunningAnswers
from services.clock import Clock
from services.dialogue.ports import Conversations, DialogueStore
from services.memory.remembering import Memories
from services.people.access import Access
from services.people.forgotten import ForgetAgain
from services.people.models import AccessMode, Role
from services.people.people import People, ProfileData
from services.people.personal_data import ExportPersonalData
from services.people.ports import PersonalData
from services.tasks import Leases, Nursery

_DAY_S = 24 * 3600
_COMPOSING_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What the dispatcher needs of this area, and what happens at start.

    Attributes:
        identity: Middlewares, in their order.
    """

    bot: Bot
    router: Router
    workflow_data: WorkflowData
    identity: tuple[BaseMiddleware, ...]
    requests: Requests
    access: Access
    catalogue: Catalogue
    nursery: Nursery
    memories: Memories
    forget_again: ForgetAgain

    async def resume(self, replica: str | None = None) -> None:
        """Go on with what this replica (None: at start) or a dead one left unfinished."""
        await self.requests.resume(bot_id=self.bot.id, replica=replica)
        if replica is None:
            self.nursery.start(self.requests.purge_regularly(), name="purge_requests")
            self.nursery.start(self.memories.purge_regularly(), name="purge_memories")

    async def claim_link(self) -> str | None:
        """Make the one-time link that makes its first visitor the owner; None if there is one."""
        parameter = await self.access.offer_claim()
        if parameter is None:
            return None
        me = await self.bot.me()
        return f"https://t.me/{me.username}?start={parameter}"

    async def publish_commands(self) -> None:
        """Put the commands into Telegram's menus."""
        admins = await self.access.people.store.with_roles((Role.OWNER, Role.ADMIN))
        await publish_commands(self.bot, self.catalogue, [person.user_id for person in admins])


def create_conversation(
    settings: Settings,
    *,
    bot: Bot,
    catalogue: Catalogue,
    sessions: Sessions,
    leases: Leases,
    nursery: Nursery,
    clock: Clock,
    replica: str,
    answer: Answerer,
    scopes: ScopeOf,
    membership: TelegramMembership,
    dialogues: DialogueStore,
    conversations: Conversations,
    inline_answers: InlineAnswers,
    replies: ReplyErasure,
    memories: Memories,
    forgetting: Forgetting,
    in_redis: Sequence[PersonalData],
    personal_data: Sequence[PersonalData],
) -> Conversation:
    """Put the area together.

    Args:
        settings: Read here and handed on as plain values.
        bot: With the limiter in its session.
        catalogue: All texts.
        sessions: Of the database with the present schema.
        leases: Seen by all replicas.
        nursery: Runs the requests; closed before what they use.
        clock: The process's clock.
        replica: Stable id of this process.
        answer: The pipeline.
        scopes: Which libraries a person may be answered from.
        membership: Shared with the scopes, so that it learns of changes.
        dialogues: Dialogue states.
        conversations: Those set aside.
        inline_answers: For those who type the bot's name in other chats.
        replies: Forgets what the pool has said for a person's requests.
        memories: What is remembered of people.
        forgetting: Keeps a restored backup from remembering the forgotten.
        in_redis: Places with personal data in Redis; its log comes last.
        personal_data: Further places with personal data; erased before requests, which they can
            make: the caption of a file is asked once the file is read.
    """
    people = People(
        store=SqlPeopleStore(sessions), clock=clock, admin_ids=frozenset(settings.admins)
    )
    access = Access(
        people=people,
        store=SqlAccessStore(sessions, bot.id),
        clock=clock,
        default_mode=AccessMode(settings.access),
    )
    requests = _requests(
        settings, sessions=sessions, leases=leases, nursery=nursery, clock=clock, replica=replica,
        answer=answer, scopes=scopes, view=TelegramAnswerView(
            bot=bot, catalogue=catalogue, clock=clock
        ),
    )  # fmt: skip
    places: tuple[PersonalData, ...] = (
        *personal_data, RequestsData(requests=requests, replies=replies),
        SqlMemoryStore(sessions), *in_redis, forgetting.sanction_data, ProfileData(people=people),
        WriteAheadLog(sessions=sessions),
    )  # fmt: skip
    workflow_data = WorkflowData(
        requests=requests,
        people=people,
        access=access,
        dialogues=dialogues,
        conversations=conversations,
        inline_answers=inline_answers,
        export_personal_data=ExportPersonalData(places=places),
        forget_person=forgetting.person(places),
        memories=memories,
        catalogue=catalogue,
        onboarding=Onboarding(
            examples=settings.demo,
            requests_days=settings.questions_kept_days,
            dialogue_days=max(1, settings.dialogue_ttl_s // _DAY_S),
            memory_days=settings.memories_kept_days,
        ),
        stranger_notices=StrangerNotices(clock),
        membership=membership,
        vocatives=Vocatives(settings.names),
    )
    return Conversation(
        bot=bot,
        router=build_router(),
        workflow_data=workflow_data,
        identity=(IdentityMiddleware(people), LanguageMiddleware(catalogue)),
        requests=requests,
        access=access,
        catalogue=catalogue,
        nursery=nursery,
        memories=memories,
        forget_again=forgetting.again(places, in_redis),
    )


def _requests(
    settings: Settings,
    *,
    sessions: Sessions,
    leases: Leases,
    nursery: Nursery,
    clock: Clock,
    replica: str,
    answer: Answerer,
    scopes: ScopeOf,
    view: TelegramAnswerView,
) -> Requests:
    store, running = SqlRequestStore(sessions), RunningAnswers()
    serve = ServeRequest(
        store=store,
        view=view,
        deliver=DeliverReply(store=store, view=view),
        answer=answer,
        scopes=scopes,
        running=running,
        clock=clock,
        replica=replica,
        # At its own deadline the pipeline gives the pool up and still composes an answer.
        deadline_s=settings.answer_deadline_s + _COMPOSING_S,
        patience_s=settings.patience_s,
    )
    runners = DialogueRunners(
        store=store, serve=serve, leases=leases, nursery=nursery, clock=clock,
        concurrent=settings.answers_at_once,
    )  # fmt: skip
    return Requests(
        store=store,
        runners=runners,
        running=running,
        clock=clock,
        replica=replica,
        newest_replaces=settings.second_question == "replace",
        most_waiting=settings.questions_waiting,
        kept_days=settings.questions_kept_days,
    )
