"""The backend for OpenAI-compatible servers, against a small real one."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import pytest
from aiohttp import web

from services.errors import InvalidInputError, ModelError, UnavailableError
from services.inference.kinds import GeneratePayload
from services.inference.models import Priority, PromptMessage
from services.workers.openai.chat import OpenAIGenerator, open_chat
from tests.fakes.running import FakeJob
from tests.support.opening import opening

PAYLOAD = GeneratePayload(
    messages=(
        PromptMessage(role="system", content="s"),
        PromptMessage(role="user", content="Как приготовить щи?"),
    ),
    evidence=(),
    language="ru",
    max_sentences=4,
    max_tokens=77,
)
Behaviour = Callable[[web.StreamResponse], Awaitable[None]]


class Server:
    """Streams what the test says and remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.behaviour: Behaviour = words("Щи", " готовы", " [1].")
        self.asked: list[tuple[dict[str, object], str]] = []
        self.hung_up = asyncio.Event()
        self.unknown_field = ""

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append((body, request.headers.get("Authorization", "")))
        if self.unknown_field in body:
            return web.json_response({"error": {"message": "unknown field"}}, status=400)
        if self.status != 200:
            return web.json_response(
                {"error": {"message": "Как приготовить щи?"}}, status=self.status
            )
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await self.behaviour(response)
        except (ConnectionError, asyncio.CancelledError):
            self.hung_up.set()
            raise
        return response


async def send(response: web.StreamResponse, event: object) -> None:
    text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
    await response.write(f"data: {text}\n\n".encode())


def delta(content: str | None, finish: str | None = None) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]}


def words(*pieces: str, end: bool = True) -> Behaviour:
    async def behave(response: web.StreamResponse) -> None:
        await response.write(b": a comment\n\n")
        await send(response, {"choices": [{"delta": {"role": "assistant"}}]})
        for piece in pieces:
            await send(response, delta(piece))
        if end:
            await send(response, delta(None, "stop"))
            await send(response, {"choices": [], "usage": {"total_tokens": 5}})
            await send(response, "[DONE]")

    return behave


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.complete)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/v1/"
    finally:
        await runner.cleanup()


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def generator(server: Server) -> AsyncIterator[OpenAIGenerator]:
    async with serving(server) as url:
        opened = await open_chat(f"qwen@v3@{url}", opening(api_key="key", silence_s=0.5))
        yield opened
        await opened.close()


async def test_the_prompt_goes_out_and_the_text_streams_back(
    server: Server, generator: OpenAIGenerator
) -> None:
    assert [piece async for piece in generator.generate(PAYLOAD)] == ["Щи", " готовы", " [1]."]
    body, authorization = server.asked[0]
    assert authorization == "Bearer key"
    assert (body["model"], body["max_tokens"], body["stream"]) == ("qwen@v3", 77, True)
    assert body["messages"] == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "Как приготовить щи?"},
    ]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ModelError),
        (401, UnavailableError),
        (404, UnavailableError),
        (429, UnavailableError),
        (503, UnavailableError),
    ],
)
async def test_refusals_are_told_apart_and_quote_nobody(
    server: Server, generator: OpenAIGenerator, status: int, error: type[Exception]
) -> None:
    server.status = status
    with pytest.raises(error) as failure:
        await anext(generator.generate(PAYLOAD))
    assert "щи" not in str(failure.value)
    assert str(failure.value) != "key"


@pytest.mark.parametrize(
    "pieces",
    [
        ("<think>", "щи?", "</think>", "\n\n", "Щи", " готовы"),
        (" <thi", "nk>щи?</th", "ink> Щи", " готовы"),
        ("<think></think>Щи готовы",),
        ("Щи", " готовы"),
        ("\n", "Щи готовы"),
    ],
)
async def test_thoughts_are_not_part_of_the_answer(
    server: Server, generator: OpenAIGenerator, pieces: tuple[str, ...]
) -> None:
    server.behaviour = words(*pieces)
    job = FakeJob()
    assert (await generator.run(PAYLOAD, job)).text == "Щи готовы"
    assert all("щи?" not in text and "<" not in text for text in job.texts)


@pytest.mark.parametrize("pieces", [(), ("",), ("  ",), ("<think>", "щи?"), ("<think>x</think>",)])
async def test_an_empty_answer_is_a_failure_and_no_answer(
    server: Server, generator: OpenAIGenerator, pieces: tuple[str, ...]
) -> None:
    server.behaviour = words(*pieces)
    with pytest.raises(ModelError, match="nothing"):
        await generator.run(PAYLOAD, FakeJob())


async def test_a_text_that_only_looks_like_thoughts_is_shown(
    server: Server, generator: OpenAIGenerator
) -> None:
    server.behaviour = words("<thi")
    assert (await generator.run(PAYLOAD, FakeJob())).text == "<thi"


async def test_an_answer_that_breaks_off_is_no_answer(
    server: Server, generator: OpenAIGenerator
) -> None:
    server.behaviour = words("Щи", end=False)
    pieces = generator.generate(PAYLOAD)
    assert await anext(pieces) == "Щи"
    with pytest.raises(UnavailableError, match="broke off"):
        await anext(pieces)


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        ("no JSON", UnavailableError),
        ("[1]", UnavailableError),
        ("x" * 2_000_000, UnavailableError),
        ({"error": {"message": "щи", "code": 500}}, UnavailableError),
        ({"error": {"message": "щи", "code": 400}}, ModelError),
        ({"error": "щи"}, ModelError),
        (delta("x" * 70_000), ModelError),
    ],
)
async def test_nonsense_and_endless_text_are_refused(
    server: Server, generator: OpenAIGenerator, event: object, refusal: type[Exception]
) -> None:
    async def behave(response: web.StreamResponse) -> None:
        await send(response, event)

    server.behaviour = behave
    with pytest.raises(refusal) as failure:
        await anext(generator.generate(PAYLOAD))
    assert "щи" not in str(failure.value)


async def test_a_silent_server_is_given_up(server: Server, generator: OpenAIGenerator) -> None:
    async def behave(_response: web.StreamResponse) -> None:
        await asyncio.sleep(1000)

    server.behaviour = behave
    with pytest.raises(UnavailableError, match="ReadTimeout"):
        await anext(generator.generate(PAYLOAD))


async def test_leaving_closes_the_stream_at_once(
    server: Server, generator: OpenAIGenerator
) -> None:
    async def behave(response: web.StreamResponse) -> None:
        while True:
            await send(response, delta("word "))
            await asyncio.sleep(0.01)

    server.behaviour = behave
    async with aclosing(generator.generate(PAYLOAD)) as pieces:
        assert await anext(pieces) == "word "
    async with asyncio.timeout(5):
        await server.hung_up.wait()


async def test_a_server_that_is_down_is_said_so(server: Server) -> None:
    async with serving(server) as url:
        pass
    opened = await open_chat(f"m@{url}", opening(silence_s=1))
    with pytest.raises(UnavailableError, match="ConnectError"):
        await anext(opened.generate(PAYLOAD))
    await opened.close()


async def test_the_priority_is_told_unless_the_server_refuses_to_hear_it(
    server: Server, generator: OpenAIGenerator
) -> None:
    async def told(priority: Priority) -> list[object]:
        before = len(server.asked)
        assert [piece async for piece in generator.generate(PAYLOAD, priority=priority)]
        return [body.get("priority") for body, _ in server.asked[before:]]

    assert await told(Priority.HIGH) == [None], "what any server takes"
    server.unknown_field = "priority"
    assert await told(Priority.LOW) == [2, None]
    assert await told(Priority.LOW) == [None], "refused once, it is not tried again"


async def test_a_server_with_priorities_hears_them_and_refusals_stay_refusals(
    server: Server, generator: OpenAIGenerator
) -> None:
    assert [piece async for piece in generator.generate(PAYLOAD, priority=Priority.NORMAL)]
    server.status = 400
    with pytest.raises(ModelError):
        await anext(generator.generate(PAYLOAD, priority=Priority.LOW))
    assert [body["priority"] for body, _ in server.asked] == [1, 2]


@pytest.mark.parametrize("name", ["model", "@http://x", "m@x:80", "m@ftp://x", "m@http://"])
async def test_a_name_without_model_or_address_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="<model>@<base url>"):
        await open_chat(name, opening())
