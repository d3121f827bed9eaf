import io

import pytest
from PIL import Image

from playground.client.samples import picture, voice
from playground.state.media import picture_size, sound_seconds


def test_a_picture_is_a_png_that_opens() -> None:
    content = picture(5, 7, (10, 20, 30))
    assert picture_size(content) == (5, 7)
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.size == (5, 7)
    assert image.getpixel((4, 6)) == (10, 20, 30)


@pytest.mark.parametrize("seconds", [1, 3])
def test_a_voice_note_is_ogg_opus_of_the_length(seconds: int) -> None:
    content = voice(seconds)
    assert content.startswith(b"OggS")
    assert b"OpusHead" in content[:60]
    assert sound_seconds(content) == seconds


def test_a_voice_note_can_be_decoded() -> None:
    av = pytest.importorskip("av")
    with av.open(io.BytesIO(voice(2))) as container:
        frames = list(container.decode(audio=0))
    assert sum(frame.samples for frame in frames) == 2 * 48_000
