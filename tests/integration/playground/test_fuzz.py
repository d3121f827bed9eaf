"""20,000 calls made of aiogram's own models: no crash, no cut connection, no wrong type.

``SAMOVAR_FUZZ_SEED`` repeats a run that failed; ``SAMOVAR_FUZZ_CALLS`` makes a longer one.
"""

import asyncio
import json
import os
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from pydantic import ValidationError

from playground.encoding import Json
from playground.server import Running, running_playground
from tests.support.fuzz import FuzzedCall, Fuzzer, Known, strangers

CALLS = int(os.environ.get("SAMOVAR_FUZZ_CALLS", "20000"))
SEED = int(os.environ.get("SAMOVAR_FUZZ_SEED", secrets.randbelow(10**6)))
ROUND = 500
SHOWN = 15
ANSWER_S = 20.0
OVER = ("Logged out", "Unauthorized")


@dataclass
class Found:
    """What a run found; ``problems`` by what is wrong, with the first call that showed it."""

    count: int = 0
    fine: Counter[str] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    problems: dict[str, str] = field(default_factory=dict)

    def problem(self, what: str, call: FuzzedCall, seed: int) -> None:
        self.problems.setdefault(what, f"seed {seed}: {call}")

    def summary(self) -> str:
        fine = f"{self.fine.total()} fine over {len(self.fine)} methods"
        return f"{self.count} calls: {fine}, refused {dict(self.refused)}"

    def retold(self) -> str:
        shown = list(self.problems.items())[:SHOWN]
        lines = [f"- {what}\n    {where}" for what, where in shown]
        return f"SAMOVAR_FUZZ_SEED={SEED}, {len(self.problems)} kinds:\n" + "\n".join(lines)


class Line:
    """A kept HTTP connection without any library's help, so that a cut is seen as a cut."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, path: str, kind: str, body: bytes) -> tuple[int, Json]:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        async with asyncio.timeout(ANSWER_S):
            answer = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(answer.partition("content-length:")[2].partition("\r\n")[0])
            content = await self._reader.readexactly(length)
        return int(answer.split()[1]), json.loads(content)


@asynccontextmanager
async def line(base: str) -> AsyncIterator[Line]:
    host, _, port = base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Line(reader, writer)
    finally:
        writer.close()


class Round:
    """A fresh town, a bot that calls whatever it likes, people who write and tap meanwhile."""

    def __init__(self, server: Running, seed: int, found: Found) -> None:
        self.server, self.seed, self.found = server, seed, found
        people = list(server.seed.users.values())
        club = server.seed.groups["club"]
        chats: list[int | str] = [*people, club, club, club, "@nobody"]
        self.known = Known(people, chats, [server.seed.bot_id])
        self.fuzzer = Fuzzer(seed, self.known)

    async def found_groups(self, wire: Line) -> None:
        """Groups of every type, with the bot as an administrator."""
        creator, *members = self.known.people
        for more in ({"type": "group"}, {"type": "channel"}, {"is_forum": True}):
            body = {"title": "Group", "creator": creator, "members": members,
                    "admins": self.known.bots} | more  # fmt: skip
            content = json.dumps(body).encode()
            status, group = await wire.ask("/sim/groups", "application/json", content)
            assert status == 200, group
            self.known.chats.append(group["id"])

    async def play(self, wire: Line, calls: int) -> None:
        await self.found_groups(wire)
        for number in range(calls):
            if number % 5 == 0:
                await self.live(wire)
            call = self.fuzzer.call()
            self.found.count += 1
            try:
                status, body = await wire.ask(
                    f"/bot{self.server.token}/{call.method}", *call.body()
                )
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                self.found.problem(f"{call.method}: no answer: {error!r}", call, self.seed)
                return
            self.check(call, status, body)
            if body.get("description") in OVER:
                return

    async def live(self, wire: Line) -> None:
        chance = self.fuzzer.chance
        person = chance.choice(self.known.people)
        chat = chance.choice((self.server.seed.bot_id, self.server.seed.groups["club"]))
        path = f"/sim/users/{person}/chats/{chat}/messages"
        body: Json = {"text": "hello"}
        if chance.random() < 0.6:
            path += f"/{chance.choice(self.known.messages)}/tap"
            body = {"row": 0, "column": 0}
        status, answer = await wire.ask(path, "application/json", json.dumps(body).encode())
        assert status < 500, answer
        self.known.learn(answer)

    def check(self, call: FuzzedCall, status: int, body: Json) -> None:
        if status == 200 and body["ok"] is True:
            self.fine(call, body["result"])
            return
        self.found.refused[status] += 1
        is_said = body["ok"] is False and body["error_code"] == status and body["description"]
        if status >= 500 or not is_said:
            crashes = self.server.town.calls.crashes
            why = crashes[-1] if crashes else body
            self.found.problem(f"{call.method}: {status}: {str(why)[:300]}", call, self.seed)

    def fine(self, call: FuzzedCall, result: object) -> None:
        self.found.fine[call.method] += 1
        self.known.learn(result)
        try:
            unknown = strangers(call.method, result)
        except ValidationError as error:
            self.found.problem(f"{call.method}: wrong type: {str(error)[:300]}", call, self.seed)
            return
        for name in unknown:
            self.found.problem(f"{call.method}: {name} is unknown", call, self.seed)


HUGE = 2**63
ONCE_BROKE: list[tuple[str, Json]] = [
    ("createChatInviteLink", {"expire_date": HUGE}),
    ("banChatMember", {"user_id": 1, "until_date": HUGE}),
    ("sendVideo", {"video": "attach://v", "start_timestamp": HUGE}),
    ("answerWebAppQuery", {"web_app_query_id": "x", "result": {
        "id": "c", "voice_url": -1, "title": "t", "input_message_content": {"message_text": "x"},
    }}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params"), ONCE_BROKE, ids=[name for name, _ in ONCE_BROKE])
async def test_calls_that_broke_it_once(server: Running, method: str, params: Json) -> None:
    body = params | {"chat_id": server.seed.groups["club"]}
    call = FuzzedCall(method, body, {"v": b"\x00\x00\x00\x18ftypmp42"}, as_form=True)
    async with line(server.base) as wire:
        status, answer = await wire.ask(f"/bot{server.token}/{method}", *call.body())
        assert status < 500, answer
        # What was kept must not break later calls either.
        path = f"/bot{server.token}/getChat"
        content = json.dumps({"chat_id": body["chat_id"]}).encode()
        assert (await wire.ask(path, "application/json", content))[0] == 200
    assert not server.town.calls.crashes


@pytest.mark.timeout(900)
async def test_no_call_breaks_the_playground() -> None:
    found, seed = Found(), SEED
    while found.count < CALLS:
        seed += 1
        async with running_playground() as server, line(server.base) as wire:
            await Round(server, seed, found).play(wire, min(ROUND, CALLS - found.count))
    print(found.summary())  # noqa: T201 - shown with -s and when the test fails
    assert not found.problems, found.retold()
    # A fuzzer that is refused at the door finds nothing.
    assert found.fine.total() > CALLS / 10
    assert len(found.fine) > CALLS / 20_000 * 80
