"""Ears and a voice of transformers, on tiny models that are saved and loaded for real."""

import asyncio
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from services.errors import InvalidInputError, ModelError
from services.inference.kinds import Blob, SpeakPayload, TranscribePayload
from services.workers.audio import decode, encode_opus
from services.workers.hub.files import describe
from services.workers.hub.halting import Halt, HaltedError
from services.workers.hub.loading import load_model
from services.workers.hub.recognition import open_recognizer
from services.workers.hub.voice import WAVEFORM, Voice, open_voice
from tests.fakes.running import FakeJob
from tests.support.opening import opening
from tests.support.pool import until


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from services.workers.selftest.tiny.speech import build_recognizer  # noqa: PLC0415 - loads torch

    return build_recognizer(tmp_path_factory.mktemp("recognizer"))


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from services.workers.selftest.tiny.speech import build_voice  # noqa: PLC0415 - loads torch

    return build_voice(tmp_path_factory.mktemp("voice"))


async def noise(job: FakeJob, *, seconds: int) -> Blob:
    sound = 0.1 * np.random.default_rng(1).normal(size=16_000 * seconds)
    return await job.keep(encode_opus(sound.astype(np.float32), rate=16_000), "audio/ogg")


async def test_speech_is_written_down_stretch_by_stretch(recognizer: Path) -> None:
    backend, job = await open_recognizer(str(recognizer), opening()), FakeJob()
    audio = await noise(job, seconds=40)
    heard = await backend.run(TranscribePayload(audio=audio, language="ru"), job)
    assert heard.language == "ru"
    assert len(heard.segments) == 2
    assert heard.segments[-1].end_s == pytest.approx(40, abs=0.1)
    assert job.texts[-1] == heard.text
    again = await backend.run(TranscribePayload(audio=audio), job)
    assert again.language in {"ru", "en"}


async def test_sound_in_an_unknown_language_and_no_sound_are_refused(recognizer: Path) -> None:
    backend, job = await open_recognizer(str(recognizer), opening()), FakeJob()
    audio = await noise(job, seconds=1)
    with pytest.raises(ModelError, match="does not know the language fa"):
        await backend.run(TranscribePayload(audio=audio, language="fa"), job)
    text = await job.keep(b"no sound", "audio/ogg")
    with pytest.raises(ModelError, match="no sound"):
        await backend.run(TranscribePayload(audio=text, language="ru"), job)


async def test_who_stops_listening_frees_the_model(recognizer: Path) -> None:
    backend, job = await open_recognizer(str(recognizer), opening()), FakeJob()
    audio = await noise(job, seconds=170)
    listening = asyncio.get_running_loop().create_task(
        backend.run(TranscribePayload(audio=audio, language="ru"), job)
    )
    await until(lambda: bool(job.texts), timeout_s=60)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    assert len(job.texts) < 6, "it did not listen to the end"
    short = await noise(job, seconds=1)
    assert (await backend.run(TranscribePayload(audio=short, language="en"), job)).segments


async def test_a_text_becomes_a_voice_message(voice: Path) -> None:
    backend, job = await open_voice(str(voice), opening()), FakeJob()
    said = await backend.run(SpeakPayload(text="Привет, мир! " * 40, language="ru"), job)
    assert said.audio.media_type == "audio/ogg"
    sound = decode(await job.fetch(said.audio), rate=16_000)
    assert len(sound) / 16_000 == pytest.approx(said.seconds, abs=0.1)
    assert job.progress[-1] == 1.0
    slow = await backend.run(SpeakPayload(text="Привет, мир!", language="ru", speed=0.5), job)
    fast = await backend.run(SpeakPayload(text="Привет, мир!", language="ru", speed=2.0), job)
    assert slow.seconds > fast.seconds


async def test_a_voice_says_that_it_has_nothing_to_say(voice: Path) -> None:
    backend, job = await open_voice(str(voice), opening()), FakeJob()
    with pytest.raises(ModelError, match="nothing in the text"):
        await backend.run(SpeakPayload(text="  \n ", language="ru"), job)


async def test_a_text_of_hours_is_refused_before_it_is_said(voice: Path) -> None:
    backend, job = await open_voice(str(voice), opening()), FakeJob()
    with pytest.raises(ModelError, match="has 60000 characters and may be said up to 20000"):
        await backend.run(SpeakPayload(text="слово " * 10_000, language="ru"), job)
    assert job.progress == []


async def test_a_recognizer_of_one_language_takes_no_offence_at_being_told_it(
    recognizer: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "whisper.en"
    shutil.copytree(recognizer, folder)
    rules = json.loads((folder / "generation_config.json").read_text())
    for name in ("lang_to_id", "task_to_id"):
        rules.pop(name)
    (folder / "generation_config.json").write_text(json.dumps(rules | {"is_multilingual": False}))
    backend, job = await open_recognizer(str(folder), opening()), FakeJob()
    audio = await noise(job, seconds=1)
    heard = await backend.run(TranscribePayload(audio=audio, language="en"), job)
    assert (heard.language, len(heard.segments)) == ("en", 1)


async def test_a_voice_leaves_a_sentence_in_its_middle(voice: Path) -> None:
    files = describe(str(voice))
    speaker = Voice(load_model(files, WAVEFORM, opening()))
    parts: list[Halt] = []

    class Impatient(Halt):
        def check(self) -> None:
            parts.append(self)
            if len(parts) == 5:
                self.wish()
            super().check()

    with pytest.raises(HaltedError):
        speaker.say("привет", 1.0, Impatient())
    assert len(parts) == 5
    assert speaker.say("привет", 1.0, Halt()).size


async def test_a_voice_is_no_recognizer_and_the_other_way_round(
    recognizer: Path, voice: Path
) -> None:
    with pytest.raises(InvalidInputError, match="VitsModel; needed is a speech recognizer"):
        await open_recognizer(str(voice), opening())
    with pytest.raises(InvalidInputError, match="needed is a voice"):
        await open_voice(str(recognizer), opening())
