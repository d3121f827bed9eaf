"""What holds for every kind of job by a server that speaks as OpenAI's does: real HTTP."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from services.errors import InvalidInputError, ModelError, UnavailableError
from services.inference.kinds import (
    DescribePayload,
    DetoxPayload,
    DrawPayload,
    EmbedPayload,
    EntailPayload,
    GeneratePayload,
    JobKind,
    Payload,
    RewritePayload,
    RudeText,
    ScorePayload,
    SpeakPayload,
    TextPair,
    ToxicityPayload,
    TranscribePayload,
    TranslatePayload,
    kind_of,
)
from services.inference.models import EmbedRole, PromptMessage
from services.workers.registry import default_registry
from tests.support.openai_server import (
    PICTURE,
    SOUND,
    Asked,
    Bench,
    job_with_files,
    openai_bench,
    openai_server,
)
from tests.support.opening import opening

PRIVATE = "Тайный вопрос"
MESSAGES = (PromptMessage(role="user", content=PRIVATE),)
PAYLOADS: tuple[Payload, ...] = (
    EmbedPayload(texts=(PRIVATE,), role=EmbedRole.QUERY),
    GeneratePayload(messages=MESSAGES, evidence=(), language="ru", max_sentences=4, max_tokens=100),
    RewritePayload(messages=MESSAGES),
    ScorePayload(query=PRIVATE, texts=("a", "b")),
    EntailPayload(pairs=(TextPair(premise=PRIVATE, hypothesis=PRIVATE),)),
    ToxicityPayload(texts=(PRIVATE,)),
    DetoxPayload(texts=(RudeText(text=PRIVATE),), language="ru"),
    DrawPayload(prompt=PRIVATE),
    DescribePayload(image=PICTURE, question=PRIVATE, language="ru"),
    TranscribePayload(audio=SOUND),
    SpeakPayload(text=PRIVATE, language="ru"),
    TranslatePayload(texts=(PRIVATE,), source="ru", target="en"),
)
EVERY_KIND = pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: str(kind_of(payload)))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with openai_bench() as opened:
        yield opened


def test_there_is_a_payload_for_every_kind() -> None:
    assert {kind_of(payload) for payload in PAYLOADS} == set(JobKind)


@EVERY_KIND
@pytest.mark.parametrize(
    ("status", "error", "about"),
    [
        (400, ModelError, "400"),
        (413, ModelError, "413"),
        (422, ModelError, "422"),
        (401, UnavailableError, "SAMOVAR_OPENAI_KEY"),
        (403, UnavailableError, "SAMOVAR_OPENAI_KEY"),
        (404, UnavailableError, "does not know the model or the address"),
        (429, UnavailableError, "429"),
        (302, UnavailableError, "302"),
        (500, UnavailableError, "500"),
    ],
)
async def test_refusals_are_told_apart_and_quote_nobody(
    bench: Bench, payload: Payload, status: int, error: type[Exception], about: str
) -> None:
    bench.server.refuses(status)
    with pytest.raises(error, match=about) as failure:
        await bench.does(payload, key="the-key")
    assert PRIVATE not in str(failure.value)
    assert "the-key" not in str(failure.value)
    assert bench.server.asked[0].request.headers["Authorization"] == "Bearer the-key"


@EVERY_KIND
@pytest.mark.parametrize(
    "body", [b"", b"<html>Please log in</html>", b"{}", b'{"error": "x"}', b"[]", b'"\xff"']
)
async def test_an_answer_of_another_form_is_left_to_the_next_backend(
    bench: Bench, payload: Payload, body: bytes
) -> None:
    bench.server.answer = lambda _asked: web.Response(body=body, content_type="application/json")
    with pytest.raises((UnavailableError, ModelError)) as failure:
        await bench.does(payload)
    if kind_of(payload) is not JobKind.GENERATE:
        assert isinstance(failure.value, UnavailableError)


@EVERY_KIND
async def test_a_silent_server_is_given_up(bench: Bench, payload: Payload) -> None:
    async def hang(_asked: Asked) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    bench.server.answer = hang
    with pytest.raises(UnavailableError, match="ReadTimeout"):
        await bench.does(payload, silence_s=0.3)


@EVERY_KIND
async def test_a_cancelled_job_closes_its_connection(bench: Bench, payload: Payload) -> None:
    begun = asyncio.Event()

    async def hang(_asked: Asked) -> web.StreamResponse:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    bench.server.answer = hang
    task = asyncio.create_task(bench.does(payload))
    async with asyncio.timeout(30):
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await bench.server.hung_up.wait()


@EVERY_KIND
async def test_a_server_that_breaks_off_is_down(bench: Bench, payload: Payload) -> None:
    async def break_off(asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(asked.request)
        await response.write(b'{"data": [')
        transport = asked.request.transport
        assert transport is not None
        transport.abort()
        return response

    bench.server.answer = break_off
    with pytest.raises(UnavailableError):
        await bench.does(payload)


@EVERY_KIND
async def test_a_server_that_is_not_there_is_down(payload: Payload) -> None:
    async with openai_server() as server:
        base = server.base
    setting = f"openai:m@{base}"
    backend = await default_registry().open(kind_of(payload), setting, opening())
    with pytest.raises(UnavailableError, match="ConnectError"):
        await backend.run(payload, job_with_files())
    await backend.close()


@EVERY_KIND
@pytest.mark.parametrize(
    "name", ["m", "m@localhost:80", "@http://x", "m@http://", "m@http://x:port"]
)
async def test_a_name_without_model_or_address_is_refused(payload: Payload, name: str) -> None:
    with pytest.raises(InvalidInputError, match="<model>@<base url>"):
        await default_registry().open(kind_of(payload), f"openai:{name}", opening())


async def test_an_answer_without_end_is_not_read_to_it(bench: Bench) -> None:
    async def pour(asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(asked.request)
        while True:
            await response.write(b" " * 2**20)

    bench.server.answer = pour
    with pytest.raises(UnavailableError, match="more than any answer needs"):
        await bench.does(PAYLOADS[0])
    async with asyncio.timeout(30):
        await bench.server.hung_up.wait()
