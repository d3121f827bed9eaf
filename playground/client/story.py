"""What a test has seen of a playground so far: the client's own copy of events."""

import re
from dataclasses import dataclass, field
from typing import Final

from aiogram.enums import ContentType
from aiogram.types import Message

from playground.encoding import Json, encode
from playground.formatting.rich.limits import plain_text

RECENT: Final = 12
Chat = tuple[int, int]
"""Who talks where: (person or 0, chat as the person sees it); a group has no person."""


def chat_of(person: int, chat: int) -> Chat:
    """Give the key of a conversation."""
    return (0, chat) if chat < 0 else (person, chat)


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as somebody sees it.

    ``seq`` is the number of the event that made it what it is; ``versions`` counts its edits.
    """

    message: Message
    seq: int
    versions: int = 1

    @property
    def id(self) -> int:
        """Its number in the chat."""
        return self.message.message_id

    @property
    def text(self) -> str:
        """Its text or caption, without formatting."""
        rich = self.message.rich_message
        if rich is not None:
            return plain_text(encode(rich)["blocks"])
        return self.message.text or self.message.caption or ""

    @property
    def thread_id(self) -> int | None:
        """The topic that it is in."""
        return self.message.message_thread_id if self.message.is_topic_message else None

    @property
    def html(self) -> str:
        """Its text or caption as HTML."""
        return self.message.html_text if self.message.text or self.message.caption else ""

    @property
    def from_bot(self) -> bool:
        """Whether a bot wrote it."""
        return self.message.from_user is not None and self.message.from_user.is_bot

    @property
    def sender_id(self) -> int:
        """Who wrote it."""
        return self.message.from_user.id if self.message.from_user is not None else 0

    @property
    def buttons(self) -> list[str]:
        """The labels of its inline buttons, row by row."""
        markup = self.message.reply_markup
        rows = markup.inline_keyboard if markup is not None else []
        return [button.text for row in rows for button in row]

    @property
    def links(self) -> list[str]:
        """The addresses behind its linked words."""
        entities = self.message.entities or self.message.caption_entities or []
        return [entity.url for entity in entities if entity.url]


@dataclass(frozen=True, slots=True)
class SeenDraft:
    """A draft as it was shown at one moment."""

    draft_id: int
    text: str
    can_stop: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a tap."""

    query_id: str
    text: str
    is_alert: bool
    url: str | None
    seq: int


@dataclass(frozen=True, slots=True)
class Results:
    """What a bot offers to an inline query."""

    results: list[Json]
    button: Json | None
    next_offset: str


@dataclass(slots=True)
class Conversation:
    """What happened in one chat."""

    messages: dict[int, Seen] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    removed: dict[int, Seen] = field(default_factory=dict)
    drafts: list[SeenDraft] = field(default_factory=list)
    draft: SeenDraft | None = None
    toasts: dict[int, list[Toast]] = field(default_factory=dict)
    actions: list[tuple[int, str]] = field(default_factory=list)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    keyboards: dict[int, list[str]] = field(default_factory=dict)
    keys: dict[int, list[Json]] = field(default_factory=dict)
    results: dict[str, Results] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """All chats, built from events in order."""

    seq: int = 0
    chats: dict[Chat, Conversation] = field(default_factory=dict)

    def at(self, chat: Chat) -> Conversation:
        """What happened in a chat."""
        return self.chats.setdefault(chat, Conversation())

    def add(self, event: Json) -> None:
        """Take in one more event."""
        self.seq = max(self.seq, int(event["seq"]))
        if "chat" not in event or not event["to"]:
            return
        conversation = self.at(chat_of(event["to"][0], event["chat"]))
        handler = getattr(self, f"_{event['kind']}", None)
        if handler is not None:
            handler(conversation, event)

    def _message(self, chat: Conversation, event: Json) -> None:
        seen = Seen(Message.model_validate(event["message"]), event["seq"])
        chat.messages[seen.id] = seen
        _tell(chat, f"{_name(seen)}: {_shown(seen)}")

    def _edited(self, chat: Conversation, event: Json) -> None:
        message = Message.model_validate(event["message"])
        before = chat.messages.get(message.message_id)
        seen = Seen(message, event["seq"], before.versions + 1 if before else 1)
        chat.messages[seen.id] = seen
        _tell(chat, f"{_name(seen)} edited {seen.id}: {_shown(seen)}")

    def _deleted(self, chat: Conversation, event: Json) -> None:
        for message_id in event["message_ids"]:
            seen = chat.messages.pop(message_id, None)
            if seen is not None:
                chat.removed[message_id] = seen
            chat.gone[message_id] = event["seq"]
            _tell(chat, f"message {message_id} was deleted")

    def _draft(self, chat: Conversation, event: Json) -> None:
        draft = event["draft"]
        seen = SeenDraft(draft["draft_id"], draft["text"], draft["can_stop"], event["seq"])
        chat.drafts.append(seen)
        chat.draft = seen
        if chat.told and chat.told[-1].startswith(f"draft {seen.draft_id}:"):
            chat.told.pop()
        _tell(chat, f"draft {seen.draft_id}: {seen.text or '(thinking)'}")

    def _draft_gone(self, chat: Conversation, event: Json) -> None:
        chat.draft = None
        _tell(chat, f"draft {event['draft_id']} is gone: {event['reason']}")

    def _answer(self, chat: Conversation, event: Json) -> None:
        toast = Toast(event["query_id"], event["text"], event["alert"], event["url"], event["seq"])
        for person in event["to"]:
            chat.toasts.setdefault(person, []).append(toast)
        kind = "alert" if toast.is_alert else "toast"
        _tell(chat, f"{kind}: {toast.text}" if toast.text else "the tap was answered")

    def _typing(self, chat: Conversation, event: Json) -> None:
        chat.actions.append((event["seq"], event["action"]))

    def _reactions(self, chat: Conversation, event: Json) -> None:
        chat.reactions[event["message_id"]] = event["reactions"]
        emoji = " ".join(one["emoji"] for one in event["reactions"])
        _tell(chat, f"reactions under {event['message_id']}: {emoji or 'none'}")

    def _keyboard(self, chat: Conversation, event: Json) -> None:
        rows = event["keyboard"]["keyboard"] if event["keyboard"] else []
        labels = [button["text"] for row in rows for button in row]
        for person in event["to"]:
            chat.keyboards[person] = labels
            chat.keys[person] = [button for row in rows for button in row]

    def _inline_results(self, chat: Conversation, event: Json) -> None:
        shown = Results(event["results"], event["button"], event["next_offset"])
        chat.results[event["query_id"]] = shown
        _tell(chat, f"{len(shown.results)} inline results")

    def recent(self, chat: Chat) -> str:
        """Retell the last lines of a chat, for a failing test."""
        lines = self.at(chat).told[-RECENT:]
        return "\n".join(f"    {line}" for line in lines) or "    (nothing was said)"


def _tell(chat: Conversation, line: str) -> None:
    chat.told.append(line)
    del chat.told[:-100]


def _name(seen: Seen) -> str:
    return seen.message.from_user.first_name if seen.message.from_user else "somebody"


def _shown(seen: Seen) -> str:
    attached = "" if seen.message.text else f"({ContentType(seen.message.content_type).value}) "
    buttons = "".join(f" [{label}]" for label in seen.buttons)
    return f"{attached}{seen.text}{buttons}"


def matches(pattern: str | re.Pattern[str], text: str) -> bool:
    """Whether a text contains a substring or matches a compiled expression."""
    return pattern in text if isinstance(pattern, str) else pattern.search(text) is not None
