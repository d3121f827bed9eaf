"""Scripted people act on a playground, wherever its bot is."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from playground.client.story import chat_of
from playground.encoding import Json
from playground.load.acts import Act, Answer, Request
from playground.load.figures import ActionFigures, LoadReport
from playground.load.schedule import LoadPlan, Planned, planned
from playground.load.waiting import Key, Wait, Waiting

KINDS: Final = ",".join(Answer)
CONNECTIONS: Final = 200
SWEEP_S: Final = 0.25
MOST_NAMED: Final = 500
LONGEST_LINE: Final = 4 * 2**20
REQUEST_TIMEOUT_S: Final = 120.0
OK: Final = 200


async def run_load(base: str, plan: LoadPlan) -> LoadReport:
    """Let scripted people act, and measure what they wait for.

    Args:
        base: Address of the playground; the bot of its first token is talked to.
        plan: Who does what.

    Returns:
        The figures; ``as_json()`` gives them as JSON.

    Raises:
        aiohttp.ClientError: The playground does not answer.
    """
    timeout = aiohttp.ClientTimeout(total=None, sock_read=REQUEST_TIMEOUT_S)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with (
        aiohttp.ClientSession(base, timeout=timeout, connector=connector) as session,
        asyncio.TaskGroup() as group,
    ):
        crowd = await _move_in(session, plan)
        reader = group.create_task(crowd.read())
        await crowd.open()
        await crowd.act(group)
        await crowd.finish()
        reader.cancel()
    return crowd.report


async def _move_in(session: aiohttp.ClientSession, plan: LoadPlan) -> "_Crowd":
    state = await _json(session, "GET", "/sim/state", None)
    ids = [
        (await _json(session, "POST", "/sim/users", {"first_name": f"Person {number}"}))["id"]
        for number in range(plan.people)
    ]
    return _Crowd(session, plan, int(state["bots"][0]["user"]["id"]), ids, int(state["seq"]))


async def _json(session: aiohttp.ClientSession, method: str, path: str, body: Json | None) -> Json:
    async with session.request(method, path, json=body) as response:
        response.raise_for_status()
        found: Json = await response.json()
        return found


@dataclass(frozen=True, slots=True)
class _Deed:
    """An act that is begun."""

    person: int
    chat: int
    act: Act
    request: Request
    mark: str
    due_at: float
    figures: ActionFigures

    def waits(self) -> dict[Key, Wait]:
        """What is waited for as soon as the act is sent."""
        where = chat_of(self.person, self.chat)
        found: dict[Key, Wait] = {}
        for kind in self.act.expects:
            if kind != Answer.ANSWER:
                is_marked = kind == Answer.MESSAGE and self.mark in str(self.request.body)
                wait = self.wait(kind, self.mark if is_marked else "")
                found[kind, where, self.request.about if kind == Answer.EDITED else 0] = wait
        return found

    def wait(self, kind: Answer, mark: str = "") -> Wait:
        """Wait for one kind of answer."""
        return Wait(self.figures.answer(kind), self.due_at, mark)


@dataclass(slots=True)
class _Crowd:
    """The people of one run."""

    session: aiohttp.ClientSession
    plan: LoadPlan
    bot: int
    ids: list[int]
    seq: int
    waiting: Waiting = field(init=False)
    report: LoadReport = field(init=False)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: int = 0

    def __post_init__(self) -> None:
        self.waiting = Waiting(self.plan.patience_s)
        self.report = LoadReport(len(self.ids), self.plan.seconds, self.plan.seed)

    async def read(self) -> None:
        """Follow the events of these people until cancelled."""
        users = ",".join(map(str, self.ids)) if len(self.ids) <= MOST_NAMED else ""
        while True:
            params = {"after": str(self.seq), "users": users, "kinds": KINDS}
            async with self.session.get(
                "/sim/events", params=params, read_bufsize=LONGEST_LINE
            ) as response:
                async for event in _events(response):
                    self._take(event)

    def _take(self, event: Json) -> None:
        self.seq = max(self.seq, int(event["seq"]))
        if event["kind"] == "reset":
            self.report.missed += 1
        else:
            self.waiting.event(event, asyncio.get_running_loop().time())
        self.news.set()

    async def open(self) -> None:
        """Do what everybody does once before; wait until the bot has said something to that."""
        for person in self.ids:
            for act in self.plan.opening:
                request = self._request(person, act, "")
                if request is not None:
                    await self._send(person, self._chat(act), request)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.plan.patience_s):
                while not self._ready():
                    self.news.clear()
                    await self.news.wait()

    def _ready(self) -> bool:
        return all(
            self.waiting.view(person, self._chat(act)).newest
            for act in self.plan.opening if Answer.MESSAGE in act.expects
            for person in self.ids
        )  # fmt: skip

    def _request(self, person: int, act: Act, mark: str) -> Request | None:
        return act.request(self.waiting.view(person, self._chat(act)), mark)

    async def act(self, group: asyncio.TaskGroup) -> None:
        """Begin every act at its instant."""
        loop = asyncio.get_running_loop()
        begun_at = swept_at = loop.time()
        for one in planned(self.plan):
            # A pause of 0 when late: answers must be read all the same.
            await asyncio.sleep(max(0.0, begun_at + one.at_s - loop.time()))
            self._begin(group, one, begun_at + one.at_s)
            if loop.time() - swept_at > SWEEP_S:
                swept_at = loop.time()
                self.waiting.expire(swept_at)
        await asyncio.sleep(max(0.0, begun_at + self.plan.seconds - loop.time()))
        self.report.seconds = loop.time() - begun_at

    def _begin(self, group: asyncio.TaskGroup, one: Planned, due_at: float) -> None:
        person, figures = self.ids[one.person], self.report.action(one.act.title)
        request = self._request(person, one.act, one.mark)
        if request is None or self.under_way >= self.plan.most_waiting:
            figures.skipped += 1
            return
        figures.n += 1
        self.under_way += 1
        self.report.late.taken_s.append(asyncio.get_running_loop().time() - due_at)
        chat = self._chat(one.act)
        deed = _Deed(person, chat, one.act, request, one.mark, due_at, figures)
        group.create_task(self._do(deed))

    async def _do(self, deed: _Deed) -> None:
        waits = deed.waits()
        for key, wait in waits.items():
            self.waiting.expect(key, wait)
        try:
            answer = await self._send(deed.person, deed.chat, deed.request)
        except (aiohttp.ClientError, TimeoutError):
            deed.figures.request.lost += 1
            return
        finally:
            self.under_way -= 1
        if answer is None:
            deed.figures.refused += 1
            for wait in waits.values():
                wait.give_up(lost=False)
            return
        deed.figures.request.taken_s.append(asyncio.get_running_loop().time() - deed.due_at)
        if Answer.ANSWER in deed.act.expects and "query_id" in answer:
            self.waiting.expect_answer(str(answer["query_id"]), deed.wait(Answer.ANSWER))

    def _chat(self, act: Act) -> int:
        return self.bot if act.chat is None else act.chat

    async def _send(self, person: int, chat: int, request: Request) -> Json | None:
        """Send it; None when it is refused."""
        path = f"/sim/users/{person}/chats/{chat}{request.path}"
        async with self.session.request(request.method, path, json=request.body) as response:
            if response.status != OK:
                await response.read()
                return None
            found: Json = await response.json()
            return found

    async def finish(self) -> None:
        """Wait for the last answers as long as people have patience."""
        loop = asyncio.get_running_loop()
        while self.under_way or self.waiting.open:
            self.waiting.expire(loop.time())
            self.news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), SWEEP_S)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[Json]:
    with contextlib.suppress(aiohttp.ClientPayloadError):
        async for line in response.content:
            if line.startswith(b"data: "):
                event: Json = json.loads(line[6:])
                yield event
