"""Telegram's first Markdown style, kept for old bots: no nesting, errors in Telegram's words."""

from dataclasses import dataclass, field
from typing import Final

from aiogram.types import MessageEntity

from playground.formatting.html import fail, link_entity
from playground.formatting.utf16 import ordered, width

MARKS: Final = {"_": "italic", "*": "bold", "`": "code", "[": "link"}
ESCAPABLE: Final = frozenset("_*`[")
FENCE: Final = "```"


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    text: str = ""
    entities: list[MessageEntity] = field(default_factory=list)

    def run(self) -> tuple[str, list[MessageEntity]]:
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "\\" and self.source[self.at + 1 : self.at + 2] in ESCAPABLE - {""}:
                self.text += self.source[self.at + 1]
                self.at += 2
            elif letter in MARKS:
                self.entity(letter)
            else:
                self.text += letter
                self.at += 1
        return self.text, ordered(self.entities)

    def entity(self, mark: str) -> None:
        begin = self.at
        fence = FENCE if self.source.startswith(FENCE, begin) else ""
        end = fence or ("]" if mark == "[" else mark)
        self.at += len(fence or mark)
        language = self.language() if fence else ""
        stop = self.source.find(end, self.at)
        if stop < 0:
            where = len(self.source[:begin].encode())
            fail(f"Can't find end of the entity starting at byte offset {where}")
        covered = self.source[self.at : stop]
        self.at = stop + len(end)
        kind = "pre" if fence else MARKS[mark]
        self.close(kind, covered, {"language": language} if language else {})

    def language(self) -> str:
        """Read what stands behind the fence, up to white space, and skip one line end."""
        rest = self.source[self.at :]
        word = rest[: next((i for i, one in enumerate(rest) if one.isspace() or one == "`"), 0)]
        if rest[len(word) : len(word) + 1] == "`":
            word = ""
        self.at += len(word)
        if self.source.startswith("\n", self.at):
            self.at += 1
        return word

    def close(self, kind: str, covered: str, more: dict[str, object]) -> None:
        made: dict[str, object] | None = {"type": kind, **more}
        if kind == "link":
            made = link_entity(self.address(covered))
        if made is not None and covered:
            place = {"offset": width(self.text), "length": width(covered)}
            self.entities.append(MessageEntity.model_validate(made | place))
        self.text += covered

    def address(self, covered: str) -> str:
        if not self.source.startswith("(", self.at):
            return covered
        stop = self.source.find(")", self.at)
        url = self.source[self.at + 1 : stop if stop >= 0 else len(self.source)]
        self.at = stop + 1 if stop >= 0 else len(self.source)
        return url


def parse_legacy(source: str) -> tuple[str, list[MessageEntity]]:
    """Give the text without marks, and its entities with UTF-16 offsets.

    Raises:
        Refusal: A mark has no end; the sentence counts bytes.
    """
    return _Parser(source).run()
