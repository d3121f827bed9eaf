"""One thing that Telegram refuses, and where it says so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram import Bot

from playground.server import Running
from playground.users import InGroup, Person, Playground

PREFIXES = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000003080600000000")


@dataclass(frozen=True)
class Scene:
    """A fresh town: Alice, Bob and Carol know the bot, which is an administrator of the club.

    ``own`` is a message of the bot to Alice with a button, ``hers`` one of Alice to the bot,
    ``picture`` a photo of the bot to Alice.
    """

    server: Running
    town: Playground
    bot: Bot
    alice: Person
    bob: Person
    club: InGroup
    own: int
    hers: int
    picture: int

    async def demote_bot(self) -> None:
        """Make the bot a plain member of the club."""
        await self.club.makes(self.bot.id, "member")


@dataclass(frozen=True)
class Case:
    """``act`` must be refused with exactly these words.

    Attributes:
        words: What follows "Bad Request: " and the like; the whole sentence for other codes.
        act: The calls; the last one is refused.
        source: Address of the documentation, source code or issue that has these words.
        code: Of the answer.
    """

    words: str
    act: Callable[[Scene], Awaitable[object]]
    source: str
    code: int = 400

    @property
    def sentence(self) -> str:
        return PREFIXES.get(self.code, "") + self.words
