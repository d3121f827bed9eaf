"""The whole state of a playground, laid out by area."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from aiogram.types import Chat, User

from playground.faults import Faults
from playground.limits import Limits
from playground.refusals import bad_request
from playground.state.callbacks import Queries
from playground.state.calls import CallLog
from playground.state.chats import Chats, Group
from playground.state.drafts import Drafts
from playground.state.events import EventLog
from playground.state.files import Files
from playground.state.keyboards import Keyboards
from playground.state.messages import Messages
from playground.state.places import Place
from playground.state.profiles import Profile
from playground.state.reactions import Reactions
from playground.state.topics import Topics
from playground.state.updates import KEPT_LOG, Delivery, UpdateQueue
from playground.state.users import PLAIN, Abilities, BotAccount, Users

BORN_AT = 1_767_225_600  # 2026-01-01; numbers of later runs are higher than those of earlier ones
UPDATES_PER_S = 10


@dataclass(slots=True)
class Town:
    """People, bots, chats and everything in them."""

    now: Callable[[], float] = time.time
    users: Users = field(default_factory=Users)
    chats: Chats = field(default_factory=Chats)
    files: Files = field(default_factory=Files)
    drafts: Drafts = field(default_factory=Drafts)
    keyboards: Keyboards = field(default_factory=Keyboards)
    queries: Queries = field(default_factory=Queries)
    reactions: Reactions = field(default_factory=Reactions)
    topics: Topics = field(default_factory=Topics)
    calls: CallLog = field(default_factory=CallLog)
    faults: Faults = field(default_factory=Faults)
    deliveries: deque[Delivery] = field(default_factory=lambda: deque(maxlen=KEPT_LOG))
    profiles: dict[int, Profile] = field(default_factory=dict)
    queues: dict[int, UpdateQueue] = field(default_factory=dict)
    messages: Messages = field(init=False)
    events: EventLog = field(init=False)
    limits: Limits = field(init=False)
    _delivery_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        age_s = max(0, int(self.now()) - BORN_AT)
        self.messages = Messages(first_id=1 + age_s // 60)
        self.events = EventLog(self.now)
        self.limits = Limits(self.now)

    def add_bot(self, first_name: str, username: str, can: Abilities = PLAIN) -> BotAccount:
        """Make a bot with its queue and profile."""
        bot = self.users.add_bot(first_name, username, can)
        age_s = max(0, int(self.now()) - BORN_AT)
        self.queues[bot.id] = UpdateQueue(
            bot.id, 1 + age_s * UPDATES_PER_S, self.now, self._record, self._delivery_ids.__next__
        )
        self.profiles[bot.id] = Profile()
        return bot

    def _record(self, delivery: Delivery) -> None:
        if delivery.state == "queued":
            self.deliveries.append(delivery)
        delivery.seq = self.events.seq + 1
        self.events.add("delivery", delivery=delivery.as_json())

    def place_for_bot(self, bot: int, chat_id: int | str | None) -> Place:
        """Find the chat that a bot names, by id or @username.

        Raises:
            Refusal: There is none that this bot can know.
        """
        text = str(chat_id if chat_id is not None else "")
        if text.startswith("@"):
            return self.chats.group_by_username(text[1:]).place
        if not text:
            raise bad_request("chat_id is empty")
        if not text.lstrip("-").isdigit():
            raise bad_request("chat not found")
        number = int(text)
        if number in self.users.people:
            return Place(number, bot)
        return self.chats.group(number).place

    def place_for_person(self, person: int, chat: int) -> Place:
        """Find the chat that a person names by the bot's or the group's id.

        Raises:
            SimError: There is none.
        """
        if chat in self.users.bots:
            return Place(person, chat)
        return self.chats.group_for_person(chat).place

    def group_at(self, place: Place) -> Group:
        """Give the group of a group's place."""
        return self.chats.groups[place.chat_id]

    def chat_at(self, place: Place) -> Chat:
        """Give the Bot API's ``Chat`` of a place."""
        if not place.is_private:
            return self.group_at(place).as_chat()
        person = self.users.people[place.chat_id]
        return Chat(
            id=person.id, type="private", first_name=person.first_name,
            last_name=person.last_name, username=person.username,
        )  # fmt: skip

    def people_at(self, place: Place) -> list[int]:
        """Who sees what happens there."""
        if place.is_private:
            return [place.chat_id]
        present = self.group_at(place).present(self.now())
        return [member.user.id for member in present if not member.user.is_bot]

    def bots_at(self, place: Place) -> list[BotAccount]:
        """Which bots are there."""
        if place.bot_id is not None:
            return [self.users.bots[place.bot_id]]
        present = self.group_at(place).present(self.now())
        return [self.users.bots[one.user.id] for one in present if one.user.is_bot]

    def user(self, user_id: int) -> User:
        """Find anybody for a bot.

        Raises:
            Refusal: There is none.
        """
        user = self.users.find(user_id)
        if user is None:
            raise bad_request("user not found")
        return user
