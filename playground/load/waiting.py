"""Which event is the answer to which act."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from playground.client.story import Chat, chat_of
from playground.encoding import Json
from playground.load.acts import Answer, View
from playground.load.figures import Latency

KEPT_ANSWERS: Final = 10_000


@dataclass(eq=False, slots=True)
class Wait:
    """Somebody waits for one answer since ``since_s``; ``mark`` must be in it, if given."""

    latency: Latency
    since_s: float
    mark: str = ""
    over: bool = False

    def end(self, now_s: float) -> None:
        """It has come."""
        self.over = True
        self.latency.taken_s.append(now_s - self.since_s)

    def give_up(self, *, lost: bool) -> None:
        """It does not come (any more); ``lost``: though it should."""
        if not self.over:
            self.over = True
            self.latency.lost += lost


Key = tuple[Answer, Chat, int]
"""What is waited for: the kind, the chat, and for edits the message."""


@dataclass(slots=True)
class Waiting:
    """All that is waited for, and what people have before their eyes.

    Everything is kept only as long as somebody waits, at most ``patience_s``.
    """

    patience_s: float
    views: dict[Chat, View] = field(default_factory=dict)
    _by_key: dict[Key, deque[Wait]] = field(default_factory=dict)
    _by_query: dict[str, Wait] = field(default_factory=dict)
    _early: dict[str, float] = field(default_factory=dict)
    _all: deque[Wait] = field(default_factory=deque)

    def view(self, person: int, chat: int) -> View:
        """Give what somebody has before their eyes."""
        return self.views.setdefault(chat_of(person, chat), View())

    def expect(self, key: Key, wait: Wait) -> None:
        """Wait for a message or an edit; to be called before the act is sent."""
        self._by_key.setdefault(key, deque()).append(wait)
        self._all.append(wait)

    def expect_answer(self, query_id: str, wait: Wait) -> None:
        """Wait for the answer to a tap; it may have come already."""
        early_s = self._early.pop(query_id, None)
        if early_s is not None:
            wait.end(early_s)
            return
        self._by_query[query_id] = wait
        self._all.append(wait)

    def expire(self, now_s: float, *, everything: bool = False) -> None:
        """Count as lost what was waited for longer than anybody has patience."""
        while self._all and (
            self._all[0].over or everything or now_s - self._all[0].since_s > self.patience_s
        ):
            self._all.popleft().give_up(lost=True)
        for key in [key for key, waits in self._by_key.items() if all(w.over for w in waits)]:
            del self._by_key[key]
        for query in [query for query, wait in self._by_query.items() if wait.over]:
            del self._by_query[query]

    @property
    def open(self) -> bool:
        """Whether anybody still waits."""
        return any(not wait.over for wait in self._all)

    def event(self, event: Json, now_s: float) -> None:
        """Take in what happened."""
        kind = event["kind"]
        if kind == Answer.ANSWER:
            self._answered(event["query_id"], now_s)
        elif kind in (Answer.MESSAGE, Answer.EDITED) and event["to"]:
            self._shown(Answer(kind), event, now_s)

    def _answered(self, query_id: str, now_s: float) -> None:
        wait = self._by_query.pop(query_id, None)
        if wait is not None and not wait.over:
            wait.end(now_s)
        elif wait is None:
            self._early[query_id] = now_s
            if len(self._early) > KEPT_ANSWERS:
                del self._early[next(iter(self._early))]

    def _shown(self, kind: Answer, event: Json, now_s: float) -> None:
        message = event["message"]
        if not message.get("from", {}).get("is_bot"):
            return
        chat = chat_of(event["to"][0], event["chat"])
        _look(self.views.setdefault(chat, View()), message)
        about = message["message_id"] if kind == Answer.EDITED else 0
        waits = self._by_key.get((kind, chat, about), deque())
        text = message.get("text") or message.get("caption") or ""
        wait = next((one for one in _open(waits) if one.mark in text), None)
        if wait is not None:
            wait.end(now_s)


def _open(waits: deque[Wait]) -> Iterator[Wait]:
    while waits and waits[0].over:
        waits.popleft()
    return (wait for wait in waits if not wait.over)


def _look(view: View, message: Json) -> None:
    message_id = message["message_id"]
    view.newest = max(view.newest, message_id)
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    if rows and message_id >= view.tappable:
        view.tappable = message_id
        view.labels = tuple(
            (button["text"], row, column)
            for row, buttons in enumerate(rows)
            for column, button in enumerate(buttons)
        )
    elif message_id == view.tappable:
        view.tappable, view.labels = 0, ()
    poll = message.get("poll")
    if poll and not poll["is_closed"] and message_id >= view.poll:
        view.poll, view.options = message_id, len(poll["options"])
