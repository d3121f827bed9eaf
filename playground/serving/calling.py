"""One call of a method, from its parameters to what the bot is told."""

import asyncio
import inspect
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.encoding import Json, decode, encode
from playground.methods import all_answers
from playground.refusals import Refusal
from playground.registry import Caller, Method, known_methods, untouched
from playground.state.files import Upload
from playground.town import Town
from playground.trouble.faults import Fault

log = logging.getLogger(__name__)
QUIET: Final = frozenset({"getupdates"})
HIDDEN: Final = frozenset({"secret_token"})
LONGEST_LOGGED: Final = 5_000
NOT_BY_ANSWER: Final = frozenset({"deletewebhook", "setwebhook", "close", "logout"})
CRASHED: Final = "Internal Server Error: the playground failed, see its log"


@dataclass(slots=True)
class Outcome:
    """How a call ended; ``is_cut`` means that the bot hears nothing of it."""

    result: object = None
    refusal: Refusal | None = None
    is_cut: bool = False

    def body(self) -> Json:
        """The JSON that the bot gets."""
        refusal = self.refusal
        if refusal is None:
            return {"ok": True, "result": self.result}
        body: Json = {
            "ok": False, "error_code": refusal.code, "description": refusal.description,
        }  # fmt: skip
        if refusal.retry_after is not None:
            body["parameters"] = {"retry_after": refusal.retry_after}
        if refusal.migrate_to is not None:
            body["parameters"] = {"migrate_to_chat_id": refusal.migrate_to}
        return body


class Calling:
    """Answers calls and keeps the log of them."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._answers = all_answers()
        self._known = known_methods()

    async def perform(
        self, token: str, name: str, params: Json, uploads: Mapping[str, Upload], base: str
    ) -> Outcome:
        """Answer one call over HTTP."""
        try:
            bot = self._town.users.by_token(token)
            model = self._model(name)
            self._town.sessions.enter(bot.id, name.lower(), self._town.now())
        except Refusal as refusal:
            return Outcome(refusal=refusal)
        return await self._counted(Caller(self._town, bot, uploads, base), model, params)

    async def by_answer(self, bot: int, params: Json, uploads: dict[str, Upload]) -> None:
        """Make a call that came in a webhook's answer; nobody is told how it ended."""
        name = str(params.pop("method", "")).lower()
        if name in NOT_BY_ANSWER or name.startswith("get"):
            return
        token = self._town.users.bots[bot].token
        await self.perform(token, name, params, uploads, "")

    def _model(self, name: str) -> type[Method]:
        model = self._known.get(name.lower())
        if model is None:
            raise Refusal.unworded(404, "Not Found")
        return model

    async def _counted(self, caller: Caller, model: type[Method], params: Json) -> Outcome:
        calls, bot = self._town.calls, caller.bot.id
        is_quiet = model.__api_method__.lower() in QUIET
        if is_quiet:
            return await self._logged(caller, model, params)
        calls.begin(bot)
        try:
            return await self._logged(caller, model, params)
        finally:
            calls.end(bot)

    async def _logged(self, caller: Caller, model: type[Method], params: Json) -> Outcome:
        began_at, began = self._town.now(), time.perf_counter()
        fault = self._town.faults.strike(caller.bot.id, model.__api_method__, params)
        if fault is None:
            outcome = await self._answer(caller, model, params)
        else:
            outcome = await self._struck(caller, model, params, fault)
        refusal = outcome.refusal
        if refusal is not None or model.__api_method__.lower() not in QUIET:
            entry: Json = {
                "seq": self._town.events.seq + 1, "bot": caller.bot.id,
                "method": model.__api_method__, "params": _shown(params),
                "ok": refusal is None, "code": refusal.code if refusal else 200,
                "description": refusal.description if refusal else None,
                "result": outcome.result, "at": began_at,
                "took_ms": round((time.perf_counter() - began) * 1000, 3),
            }  # fmt: skip
            self._town.events.add("call", call=self._town.calls.add(entry))
        return outcome

    async def _struck(
        self, caller: Caller, model: type[Method], params: Json, fault: Fault
    ) -> Outcome:
        await self._wait(fault.delay_s)
        refusal = fault.refusal()
        outcome = Outcome()
        if fault.after_effect or (refusal is None and not fault.cut):
            outcome = await self._answer(caller, model, params)
        if refusal is not None:
            outcome = Outcome(refusal=refusal)
        outcome.is_cut = fault.cut
        return outcome

    async def _wait(self, delay_s: float) -> None:
        deadline = self._town.clock.deadline(delay_s)
        while (left_s := deadline.left_s) > 0:
            await self._town.clock.moved.wait(left_s)

    async def _answer(self, caller: Caller, model: type[Method], params: Json) -> Outcome:
        try:
            method = decode(model, params)
            answer = self._answers.get(model)
            if answer is None:
                return Outcome(untouched(model))
            result = answer(caller, method)
            if inspect.isawaitable(result):
                result = await result
            return Outcome(encode(result))
        except Refusal as refusal:
            return Outcome(refusal=refusal)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.exception("%s failed", model.__api_method__)
            self._town.calls.crash(model.__api_method__, error)
            return Outcome(refusal=Refusal.unworded(500, CRASHED))


def _shown(params: Json) -> Json:
    return {name: _cut(value) for name, value in params.items() if name not in HIDDEN}


def _cut(value: Any) -> Any:  # noqa: ANN401 - JSON is any of its types
    if isinstance(value, str) and len(value) > LONGEST_LOGGED:
        return value[:LONGEST_LOGGED] + "…"
    return value
