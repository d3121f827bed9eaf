from typing import TypedDict

from handlers.administrators import TelegramAdministrators
from handlers.enforcing import TelegramEnforcer
from handlers.i18n import Catalogue, Texts
from handlers.membership import TelegramMembership
from handlers.onboarding import Onboarding
from handlers.rewrites import TelegramRewrites
from handlers.strangers import StrangerNotices
from handlers.vocatives import Vocatives
from services.answering.inline import InlineAnswers
from services.answering.requests import Requests
from services.clock import Clock
from services.dialogue.ports import Conversations, DialogueStore
from services.insight.quizzing import Quizzes
from services.insight.reporting import Reporting
from services.insight.retraining import Retraining
from services.knowledge.chat_sources import ChatSources
from services.knowledge.consent import Consent
from services.knowledge.live_chats import LiveChats
from services.knowledge.source_lists import SourceLists
from services.memory.remembering import Memories
from services.moderation.moderator import Moderator
from services.moderation.ports import CaseStore, MemberStore, PolicyStore
from services.people.access import Access
from services.people.models import Person
from services.people.people import People
from services.people.personal_data import ExportPersonalData, ForgetPerson


class WorkflowData(TypedDict):
    """Exactly what a handler may ask for by name, given to the dispatcher once."""

    requests: Requests
    people: People
    access: Access
    dialogues: DialogueStore
    memories: Memories
    conversations: Conversations
    inline_answers: InlineAnswers
    export_personal_data: ExportPersonalData
    forget_person: ForgetPerson
    catalogue: Catalogue
    onboarding: Onboarding
    stranger_notices: StrangerNotices
    membership: TelegramMembership
    vocatives: Vocatives


class SourcesData(TypedDict):
    """What handlers of sources may ask for by name, given to the dispatcher as well."""

    chat_sources: ChatSources
    source_lists: SourceLists
    live_chats: LiveChats
    consent: Consent


class InsightData(TypedDict):
    """What handlers of reports may ask for by name, given to the dispatcher as well."""

    reporting: Reporting
    retraining: Retraining


class QuizData(TypedDict):
    """What handlers of quizzes may ask for by name, given to the dispatcher as well."""

    quizzes: Quizzes


class ModerationData(TypedDict):
    """What handlers of moderation may ask for by name, given to the dispatcher as well."""

    moderator: Moderator
    enforcer: TelegramEnforcer
    administrators: TelegramAdministrators
    rewrites: TelegramRewrites
    policies: PolicyStore
    members: MemberStore
    cases: CaseStore
    clock: Clock


class UpdateData(TypedDict, total=False):
    """What our middlewares add for each update; an update without a user has no ``person``."""

    person: Person
    texts: Texts
