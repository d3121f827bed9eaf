"""Inline queries, their answers, and the messages that people sent via bots."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

from aiogram.types import InlineQueryResultsButton, Message

from playground.encoding import Json
from playground.refusals import bad_request
from playground.state.places import Place

ANSWERED_WITHIN_S: Final = 10.0
WEB_APP_LIVES_S: Final = 86_400.0
PREPARED_LIVES_S: Final = 86_400.0
KEPT: Final = 1_000
KEPT_LONG: Final = 10_000
ID_BYTES: Final = 20
TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that a bot may answer once with a message: a query, a guest's mention, a Mini App.

    ``message_id`` is the message that mentions a guest.
    """

    id: str
    bot: int
    person: int
    place: Place
    asked_at: float
    query: str = ""
    offset: str = ""
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One result: as people see it in the list, and the message that it becomes."""

    id: str
    shown: Json
    template: Message

    def fields(self) -> dict[str, Any]:
        """Give the fields of ``Message`` that are its content."""
        names = self.template.model_fields_set - {"message_id", "date", "chat"}
        return {name: getattr(self.template, name) for name in names}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bot answered to an inline query."""

    offers: list[Offer]
    next_offset: str
    button: InlineQueryResultsButton | None
    until: float = 0.0

    def offer(self, result_id: str) -> Offer | None:
        """Find a result."""
        return next((offer for offer in self.offers if offer.id == result_id), None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message that one person may send via a bot."""

    bot: int
    person: int
    offer: Offer
    kinds: frozenset[str]
    until: float


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message is that was sent via a bot."""

    bot: int
    place: Place
    message_id: int


CacheKey = tuple[int, int, str, str, str]
"""Bot, person (0: everybody), text, offset, type of chat."""


@dataclass(slots=True)
class Inline:
    """All of this, by number; and the stand-ins of files on the web, by kind and address."""

    asked: OrderedDict[str, Asked] = field(default_factory=OrderedDict)
    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    cache: OrderedDict[CacheKey, Answer] = field(default_factory=OrderedDict)
    prepared: OrderedDict[str, Prepared] = field(default_factory=OrderedDict)
    sent: OrderedDict[str, Sent] = field(default_factory=OrderedDict)
    stand_ins: OrderedDict[str, str] = field(default_factory=OrderedDict)
    waiting: set[str] = field(default_factory=set)

    def ask(
        self, bot: int, person: int, place: Place, now: float, *, query: str = "",
        offset: str = "", message_id: int | None = None,
    ) -> Asked:  # fmt: skip
        """Record something that waits for its bot."""
        number = str(secrets.randbits(62) | 1 << 62)
        asked = Asked(number, bot, person, place, now, query, offset, message_id)
        self.asked[number] = asked
        self.waiting.add(number)
        if len(self.asked) > KEPT_LONG:
            oldest, _ = self.asked.popitem(last=False)
            self.waiting.discard(oldest)
        return asked

    def take(self, number: str, bot: int, now: float, *, lives_s: float) -> Asked:
        """Take what a bot answers now.

        Raises:
            Refusal: It is too old, was answered, or belongs to another bot.
        """
        asked = self.asked.get(number)
        is_open = asked is not None and number in self.waiting and asked.bot == bot
        if asked is None or not is_open or now - asked.asked_at > lives_s:
            raise bad_request(TOO_OLD)
        self.waiting.discard(number)
        return asked

    def keep_answer(self, number: str, answer: Answer) -> None:
        """Keep an answer, to choose from."""
        self.answers[number] = answer
        if len(self.answers) > KEPT:
            self.answers.popitem(last=False)

    def remember(self, key: CacheKey, answer: Answer) -> None:
        """Keep an answer for whoever asks the same."""
        self.cache[key] = answer
        if len(self.cache) > KEPT:
            self.cache.popitem(last=False)

    def known(self, key: CacheKey, now: float) -> Answer | None:
        """Give the answer that this person, or anybody, got to the same question."""
        bot, _, *rest = key
        for one in (key, (bot, 0, *rest)):
            found = self.cache.get(one)  # type: ignore[arg-type]  # rest is the three texts
            if found is not None and found.until > now:
                return found
        return None

    def prepare(self, prepared: Prepared) -> str:
        """Keep a prepared message; give its number."""
        number = secrets.token_urlsafe(ID_BYTES)
        self.prepared[number] = prepared
        if len(self.prepared) > KEPT:
            self.prepared.popitem(last=False)
        return number

    def register(self, bot: int, place: Place, message_id: int) -> str:
        """Give a message the number by which its bot may change it."""
        number = secrets.token_urlsafe(ID_BYTES)
        self.sent[number] = Sent(bot, place, message_id)
        if len(self.sent) > KEPT_LONG:
            self.sent.popitem(last=False)
        return number

    def stand_in(self, address: str, file_id: str) -> None:
        """Keep which file stands for one on the web."""
        self.stand_ins[address] = file_id
        if len(self.stand_ins) > KEPT:
            self.stand_ins.popitem(last=False)

    def number_of(self, place: Place, message_id: int) -> str | None:
        """Give the number of a message that was sent via a bot."""
        for number, sent in self.sent.items():
            if (sent.place, sent.message_id) == (place, message_id):
                return number
        return None
