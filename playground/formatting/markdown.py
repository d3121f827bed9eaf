"""Telegram's MarkdownV2 style: strict, with errors in Telegram's words."""

from dataclasses import dataclass, field
from typing import Final, NoReturn

from aiogram.types import MessageEntity

from playground.formatting.html import fail, link_entity
from playground.formatting.utf16 import cut, ordered, width

RESERVED: Final = frozenset("_*[]()~`>#+-=|{}.!")
ESCAPABLE: Final = range(1, 127)
PAIRS: Final = {
    "*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler",
}  # fmt: skip
SPOKEN: Final = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "spoiler": "Spoiler",
    "strikethrough": "Strikethrough", "link": "TextUrl", "emoji": "CustomEmoji", "code": "Code",
    "pre": "Pre", "blockquote": "BlockQuote",
}  # fmt: skip
EMOJI_LINK: Final = "tg://emoji?id="


@dataclass(slots=True)
class _Open:
    """A mark that waits for its end."""

    kind: str
    offset: int
    at: int


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    units: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: dict[int, MessageEntity] = field(default_factory=dict)
    at_line_start: bool = True

    def run(self) -> tuple[str, list[MessageEntity]]:
        while self.at < len(self.source):
            self.step(self.source[self.at])
        self.end_quote()
        if self.open:
            last = self.open[-1]
            fail(
                f"Can't find end of {SPOKEN[last.kind]} entity at byte offset {self.byte(last.at)}"
            )
        entities = [self.entities[start] for start in sorted(self.entities)]
        return "".join(self.text), ordered(entities)

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def unclosed(self, opened: _Open) -> NoReturn:
        where = self.byte(opened.at)
        fail(f"Can't find end of {SPOKEN[opened.kind]} entity at byte offset {where}")

    def step(self, letter: str) -> None:
        if letter == "\\" and self.source[self.at + 1 : self.at + 2]:
            following = self.source[self.at + 1]
            escaped = ord(following) in ESCAPABLE
            self.add(following if escaped else letter, skip=2 if escaped else 1)
        elif letter == "\n":
            self.line_end()
        elif letter == ">" and self.at_line_start:
            self.start_quote()
        elif letter == "`":
            self.monospace()
        elif letter in RESERVED:
            self.mark(letter)
        else:
            self.add(letter)

    def add(self, text: str, *, skip: int = 1) -> None:
        self.text.append(text)
        self.units += width(text)
        self.at += skip
        self.at_line_start = False

    def line_end(self) -> None:
        if not self.source.startswith(">", self.at + 1):
            self.end_quote()
        self.add("\n")
        self.at_line_start = True

    def start_quote(self) -> None:
        if not any(one.kind == "blockquote" for one in self.open):
            self.open.append(_Open("blockquote", self.units, self.at))
        self.at += 1
        self.at_line_start = False

    def end_quote(self) -> None:
        if not any(one.kind == "blockquote" for one in self.open):
            return
        kind = "blockquote"
        if self.open[-1].kind == "spoiler" and self.open[-1].offset == self.units:
            self.open.pop()
            kind = "expandable_blockquote"
        opened = self.open.pop()
        if opened.kind != "blockquote":
            self.unclosed(opened)
        self.close(opened, {"type": kind})

    def mark(self, letter: str) -> None:
        pair = self.source[self.at : self.at + 2]
        name = pair if pair in PAIRS else letter
        if name in PAIRS:
            self.toggle(name)
        elif letter == "[" or pair == "![":
            kind = "link" if letter == "[" else "emoji"
            self.open.append(_Open(kind, self.units, self.at))
            self.at += 1 if letter == "[" else 2
        elif letter == "]" and self.open and self.open[-1].kind in {"link", "emoji"}:
            self.end_link(self.open.pop())
        else:
            self.reserved(letter)

    def reserved(self, letter: str) -> NoReturn:
        fail(f"Character '{letter}' is reserved and must be escaped with the preceding '\\'")

    def toggle(self, name: str) -> None:
        kind = PAIRS[name]
        if name == "__" and self.open and self.open[-1].kind == "italic":
            name, kind = "_", "italic"
        if self.open and self.open[-1].kind == kind:
            self.close(self.open.pop(), {"type": kind})
        elif any(one.kind == kind for one in self.open):
            last = self.open[-1]
            fail(
                f"Can't find end of {SPOKEN[last.kind]} entity at byte offset {self.byte(last.at)}"
            )
        else:
            self.open.append(_Open(kind, self.units, self.at))
        self.at += len(name)

    def close(self, opened: _Open, made: dict[str, object] | None) -> None:
        length = self.units - opened.offset
        if made is not None and length > 0:
            place = {"offset": opened.offset, "length": length}
            self.entities[opened.at] = MessageEntity.model_validate(made | place)

    def end_link(self, opened: _Open) -> None:
        self.at += 1
        label = cut("".join(self.text), opened.offset, self.units - opened.offset)
        url = self.address() if self.source.startswith("(", self.at) else label
        if opened.kind == "link":
            self.close(opened, link_entity(url))
        elif url.startswith(EMOJI_LINK):
            emoji = url.removeprefix(EMOJI_LINK)
            self.close(opened, {"type": "custom_emoji", "custom_emoji_id": emoji})
        else:
            fail("Custom emoji URL must have scheme tg")

    def address(self) -> str:
        begin = self.at
        url: list[str] = []
        self.at += 1
        while self.at < len(self.source) and self.source[self.at] != ")":
            if self.source[self.at] == "\\":
                self.at += 1
            url.append(self.source[self.at : self.at + 1])
            self.at += 1
        if self.at >= len(self.source):
            fail(f"Can't find end of a URL at byte offset {self.byte(begin)}")
        self.at += 1
        return "".join(url)

    def monospace(self) -> None:
        fence = "```" if self.source.startswith("```", self.at) else "`"
        begin = self.at
        opened = _Open("pre" if fence == "```" else "code", self.units, begin)
        self.at += len(fence)
        language = self.language() if fence == "```" else ""
        while not self.source.startswith(fence, self.at):
            if self.at >= len(self.source):
                self.unclosed(opened)
            self.at += self.source.startswith(("\\`", "\\\\"), self.at)
            self.add(self.source[self.at])
        self.at += len(fence)
        self.close(opened, {"type": opened.kind, "language": language or None})

    def language(self) -> str:
        first, newline, _ = self.source[self.at :].partition("\n")
        if not newline or "`" in first or " " in first:
            return ""
        self.at += len(first) + 1
        return first


def parse_markdown(source: str) -> tuple[str, list[MessageEntity]]:
    """Give the text without marks, and its entities with UTF-16 offsets.

    Raises:
        Refusal: A mark has no end, or a reserved character is not escaped.
    """
    return _Parser(source).run()
