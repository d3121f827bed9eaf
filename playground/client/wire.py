"""The test client's side of the HTTP, without people."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import httpx

from playground.client.story import Story
from playground.encoding import Json

T = TypeVar("T")
TIMEOUT_S: Final = 20.0
CALM_S: Final = 0.4
POLL_S: Final = 0.05
LONGEST_BATCH_S: Final = 5.0
SEEN_KINDS: Final = (
    "message,edited,deleted,draft,draft_gone,answer,typing,reactions,keyboard,inline_results"
)


class NotSeen(AssertionError):  # noqa: N818 - a failed expectation of a test, no error of ours
    """What a test waited for did not happen; the message retells the conversation."""


class Refused(Exception):  # noqa: N818 - Telegram's word for no
    """A person cannot do that."""


class Wire:
    """The HTTP connection to a playground, and what was seen through it."""

    def __init__(self, client: httpx.AsyncClient, state: Json) -> None:
        self.story = Story()
        self._client = client
        self._reading = asyncio.Lock()
        self.state = state
        self.marks: dict[tuple[int, int], int] = {}

    async def request(self, method: str, path: str, **more: Any) -> Json:  # noqa: ANN401
        """Send a request of the users' side; the keywords are httpx's.

        Raises:
            Refused: The server says no; the text is its sentence.
        """
        answer = await self._client.request(method, path, **more)
        if answer.is_error:
            is_json = answer.headers.get("content-type", "").startswith("application/json")
            raise Refused(answer.json()["error"] if is_json else f"{answer.status_code} {path}")
        found: Json = answer.json()
        return found

    async def text(self, path: str) -> str:
        """Read what is no JSON.

        Raises:
            Refused: The server says no; the text is its sentence.
        """
        answer = await self._client.get(path)
        if answer.is_error:
            raise Refused(answer.json()["error"])
        return answer.text

    async def refresh(self) -> None:
        """Read who is here, and what happened so far."""
        self.state = await self.request("GET", "/sim/state")
        await self.look(0.0)

    async def look(self, wait_s: float) -> None:
        """Take in new events; wait for the first as long as ``wait_s``."""
        before = self.story.seq
        async with self._reading:
            if self.story.seq > before:
                return  # somebody else has just read them
            params = {"after": before, "wait_s": wait_s, "kinds": SEEN_KINDS}
            batch = await self.request("GET", "/sim/events", params=params)
            for event in batch["events"]:
                self.story.add(event)
            self.story.seq = max(self.story.seq, batch["seq"])

    async def until(
        self, found: Callable[[], T | None], *, timeout_s: float, sentence: Callable[[], str]
    ) -> T:
        """Wait until ``found`` gives something.

        Raises:
            NotSeen: It did not in time; ``sentence`` tells what was expected and what happened.
        """
        ends_at = time.monotonic() + timeout_s
        while (value := found()) is None:
            left_s = ends_at - time.monotonic()
            if left_s <= 0:
                raise NotSeen(f"not within {timeout_s:g} s: {sentence()}")
            await self.look(min(left_s, LONGEST_BATCH_S))
        return value

    @property
    def base(self) -> str:
        """Where the playground serves, for ``TelegramAPIServer.from_base`` and the like."""
        return str(self._client.base_url).rstrip("/")

    @property
    def bot_id(self) -> int:
        """The first bot's id."""
        return int(self.state["bots"][0]["user"]["id"])

    @property
    def token(self) -> str:
        """The first bot's token."""
        return str(self.state["bots"][0]["token"])

    def group_id(self, title: str) -> int:
        """Give a group's id by its title, in any case."""
        for group in self.state["groups"]:
            if group["title"].lower() == title.lower():
                return int(group["id"])
        raise LookupError(f"no group is called {title}")

    async def download(self, file_id: str) -> bytes:
        """Fetch a file of a message."""
        answer = await self._client.get(f"/sim/files/{file_id}")
        answer.raise_for_status()
        return answer.content
