import io
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import ModelError
from services.workers.audio import decode, encode_opus
from services.workers.hub.halting import HaltedError
from services.workers.hub.recognition import windows
from services.workers.hub.voice import breaths

RATE = 16_000


def test_a_tone_survives_the_way_through_opus() -> None:
    seconds = np.arange(2 * 22_050) / 22_050
    tone = (0.3 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)
    heard = decode(encode_opus(tone, rate=22_050), rate=RATE)
    assert abs(len(heard) - 2 * RATE) < RATE // 50
    second = heard[RATE // 2 : RATE // 2 + RATE]
    assert int(np.abs(np.fft.rfft(second)).argmax()) == 440
    assert np.abs(second).max() == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize("data", [b"", b"no sound at all" * 100])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="no sound"):
        decode(data, rate=RATE)


@pytest.mark.parametrize(
    "data",
    [
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        b"ffconcat version 1.0\nfile sound.ogg\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2.0,\nsound.ogg\n#EXT-X-ENDLIST\n",
    ],
    ids=["sdp", "concat", "hls"],
)
def test_a_sound_file_that_names_addresses_and_files_opens_none(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An SDP file made the worker listen on the network for twenty seconds.
    (tmp_path / "sound.ogg").write_bytes(encode_opus(np.zeros(RATE, dtype=np.float32), rate=RATE))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="no sound") as caught:
        decode(data, rate=RATE)
    # Refused for what they are, not for what could not be reached.
    assert type(caught.value.__cause__).__name__ in {"ArgumentError", "InvalidDataError"}


@pytest.mark.parametrize("form", ["ogg", "wav", "flac", "mp3", "mp4", "matroska", "adts", "mpegts"])
def test_sound_of_usual_formats_is_read(form: str) -> None:
    av = pytest.importorskip("av")
    tone = np.sin(np.arange(48_000) / 10).astype(np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
    frame.sample_rate = 48_000
    codec = {"ogg": "libopus", "wav": "pcm_s16le", "flac": "flac", "mp3": "mp3"}.get(form, "aac")
    target = io.BytesIO()
    with av.open(target, "w", format=form) as file:
        stream = file.add_stream(codec, rate=48_000, layout="mono")
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    assert len(decode(target.getvalue(), rate=RATE)) == pytest.approx(RATE, rel=0.15)


def test_reading_of_sound_ends_when_nobody_waits_any_more() -> None:
    sound = encode_opus(np.zeros(20 * RATE, dtype=np.float32), rate=RATE)
    looks = 0

    def check() -> None:
        nonlocal looks
        looks += 1
        if looks > 3:
            raise HaltedError

    with pytest.raises(HaltedError):
        decode(sound, rate=RATE, check=check)
    assert looks == 4


@given(st.integers(0, 130 * 100), st.integers(0, 2**32 - 1))
def test_windows_cover_the_sound_without_a_gap(length: int, seed: int) -> None:
    rate = 100
    sound = np.random.default_rng(seed).normal(size=length).astype(np.float32)
    cuts = windows(sound, rate)
    assert [start for start, _ in cuts] == [0, *(end for _, end in cuts)][: len(cuts)]
    assert sum(end - start for start, end in cuts) == length
    assert all(0 < end - start <= 30 * rate for start, end in cuts)


def test_long_sound_is_cut_where_it_is_quiet() -> None:
    sound = np.ones(45 * RATE, dtype=np.float32)
    sound[25 * RATE : 26 * RATE] = 0.0
    ((_, first_end), _) = windows(sound, RATE)
    assert 25 * RATE <= first_end <= 26 * RATE


@given(st.text(alphabet="абв .!?\n", max_size=1000))
def test_breaths_lose_no_word_and_are_short(text: str) -> None:
    said = breaths(text)
    assert "".join("".join(said).split()) == "".join(text.split())
    assert all(0 < len(piece) <= 300 for piece in said)


def test_a_long_row_of_dots_is_cut_as_fast_as_words() -> None:
    def took(text: str) -> float:
        begun = time.perf_counter()
        breaths(text)
        return time.perf_counter() - begun

    words = min(took("да и нет " * 2000) for _ in range(3))
    # It was a thousand times as long.
    assert took("." * 18_000 + "a") < 50 * words
