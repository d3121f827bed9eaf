from typing import TypedDict

from handlers.i18n import Catalogue, Texts
from handlers.membership import TelegramMembership
from handlers.onboarding import Onboarding
from handlers.strangers import StrangerNotices
from services.answering.requests import Requests
from services.dialogue.ports import DialogueStore
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
    export_personal_data: ExportPersonalData
    forget_person: ForgetPerson
    catalogue: Catalogue
    onboarding: Onboarding
    stranger_notices: StrangerNotices
    membership: TelegramMembership


class UpdateData(TypedDict, total=False):
    """What our middlewares add for each update; an update without a user has no ``person``."""

    person: Person
    texts: Texts
