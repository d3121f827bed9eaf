"""Telegram's HTML style: strict, with errors in Telegram's words."""

import re
from dataclasses import dataclass, field
from typing import Final, NoReturn

from aiogram.types import MessageEntity, User

from playground.formatting.utf16 import cut, ordered, width
from playground.refusals import bad_request

PLAIN: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "code": "code", "pre": "pre",
}  # fmt: skip
WITH_ATTRIBUTES: Final = frozenset({"a", "span", "tg-emoji", "blockquote", "tg-time"})
NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MONOSPACE: Final = frozenset({"code", "pre"})
REFERENCE: Final = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([a-z]+));?")
TAG_NAME: Final = re.compile(r"[^\s>/=\"']+")
ATTRIBUTE: Final = re.compile(
    r"""\s*([^\s=>/"']*)\s*(=?)\s*(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9.\-]+))?"""
)
USER_LINK: Final = re.compile(r"tg://user/?\?id=(\d+)$", re.IGNORECASE)
HIGHEST_CODE_POINT: Final = 0x10FFFF


def fail(description: str) -> NoReturn:
    """Refuse the text."""
    raise bad_request(f"can't parse entities: {description}")


def _unescape(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name is not None:
        return NAMED.get(name, reference[0])
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code <= HIGHEST_CODE_POINT else reference[0]


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end."""

    name: str
    attributes: dict[str, str]
    offset: int
    order: int


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    units: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: dict[int, MessageEntity] = field(default_factory=dict)

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def run(self) -> tuple[str, list[MessageEntity]]:
        while self.at < len(self.source):
            following = self.source.find("<", self.at)
            stop = len(self.source) if following < 0 else following
            self.add(REFERENCE.sub(_unescape, self.source[self.at : stop]))
            self.at = stop
            if self.source.startswith("</", stop):
                self.end_tag()
            elif stop < len(self.source):
                self.start_tag()
        if self.open:
            fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.text), _tidy([self.entities[order] for order in sorted(self.entities)])

    def add(self, text: str) -> None:
        self.text.append(text)
        self.units += width(text)

    def start_tag(self) -> None:
        begin = self.at
        found = TAG_NAME.match(self.source, begin + 1)
        name = found[0].lower() if found else ""
        self.at = found.end() if found else begin + 1
        if self.at >= len(self.source):
            fail(f"Unclosed start tag at byte offset {self.byte(begin)}")
        if name not in PLAIN and name not in WITH_ATTRIBUTES:
            fail(f'Unsupported start tag "{name}" at byte offset {self.byte(begin)}')
        attributes = self.attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            fail(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(_Open(name, attributes, self.units, begin))

    def attributes(self, name: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self.at += len(self.source[self.at :]) - len(self.source[self.at :].lstrip())
            if self.at >= len(self.source):
                fail(f'Unclosed start tag "{name}" at byte offset {self.byte(begin)}')
            if self.source[self.at] == ">":
                self.at += 1
                return found
            self.attribute(name, found, begin)

    def attribute(self, name: str, found: dict[str, str], begin: int) -> None:
        part = ATTRIBUTE.match(self.source, self.at)
        key = part[1].lower() if part else ""
        if part is None or not key:
            fail(f'Empty attribute name in the tag "{name}" at byte offset {self.byte(begin)}')
        values = [value for value in part.groups()[2:] if value is not None]
        if part[2] and not values:
            fail(f'Unclosed start tag "{name}" at byte offset {self.byte(begin)}')
        if values and not part[2]:
            fail(
                "Expected equal sign in declaration of an attribute of the tag"
                f' "{name}" at byte offset {self.byte(begin)}'
            )
        self.at = part.end() if values else part.end(1)
        found[key] = REFERENCE.sub(_unescape, values[0]) if values else ""

    def end_tag(self) -> None:
        begin = self.at
        stop = self.source.find(">", begin)
        if stop < 0:
            fail(f"Unclosed end tag at byte offset {self.byte(begin)}")
        name = self.source[begin + 2 : stop].strip().lower()
        if not self.open:
            fail(f"Unexpected end tag at byte offset {self.byte(begin)}")
        opened = self.open.pop()
        if name not in ("", opened.name):
            fail(
                f"Unmatched end tag at byte offset {self.byte(begin)}, expected"
                f' "</{opened.name}>", found "</{name}>"'
            )
        self.at = stop + 1
        if self.units > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        length = self.units - opened.offset
        made = _entity(opened, cut("".join(self.text), opened.offset, length))
        if made is not None:
            place = {"offset": opened.offset, "length": length}
            self.entities[opened.order] = MessageEntity.model_validate(made | place)


def _entity(opened: _Open, covered: str) -> dict[str, object] | None:
    """The entity of a closed tag without its place; None when the tag marks nothing."""
    attributes = opened.attributes
    match opened.name:
        case "a":
            return link_entity(attributes.get("href") or covered)
        case "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
        case "tg-time":
            return _time(attributes)
        case name:
            return _marked(name, attributes)


def _marked(name: str, attributes: dict[str, str]) -> dict[str, object]:
    if name == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
    language = attributes.get("class", "")
    if name == "code" and language.startswith("language-"):
        return {"type": "code", "language": language.removeprefix("language-")}
    return {"type": "spoiler" if name == "span" else PLAIN[name]}


def _time(attributes: dict[str, str]) -> dict[str, object] | None:
    if not attributes.get("unix", "").isdigit():
        return None
    return {
        "type": "date_time", "unix_time": int(attributes["unix"]),
        "date_time_format": attributes.get("format", ""),
    }  # fmt: skip


def link_entity(url: str) -> dict[str, object] | None:
    """Give the entity of a linked text without its place; None for no usable address."""
    if person := USER_LINK.match(url):
        mentioned = User(id=int(person[1]), is_bot=False, first_name="")
        return {"type": "text_mention", "user": mentioned}
    checked = normal_url(url)
    return {"type": "text_link", "url": checked} if checked else None


def normal_url(url: str) -> str | None:
    """Give a link as Telegram stores it; None for what it does not link to."""
    found = re.fullmatch(r"(?:([a-zA-Z][a-zA-Z0-9+.-]*)://)?([^\s/?#]+)([/?#]\S*)?", url.strip())
    if found is None:
        return None
    scheme, host, rest = (found[1] or "http").lower(), found[2], found[3] or ""
    if scheme not in {"http", "https", "tg", "ton", "tonsite"}:
        return None
    if scheme.startswith("http") and not re.fullmatch(r"[\w.-]+\.[\w-]+(:\d+)?|\S+@\S+", host):
        return None
    return f"{scheme}://{host}{rest or ('/' if scheme.startswith('http') else '')}"


def _tidy(entities: list[MessageEntity]) -> list[MessageEntity]:
    """Join pre with the code in it, and let nothing be inside monospace, as Telegram does."""
    kept: list[MessageEntity] = []
    for entity in ordered(entities):
        outer = next((one for one in kept if one.type in MONOSPACE and _covers(one, entity)), None)
        if outer is None:
            kept.append(entity)
        elif outer.type == "pre" and entity.language and _same_place(outer, entity):
            kept[kept.index(outer)] = outer.model_copy(update={"language": entity.language})
    return [
        one.model_copy(update={"language": None}) if one.type == "code" else one for one in kept
    ]


def _covers(outer: MessageEntity, inner: MessageEntity) -> bool:
    end = outer.offset + outer.length
    return outer.offset <= inner.offset and inner.offset + inner.length <= end


def _same_place(one: MessageEntity, other: MessageEntity) -> bool:
    return (one.offset, one.length) == (other.offset, other.length)


def parse_html(source: str) -> tuple[str, list[MessageEntity]]:
    """Give the text without tags, and its entities with UTF-16 offsets.

    Raises:
        Refusal: A tag is unknown, broken or not closed; offsets in the sentence count bytes.
    """
    return _Parser(source).run()
