"""Pictures and sound by a server that speaks as OpenAI's does: real HTTP."""

import base64
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest
from aiohttp import web

from services.errors import ModelError, UnavailableError
from services.inference.kinds import (
    DescribePayload,
    DrawPayload,
    SpeakPayload,
    SpokenSegment,
    TranscribePayload,
)
from services.workers.openai.ogg import opus_seconds
from tests.fakes.running import FakeJob
from tests.support.openai_server import (
    PICTURE,
    PNG,
    SOUND,
    Asked,
    Bench,
    completion,
    openai_bench,
)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with openai_bench() as opened:
        yield opened


async def test_a_picture_is_described_from_its_bytes(bench: Bench) -> None:
    bench.server.says(completion("Кот на окне."))
    payload = DescribePayload(image=PICTURE, question="Кто там?", language="ru", max_tokens=90)
    assert (await bench.does(payload)).text == "Кот на окне."
    (asked,) = bench.server.asked
    assert asked.body["max_tokens"] == 90
    system, user = asked.body["messages"]
    assert "Russian" in system["content"]
    picture, question = user["content"]
    url = "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert picture == {"type": "image_url", "image_url": {"url": url}}
    assert question == {"type": "text", "text": "<text>\nКто там?\n</text>"}


async def test_only_pictures_are_described(bench: Bench) -> None:
    with pytest.raises(ModelError, match="no picture"):
        await bench.does(DescribePayload(image=SOUND, question="", language="ru"))
    assert bench.server.asked == []


def drawn(*pictures: bytes) -> dict[str, object]:
    return {"data": [{"b64_json": base64.b64encode(each).decode()} for each in pictures]}


async def test_pictures_are_kept_in_the_store(bench: Bench) -> None:
    bench.server.says(drawn(PNG, b"\xff\xd8\xffjpeg"))
    job = FakeJob()
    payload = DrawPayload(
        prompt="самовар", negative="чайник", width=640, height=512, seed=7, steps=20,
        guidance=3.5, count=2,
    )  # fmt: skip
    result = await bench.does(payload, job=job)
    assert [blob.media_type for blob in result.pictures] == ["image/png", "image/jpeg"]
    assert [job.blobs.kept[blob.key] for blob in result.pictures] == [PNG, b"\xff\xd8\xffjpeg"]
    assert result.seed == 7
    (asked,) = bench.server.asked
    assert asked.path == "images/generations"
    assert asked.body == {
        "model": "m", "prompt": "самовар", "n": 2, "size": "640x512",
        "response_format": "b64_json", "negative_prompt": "чайник", "num_inference_steps": 20,
        "guidance_scale": 3.5, "seed": 7,
    }  # fmt: skip


@pytest.mark.parametrize(("refused", "requests"), [("seed", 2), ("response_format", 3)])
async def test_a_server_that_knows_few_fields_draws_as_well(
    bench: Bench, refused: str, requests: int
) -> None:
    def strict(asked: Asked) -> web.StreamResponse:
        if refused in asked.body:
            return web.json_response({}, status=400)
        return web.json_response(drawn(PNG))

    bench.server.answer = strict
    await bench.does(DrawPayload(prompt="самовар"))
    await bench.opened[0].run(DrawPayload(prompt="чайник"), FakeJob())
    assert len(bench.server.asked) == requests + 1, "what it takes is found out once"


@pytest.mark.parametrize(
    "body",
    [drawn(), drawn(PNG, PNG), drawn(b"<svg/>"), {"data": [{"b64_json": "!"}]},
     {"data": [{"url": "http://127.0.0.1/secret"}]}],
)  # fmt: skip
async def test_what_is_no_picture_is_refused_and_no_link_is_followed(
    bench: Bench, body: object
) -> None:
    bench.server.says(body)
    with pytest.raises(UnavailableError, match="sends"):
        await bench.does(DrawPayload(prompt="самовар"))
    assert len(bench.server.asked) == 1


async def test_speech_is_written_down_with_its_times(bench: Bench) -> None:
    bench.server.says(
        {
            "task": "transcribe", "language": "russian", "duration": 3.2,
            "text": " Ставь самовар. ",
            "segments": [{"id": 0, "start": 0.0, "end": 3.2, "text": " Ставь самовар.", "seek": 0}],
        }
    )  # fmt: skip
    result = await bench.does(TranscribePayload(audio=SOUND, language="ru"))
    assert (result.text, result.language) == ("Ставь самовар.", "ru")
    assert result.segments == (SpokenSegment(start_s=0.0, end_s=3.2, text="Ставь самовар."),)
    (asked,) = bench.server.asked
    assert (asked.path, asked.file, asked.file_name) == (
        "audio/transcriptions", b"OggS", "speech.ogg",
    )  # fmt: skip
    assert asked.body == {"model": "m", "response_format": "verbose_json", "language": "ru"}


async def test_a_model_that_knows_no_times_writes_speech_down_as_well(bench: Bench) -> None:
    def strict(asked: Asked) -> web.StreamResponse:
        if asked.body["response_format"] == "verbose_json":
            return web.json_response({}, status=400)
        return web.json_response({"text": ""})

    bench.server.answer = strict
    result = await bench.does(TranscribePayload(audio=SOUND))
    assert (result.text, result.language, result.segments) == ("", "", ())
    assert "language" not in bench.server.asked[0].body


def ogg_page(position: int, data: bytes) -> bytes:
    return (
        b"OggS\0\0" + position.to_bytes(8, "little", signed=True) + bytes(12) + b"\x01\x13" + data
    )


OPUS = (
    ogg_page(0, b"OpusHead\x01\x01" + (312).to_bytes(2, "little") + bytes(7))
    + ogg_page(0, b"OpusTags")
    + ogg_page(48_000, b"sound")
    + ogg_page(312 + 72_000, b"sound")
    + ogg_page(-1, b"the rest of a packet")
)


async def test_a_text_is_said_aloud_and_its_length_is_known(bench: Bench) -> None:
    bench.server.answer = lambda _asked: web.Response(body=OPUS, content_type="audio/ogg")
    job = FakeJob()
    result = await bench.does(SpeakPayload(text="Щи готовы", language="ru", speed=9.0), job=job)
    assert result.seconds == 1.5
    assert result.audio.media_type == "audio/ogg"
    assert job.blobs.kept[result.audio.key] == OPUS
    (asked,) = bench.server.asked
    assert asked.path == "audio/speech"
    assert asked.body == {
        "model": "m", "input": "Щи готовы", "voice": "alloy", "response_format": "opus",
        "speed": 4.0,
    }  # fmt: skip


async def test_a_voice_can_be_chosen(bench: Bench) -> None:
    bench.server.answer = lambda _asked: web.Response(body=OPUS)
    await bench.does(SpeakPayload(text="Щи", language="ru"), model="tts-1:latest#nova")
    body = bench.server.asked[0].body
    assert (body["voice"], body["model"]) == ("nova", "tts-1:latest")


@pytest.mark.parametrize("sound", [b"ID3mp3", b"OggS", OPUS[:39], b"RIFF"])
async def test_sound_that_is_no_opus_is_refused(bench: Bench, sound: bytes) -> None:
    bench.server.answer = lambda _asked: web.Response(body=sound)
    with pytest.raises(UnavailableError, match="no OGG/Opus"):
        await bench.does(SpeakPayload(text="Щи", language="ru"))


async def test_real_opus_has_its_real_length() -> None:
    audio = pytest.importorskip("services.workers.audio")
    encode: Callable[..., bytes] = audio.encode_opus
    sound = encode(np.zeros(24_000 * 2, dtype=np.float32), rate=24_000)
    assert opus_seconds(sound) == pytest.approx(2.0, abs=0.03)
