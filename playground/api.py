"""``/bot<token>/<method>`` and ``/file/bot<token>/<path>`` over HTTP."""

import asyncio
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from aiohttp.web_request import FileField

from playground.encoding import Json, decode, encode
from playground.faults import Fault
from playground.methods import all_answers
from playground.refusals import Refusal
from playground.registry import Caller, Method, known_methods, untouched
from playground.state.files import Upload
from playground.state.users import BotAccount
from playground.town import Town

QUIET: Final = frozenset({"getupdates"})
HIDDEN: Final = frozenset({"secret_token"})


@dataclass(slots=True)
class _Outcome:
    """How a call ended."""

    result: object = None
    refusal: Refusal | None = None

    def body(self) -> Json:
        """The JSON that the bot gets."""
        if self.refusal is None:
            return {"ok": True, "result": self.result}
        body: Json = {
            "ok": False,
            "error_code": self.refusal.code,
            "description": self.refusal.description,
        }
        if self.refusal.retry_after is not None:
            body["parameters"] = {"retry_after": self.refusal.retry_after}
        if self.refusal.migrate_to is not None:
            body["parameters"] = {"migrate_to_chat_id": self.refusal.migrate_to}
        return body


class BotApi:
    """Answers bots."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._answers = all_answers()
        self._known = known_methods()

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer ``/bot<token>/<method>``."""
        try:
            bot = self._town.users.by_token(request.match_info["token"])
            model = self._model(request.match_info["method"])
            params, uploads = await _read(request)
        except Refusal as refusal:
            return _response(_Outcome(refusal=refusal))
        caller = Caller(self._town, bot, uploads, str(request.url.origin()))
        is_quiet = model.__api_method__.lower() in QUIET
        if not is_quiet:
            self._town.calls.begin(bot.id, self._town.now())
        try:
            return await self._logged(request, caller, model, params)
        finally:
            if not is_quiet:
                self._town.calls.end(bot.id, self._town.now())

    def _model(self, name: str) -> type[Method]:
        model = self._known.get(name.lower())
        if model is None:
            raise Refusal.unworded(404, "Not Found")
        return model

    async def _logged(
        self, request: web.Request, caller: Caller, model: type[Method], params: Json
    ) -> web.StreamResponse:
        began = self._town.now()
        fault = self._town.faults.strike(caller.bot.id, model.__api_method__, params)
        outcome = await self._outcome(caller, model, params, fault)
        self._log(caller.bot, model, params, outcome, began)
        if fault is not None and fault.cut:
            _cut(request)
        return _response(outcome)

    async def _outcome(
        self, caller: Caller, model: type[Method], params: Json, fault: Fault | None
    ) -> _Outcome:
        if fault is None:
            return await self._answer(caller, model, params)
        await asyncio.sleep(fault.delay_s)
        refusal = fault.refusal()
        outcome = _Outcome()
        if fault.after_effect or (refusal is None and not fault.cut):
            outcome = await self._answer(caller, model, params)
        return outcome if refusal is None else _Outcome(refusal=refusal)

    async def _answer(self, caller: Caller, model: type[Method], params: Json) -> _Outcome:
        try:
            method = decode(model, params)
            answer = self._answers.get(model)
            if answer is None:
                return _Outcome(untouched(model))
            result = answer(caller, method)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as refusal:
            return _Outcome(refusal=refusal)
        return _Outcome(encode(result))

    def _log(
        self, bot: BotAccount, model: type[Method], params: Json, outcome: _Outcome, began: float
    ) -> None:
        refusal = outcome.refusal
        if model.__api_method__.lower() in QUIET and refusal is None:
            return
        shown = {name: value for name, value in params.items() if name not in HIDDEN}
        entry: Json = {
            "seq": self._town.events.seq + 1, "bot": bot.id, "method": model.__api_method__,
            "params": shown, "ok": refusal is None, "code": refusal.code if refusal else 200,
            "description": refusal.description if refusal else None, "result": outcome.result,
            "at": began, "took_ms": round((self._town.now() - began) * 1000, 3),
        }  # fmt: skip
        self._town.events.add("call", call=self._town.calls.add(entry))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Answer ``/file/bot<token>/<path>``."""
        try:
            self._town.users.by_token(request.match_info["token"])
        except Refusal as refusal:
            return _response(_Outcome(refusal=refusal))
        stored = self._town.files.at(request.match_info["path"])
        if stored is None:
            return _response(_Outcome(refusal=Refusal.unworded(404, "Not Found")))
        return web.Response(body=stored.upload.content, content_type="application/octet-stream")


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _response(outcome: _Outcome) -> web.Response:
    status = outcome.refusal.code if outcome.refusal else 200
    text = json.dumps(outcome.body(), ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")


async def _read(request: web.Request) -> tuple[Json, Mapping[str, Upload]]:
    """Give the parameters of a call from query, form, multipart or JSON, and its files."""
    params: Json = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = await request.json()
        except ValueError as error:
            raise Refusal(400, "can't parse request JSON object") from error
        return params | (body if isinstance(body, dict) else {}), {}
    uploads: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, FileField):
            uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            params.setdefault(name, f"attach://{name}")
        else:
            params[name] = _text(value)
    return params, uploads


def _text(value: Any) -> str:  # noqa: ANN401 - what aiohttp gives for a form field
    return value.decode(errors="replace") if isinstance(value, bytes | bytearray) else str(value)
