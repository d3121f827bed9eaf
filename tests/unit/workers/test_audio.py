import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import ModelError
from services.workers.audio import decode, encode_opus
from services.workers.hub.recognition import windows
from services.workers.hub.voice import breaths

RATE = 16_000


def test_a_tone_survives_the_way_through_opus() -> None:
    time = np.arange(2 * 22_050) / 22_050
    tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    heard = decode(encode_opus(tone, rate=22_050), rate=RATE)
    assert abs(len(heard) - 2 * RATE) < RATE // 50
    second = heard[RATE // 2 : RATE // 2 + RATE]
    assert int(np.abs(np.fft.rfft(second)).argmax()) == 440
    assert np.abs(second).max() == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize("data", [b"", b"no sound at all" * 100])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="no sound"):
        decode(data, rate=RATE)


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
