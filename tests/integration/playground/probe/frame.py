"""Calls through aiogram, each answer and each update checked against its type."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import BaseModel

from playground.server import Running, running_playground
from playground.state.members import RIGHTS
from playground.users import InGroup, Person, Playground
from tests.support.local_session import LocalSession

EVERY_UPDATE = [name for name in Update.model_fields if name != "update_id"]


def extras(value: object, where: str = "") -> list[str]:
    """Name what a decoded object carries beyond its type."""
    if isinstance(value, BaseModel):
        name = type(value).__name__
        found = [f"{where}{name}.{key}" for key in value.model_extra or ()]
        parts = [(key, part) for key, part in value.__dict__.items() if part is not None]
        return found + [one for key, part in parts for one in extras(part, f"{where}{name}.{key}:")]
    if isinstance(value, list):
        return [one for part in value for one in extras(part, where)]
    return []


@dataclass
class Probe:
    """A fresh town, a bot that is an administrator of the club, and what was called."""

    server: Running
    town: Playground
    bot: Bot
    alice: Person
    bob: Person
    club: InGroup
    called: set[type[TelegramMethod[Any]]] = field(default_factory=set)
    updates: list[Update] = field(default_factory=list)

    async def __call__(self, call: TelegramMethod[Any], *, by: Bot | None = None) -> Any:  # noqa: ANN401
        """Call; fails where the answer is refused, of another type, or holds unknown keys."""
        answer = await (by or self.bot)(call)
        self.called.add(type(call))
        assert not extras(answer), f"{call.__api_method__} answers {extras(answer)}"
        return answer

    async def hears(self, *, by: Bot | None = None) -> list[Update]:
        """Fetch and confirm the updates that wait, of every type."""
        bot = by or self.bot
        new = await bot.get_updates(allowed_updates=EVERY_UPDATE)
        if new:
            await bot.get_updates(offset=new[-1].update_id + 1, allowed_updates=EVERY_UPDATE)
        assert not extras(new), f"updates hold {extras(new)}"
        self.updates += new
        return new

    @asynccontextmanager
    async def second_bot(
        self, username: str = "other_bot", *, reads_all: bool = False, **abilities: bool | str
    ) -> AsyncIterator[Bot]:
        """Give another bot of the same town."""
        made = await self.town.new_bot(username, reads_all=reads_all, **abilities)
        async with _bot(self.server, made["token"]) as bot:
            yield bot


def _bot(server: Running, token: str) -> Bot:
    return Bot(token, session=LocalSession(server.base))


@asynccontextmanager
async def fresh_probe() -> AsyncIterator[Probe]:
    """Serve a town in which the bot has every right in the club and hears every update."""
    async with (
        running_playground() as server,
        Playground.connect(server.base) as town,
        _bot(server, server.token) as bot,
    ):
        alice = town.user("alice")
        club = alice.in_group("club")
        await club.makes(bot.id, "administrator", rights=dict.fromkeys(RIGHTS, True))
        probe = Probe(server, town, bot, alice, town.user("bob"), club)
        await probe.hears()
        yield probe
