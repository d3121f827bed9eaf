"""The whole state of a playground, laid out by area."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiogram.types import Audio, Chat, PhotoSize, User

from playground.refusals import bad_request
from playground.state.callbacks import Queries
from playground.state.calls import CallLog
from playground.state.chats import Chats, Group
from playground.state.clock import Clock
from playground.state.deliveries import Delivery
from playground.state.drafts import Drafts
from playground.state.ephemerals import Ephemerals
from playground.state.events import EventLog
from playground.state.files import Files
from playground.state.games import Games
from playground.state.inline import Inline
from playground.state.keyboards import Keyboards
from playground.state.messages import Messages
from playground.state.places import Place
from playground.state.polls import Surveys
from playground.state.profiles import Profile
from playground.state.reactions import Reactions
from playground.state.sessions import Sessions
from playground.state.stickers import Stickers
from playground.state.topics import Topics
from playground.state.transient import TRANSIENT
from playground.state.update_faults import UpdateFaults
from playground.state.updates import KEPT_LOG, UpdateQueue
from playground.state.users import PLAIN, Abilities, BotAccount, Users
from playground.trouble.faults import Faults
from playground.trouble.limits import Limits

BORN_AT = 1_767_225_600  # 2026-01-01; numbers of later runs are higher than those of earlier ones
UPDATES_PER_S = 10


@dataclass(slots=True)
class Town:
    """People, bots, chats and everything in them."""

    now: Callable[[], float] = field(default=time.time, metadata=TRANSIENT)
    users: Users = field(default_factory=Users)
    chats: Chats = field(default_factory=Chats)
    files: Files = field(default_factory=Files)
    drafts: Drafts = field(default_factory=Drafts)
    keyboards: Keyboards = field(default_factory=Keyboards)
    queries: Queries = field(default_factory=Queries)
    reactions: Reactions = field(default_factory=Reactions)
    polls: Surveys = field(default_factory=Surveys)
    games: Games = field(default_factory=Games)
    photos: dict[int, list[list[PhotoSize]]] = field(default_factory=dict)
    audios: dict[int, list[Audio]] = field(default_factory=dict)
    topics: Topics = field(default_factory=Topics)
    inline: Inline = field(default_factory=Inline)
    ephemerals: Ephemerals = field(default_factory=Ephemerals)
    stickers: Stickers = field(default_factory=Stickers)
    faults: Faults = field(default_factory=Faults)
    update_faults: UpdateFaults = field(default_factory=UpdateFaults)
    sessions: Sessions = field(default_factory=Sessions)
    profiles: dict[int, Profile] = field(default_factory=dict)
    queues: dict[int, UpdateQueue] = field(default_factory=dict)
    messages: Messages = field(init=False)
    limits: Limits = field(init=False)
    clock: Clock = field(init=False, metadata=TRANSIENT)
    events: EventLog = field(init=False, metadata=TRANSIENT)
    calls: CallLog = field(default_factory=CallLog, metadata=TRANSIENT)
    deliveries: deque[Delivery] = field(
        default_factory=lambda: deque(maxlen=KEPT_LOG), metadata=TRANSIENT
    )
    _delivered: int = 0

    def __post_init__(self) -> None:
        self.now = self.clock = Clock(self.now)
        age_s = max(0, int(self.now()) - BORN_AT)
        self.messages = Messages(first_id=1 + age_s // 60)
        self.events = EventLog(self.now)
        self.limits = Limits(self.now)

    def add_bot(self, first_name: str, username: str, can: Abilities = PLAIN) -> BotAccount:
        """Make a bot with its queue and profile."""
        bot = self.users.add_bot(first_name, username, can)
        age_s = max(0, int(self.now()) - BORN_AT)
        self.queues[bot.id] = UpdateQueue(bot.id, 1 + age_s * UPDATES_PER_S)
        self.profiles[bot.id] = Profile()
        self.connect()
        return bot

    def connect(self) -> None:
        """Let the parts know their town; after a bot was made, and after the town was loaded."""
        self.limits.now = self.now
        for queue in self.queues.values():
            queue.now, queue.record = self.now, self._record
            queue.strike = self.update_faults.strike

    def _record(self, delivery: Delivery) -> None:
        if delivery.id == 0:
            self._delivered += 1
            delivery.id = self._delivered
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
