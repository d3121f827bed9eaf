"""A person who types a bot's name and a query, and opens Mini Apps."""

from dataclasses import dataclass

from aiogram.types import Message

from playground.client.someone import Someone
from playground.client.story import Results, Seen
from playground.client.wire import TIMEOUT_S
from playground.encoding import Json


@dataclass(frozen=True, slots=True)
class Found:
    """What a bot offers in one chat in answer to a query."""

    query_id: str
    results: list[Json]
    button: Json | None
    next_offset: str

    @property
    def ids(self) -> list[str]:
        """The numbers of the results, in order."""
        return [str(result["id"]) for result in self.results]


class Asking(Someone):
    """What somebody does in inline mode."""

    __slots__ = ()

    async def types(self, bot: str, query: str = "", *, offset: str = "") -> str:
        """Type "@bot query" and do not wait; gives the query's number."""
        body = {"bot": bot, "query": query, "offset": offset}
        return str((await self._act("POST", "/inline", json=body))["query_id"])

    async def asks_inline(
        self, bot: str, query: str = "", *, offset: str = "", timeout_s: float = TIMEOUT_S
    ) -> Found:
        """Type "@bot query" and wait for the results."""
        return await self.sees_results(await self.types(bot, query, offset=offset), timeout_s)

    async def sees_results(self, query_id: str, timeout_s: float = TIMEOUT_S) -> Found:
        """Wait for the results of a query."""
        shown: Results = await self.town.until(
            lambda: self.story.results.get(query_id), timeout_s=timeout_s,
            sentence=lambda: self._sentence("results of an inline query"),
        )  # fmt: skip
        return Found(query_id, shown.results, shown.button, shown.next_offset)

    async def chooses(
        self, found: Found, result: int | str = 0, *, reply_to: Seen | None = None
    ) -> Seen:
        """Send a result, by its id or its place in the list."""
        result_id = found.ids[result] if isinstance(result, int) else result
        body = {
            "result_id": result_id, "thread_id": self.thread_id,
            "reply_to": reply_to.id if reply_to else None,
        }  # fmt: skip
        answer = await self._act("POST", f"/inline/{found.query_id}/choose", json=body)
        return await self._found(Message.model_validate(answer).message_id)

    async def sends_prepared(self, number: str) -> Seen:
        """Send a message that a bot prepared for this person."""
        answer = await self._act("POST", "/prepared", json={"id": number})
        return await self._found(answer["message_id"])

    async def opens_web_app(self, **where: str | int) -> Json:
        """Open a Mini App: ``url`` of a button, ``start_param``, ``bot``; see the contract."""
        return await self._act("POST", "/web_app", json=where)
