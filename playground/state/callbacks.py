import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from playground.refusals import bad_request
from playground.state.places import Place

LIVES_S = 60.0
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Query:
    """A tap on an inline button that its bot may answer once."""

    id: str
    bot: int
    person: int
    place: Place
    message_id: int
    asked_at: float
    what: str = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer that people's apps may show again without asking."""

    until: float
    text: str
    alert: bool
    url: str | None


@dataclass(slots=True)
class Queries:
    """Taps that wait for an answer."""

    _open: OrderedDict[str, Query] = field(default_factory=OrderedDict)
    _asked: OrderedDict[str, Query] = field(default_factory=OrderedDict)

    _remembered: dict[tuple[int, Place, int, str], Remembered] = field(default_factory=dict)

    def ask(
        self, bot: int, person: int, place: Place, message_id: int, *, now: float, what: str = ""
    ) -> Query:
        """Record a tap; ``what`` is the data of the button, or the name of its game."""
        number = str(secrets.randbits(62) | 1 << 62)
        query = Query(number, bot, person, place, message_id, now, what)
        for kept in (self._open, self._asked):
            kept[number] = query
            if len(kept) > KEPT:
                kept.popitem(last=False)
        return query

    def find(self, query_id: str) -> Query | None:
        """Give a tap, answered or not."""
        return self._asked.get(query_id)

    def answer(self, query_id: str, bot: int, *, now: float) -> Query:
        """Take a tap to answer it.

        Raises:
            Refusal: It is too old, was answered, or belongs to another bot.
        """
        query = self._open.get(query_id)
        if query is None or query.bot != bot or now - query.asked_at > LIVES_S:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return self._open.pop(query_id)

    def remember(self, query: Query, answer: Remembered) -> None:
        """Keep an answer for the next tap of the same person on the same button."""
        self._remembered[query.person, query.place, query.message_id, query.what] = answer

    def recall(
        self, person: int, place: Place, message_id: int, what: str, *, now: float
    ) -> Remembered | None:
        """Give the answer that a person's app still remembers."""
        key = (person, place, message_id, what)
        answer = self._remembered.get(key)
        if answer is not None and answer.until <= now:
            del self._remembered[key]
            return None
        return answer
