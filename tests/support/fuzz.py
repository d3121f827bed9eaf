"""Calls of the Bot API made of aiogram's own models: right, wrong, odd, huge."""

import json
import random
import string
import types as python_types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeGuard, TypeVar, get_args, get_origin

from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from aiogram.types.base import TelegramObject
from pydantic import BaseModel, TypeAdapter

from playground.client.samples import picture, voice
from playground.registry import known_methods

T = TypeVar("T")
DEEPEST = 4
BOUNDARY = "samovar-fuzz"
TEXTS = (
    "hello", "", " ", "/start", "/start@helper_bot x", "*bold* _it", "<b>bold</b>", "<b>open",
    "a & b < c", "[link](tg://user?id=1)", "\u0000\u0007\ud7ff", "\u202eabc\u200d\u200b",
    "👩‍👩‍👧‍👦" * 20, "ё" * 4096, "x" * 4097, "🫖" * 2049, "{}", "[]", '{"a": 1}', "null", "true",
    "'; DROP TABLE users; --", "../../etc/passwd", "%00%0a", "\r\nX: y", "attach://", "0",
    "https://example.org/a.png", "http://127.0.0.1:9/x", "tg://resolve?domain=a", "@alice",
    "attach://no", "@nobody", "#tag $USD a@example.org +7 900 000-00-00", "\\", "``` python",
    "||spoiler||", "-", "NaN",
)  # fmt: skip
EMOJI = ("👍", "👎", "🔥", "🎲", "🎯", "🏀", "🎰", "x", "")
NUMBERS = (0, 1, -1, 2, 3, 5, 10, 60, 100, 3600, 2**31, -(2**31), 2**53, 2**63, 10**30)
WRONG: tuple[Any, ...] = (
    None, True, "", "text", -1, 1.5, 10**30, [], {}, [[]], [None], {"a": {"b": []}}, "[1,", "{",
    [1, "a", {}], "\u0000", float("1e308"), {"type": "nothing"}, [{"type": "photo"}],
)  # fmt: skip
FILES = frozenset({
    "photo", "voice", "document", "audio", "video", "media", "sticker", "animation", "video_note",
    "thumbnail", "cover",
})  # fmt: skip
# After these a bot can do little; they are called, but not often.
ENDINGS = frozenset({"logOut", "close", "leaveChat"})
NUMERIC = (bool, int, float, datetime, timedelta)
STRINGS_BY_NAME: Mapping[str, tuple[str, ...]] = {
    "parse_mode": ("HTML", "MarkdownV2", "Markdown", "html", "odd"),
    "action": ("typing", "upload_photo", "record_voice", "choose_sticker", "odd"),
    "emoji": EMOJI,
    "url": ("https://example.org", "https://127.0.0.1:9/hook", "tg://user?id=5", "ftp://x", "x"),
    "callback_data": ("a", "x" * 64, "я" * 40, ""),
    "currency": ("XTR", "USD", "odd"),
    "type": ("photo", "video", "article", "emoji", "default", "regular", "quiz", "odd"),
    "language_code": ("", "en", "ru", "xx", "english"),
    "allowed_updates": ("message", "callback_query", "chat_member", "odd"),
    "command": ("start", "help", "Bad Name", "x" * 40),
}


@dataclass(slots=True)
class Known:
    """Ids that exist, or did; taken at random."""

    people: list[int]
    chats: list[int | str]
    bots: list[int]
    messages: list[int] = field(default_factory=lambda: [1])
    files: list[str] = field(default_factory=lambda: ["nothing"])
    queries: list[str] = field(default_factory=lambda: ["1"])
    threads: list[int] = field(default_factory=lambda: [1])
    links: list[str] = field(default_factory=lambda: ["https://t.me/+nothing"])

    def learn(self, value: object, name: str = "") -> None:
        """Remember the ids in an answer or an update."""
        if isinstance(value, dict):
            for key, item in value.items():
                self.learn(item, str(key))
        elif isinstance(value, list):
            for item in value:
                self.learn(item, name)
        elif name in self.lists:
            self._keep(self.lists[name], value)

    @property
    def lists(self) -> Mapping[str, list[Any]]:
        """What is learned, by the name under which it comes."""
        return {
            "message_id": self.messages, "file_id": self.files, "query_id": self.queries,
            "message_thread_id": self.threads, "invite_link": self.links,
        }  # fmt: skip

    def _keep(self, kept: list[Any], value: object) -> None:
        kept.append(value)
        del kept[:-40]


@dataclass(frozen=True, slots=True)
class FuzzedCall:
    """One call; ``uploads`` go as parts of a form."""

    method: str
    params: dict[str, Any]
    uploads: dict[str, bytes]
    as_form: bool

    def __str__(self) -> str:
        shown = json.dumps(self.params, ensure_ascii=True)
        return f"{self.method} {'form' if self.as_form else 'JSON'} {shown[:1500]}"

    def body(self) -> tuple[str, bytes]:
        """Give the media type and the content of the request."""
        if self.as_form:
            return f"multipart/form-data; boundary={BOUNDARY}", self._form()
        return "application/json", json.dumps(self.params).encode()

    def _form(self) -> bytes:
        parts = []
        for name, value in self.params.items():
            text = value if isinstance(value, str) else json.dumps(value)
            parts.append((f'name="{name}"', text.encode(errors="surrogatepass")))
        parts += [
            (f'name="{name}"; filename="{name}.bin"', content)
            for name, content in self.uploads.items()
        ]
        lines = [
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + body
            for head, body in parts
        ]
        return b"\r\n".join([*lines, f"--{BOUNDARY}--\r\n".encode()])


class Fuzzer:
    """Makes calls; the same seed and the same answers give the same calls."""

    def __init__(self, seed: int, known: Known) -> None:
        self.chance = random.Random(seed)
        self.known = known
        self.uploads: dict[str, bytes] = {}
        self.models = [known_methods()[name] for name in sorted(known_methods())]
        self.by_name: dict[str, Callable[[], object]] = {
            "chat_id": lambda: self.pick(known.chats),
            "from_chat_id": lambda: self.pick(known.chats),
            "user_id": lambda: self.pick([*known.people, *known.bots]),
            "message_id": lambda: self.pick(known.messages),
            "message_thread_id": lambda: self.pick(known.threads),
            "callback_query_id": lambda: self.pick(known.queries),
            "file_id": lambda: self.pick(known.files),
            "invite_link": lambda: self.pick(known.links),
            "draft_id": lambda: self.chance.randint(0, 5),
            "offset": lambda: self.chance.choice((0, -1, 1, 10**9)),
            "timeout": lambda: 0,
            "id": lambda: self.chance.choice(("a", "b", "c", "", "x" * 65)),
        }  # fmt: skip

    def pick(self, known: list[Any]) -> object:
        """Mostly something that exists."""
        return self.chance.choice(known if self.chance.random() < 0.93 else NUMBERS)

    def call(self) -> FuzzedCall:
        """Make the next call."""
        model = self.chance.choice(self.models)
        if model.__api_method__ in ENDINGS and self.chance.random() < 0.95:
            model = self.chance.choice(self.models)
        self.uploads = {}
        # Some calls are all right, so that they get far; others have many faults.
        wrong = self.chance.choice((0.0, 0.0, 0.02, 0.15))
        params = self.fields(model, wrong, deep=0)
        if self.chance.random() < 0.05:
            params[self.chance.choice(("extra", "chat", "Text", ""))] = self.wrong()
        is_form = bool(self.uploads) or self.chance.random() < 0.3
        return FuzzedCall(model.__api_method__, params, self.uploads, is_form)

    def fields(self, model: type[BaseModel], wrong: float, *, deep: int) -> dict[str, Any]:
        """Values for a model, by their names on the wire."""
        found: dict[str, Any] = {}
        for name, about in model.model_fields.items():
            if not self.wanted(is_required=about.is_required(), wrong=wrong, deep=deep):
                continue
            value = (
                self.wrong()
                if self.chance.random() < wrong
                else self.value(about.annotation, name, wrong, deep)
            )
            if value is not None or self.chance.random() < 0.1:
                found[about.alias or name] = value
        return found

    def wanted(self, *, is_required: bool, wrong: float, deep: int) -> bool:
        """Whether a field is given."""
        share = 1 - wrong / 2 if is_required else 0.25 / (deep + 1)
        return self.chance.random() < share

    def wrong(self) -> object:
        """Something of another type, most likely."""
        return self.chance.choice(WRONG)

    def value(self, annotation: object, name: str, wrong: float, deep: int) -> object:
        """A value that fits, most likely."""
        kinds = members(annotation)
        if not kinds:
            return None
        kind = self.chance.choice(kinds)
        if get_origin(kind) is list:
            longest = self.chance.choice((1, 2, 3, 3, 11))
            return [
                self.value(get_args(kind)[0], name.removesuffix("s"), wrong, deep + 1)
                for _ in range(self.chance.randint(0, longest))
            ]
        if get_origin(kind) is Literal:
            return self.chance.choice(get_args(kind))
        return self.one(kind, name, wrong, deep)

    def one(self, kind: object, name: str, wrong: float, deep: int) -> object:
        """A value of a class."""
        if kind is InputFile or (kind is str and name in FILES):
            return self.file(name)
        if name in self.by_name and kind in (int, str):
            return self.by_name[name]()
        if is_kind(kind, TelegramObject):
            return self.fields(kind, wrong, deep=deep + 1) if deep < DEEPEST else {}
        if is_kind(kind, Enum):
            return self.chance.choice(list(kind)).value
        return self.number(kind, name) if kind in NUMERIC else self.word(name)

    def number(self, kind: object, name: str) -> float:
        """A number or a moment."""
        if kind is bool:
            return self.chance.random() < 0.5
        if kind is float:
            return self.chance.choice((0.0, 1.5, -90.0, 55.75, 37.6, 1e9, 180.1))
        known = [*self.known.people, *NUMBERS] if name.endswith("user_id") else NUMBERS
        return self.chance.choice(known)

    def word(self, name: str) -> str:
        """A text, or one of the words that such a parameter knows."""
        if name in STRINGS_BY_NAME:
            return self.chance.choice(STRINGS_BY_NAME[name])
        return self.text()

    def text(self) -> str:
        """A short plain text half of the time, else an odd one."""
        if self.chance.random() < 0.5:
            letters = string.ascii_letters + " <>&*_"
            return "".join(self.chance.choices(letters, k=self.chance.randint(1, 30)))
        return self.chance.choice(TEXTS)

    def file(self, name: str) -> str:
        """A file that is there, an address, or an upload that goes along."""
        lot = self.chance.random()
        if lot < 0.4:
            return str(self.pick(self.known.files))
        if lot < 0.5:
            return self.text()
        part = f"{name}{len(self.uploads)}"
        contents = (picture(8, 6), picture(8, 6), voice(1), b"", b"text", b"\xff\xd8\xff")
        self.uploads[part] = self.chance.choice(contents)
        return f"attach://{part}"


def is_kind(kind: object, wanted: type[T]) -> TypeGuard[type[T]]:
    """Whether it is a class of that kind."""
    return isinstance(kind, type) and issubclass(kind, wanted)


@cache
def members(annotation: object) -> tuple[object, ...]:
    """What an annotation allows, without None and aiogram's defaults."""
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return members(get_args(annotation)[0])
    if origin in (typing.Union, python_types.UnionType):
        return tuple(part for arg in get_args(annotation) for part in members(arg))
    return () if annotation in (python_types.NoneType, Default) else (annotation,)


@cache
def _adapter(model: type[TelegramMethod[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(model.__returning__)


def strangers(method: str, result: object) -> list[str]:
    """Check an answer against the method's type; gives the keys that the type does not know.

    Raises:
        pydantic.ValidationError: It is of another type.
    """
    value = _adapter(known_methods()[method.lower()]).validate_python(result, strict=False)
    return list(_extras(value, method))


def _extras(value: object, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.__pydantic_extra__ or {})
        for name, item in value.__dict__.items():
            yield from _extras(item, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _extras(item, f"{path}[]")
