import struct

import pytest

from playground.state.files import Files, Upload
from playground.state.media import media_type, picture_size, sound_seconds

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 3, 4)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 20, 30) + bytes(9)
WEBP = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x09\0\0\x04\0\0"


@pytest.mark.parametrize(
    ("content", "size"),
    [(PNG, (640, 480)), (GIF, (3, 4)), (JPEG, (30, 20)), (WEBP, (10, 5)),
     (b"%PDF-1.7", None), (b"", None), (PNG[:20], None), (GIF[:6], None), (WEBP[:16], None),
     (b"RIFF\0\0\0\0WEBPVP8 ", None)],
)  # fmt: skip
def test_sides_of_pictures(content: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(content) == size


def test_length_of_a_voice_note() -> None:
    page = b"OggS" + bytes(2) + (48_000 * 7).to_bytes(8, "little") + bytes(20)
    assert sound_seconds(page) == 7


def test_media_types() -> None:
    assert media_type("photo", "a.txt", PNG, given="text/plain") == "image/png"
    assert media_type("voice", "a", b"", given="x/y") == "audio/ogg"
    assert media_type("document", "a.pdf", b"%PDF", given="x/y") == "application/pdf"
    assert media_type("document", "a.unknown", b"", given="x/y") == "x/y"


def test_the_oldest_file_goes_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.state.files.MOST_BYTES", 10)
    files = Files()
    first = files.store("document", Upload("../a", "x", bytes(6)))
    second = files.store("document", Upload("b.txt", "x", bytes(6)))
    assert files.find(first.id) is None
    assert files.find(second.id) is second
    assert (first.path, second.path) == ("documents/file_1.bin", "documents/file_2.txt")
    assert files.at(second.path) is second


def test_kinds_of_files_are_told_by_id_and_path() -> None:
    files = Files()
    photo = files.store("photo", Upload("a.png", "image/png", PNG))
    voice = files.store("voice", Upload("a.ogg", "audio/ogg", b"OggS"))
    document = files.store("document", Upload("a.txt", "text/plain", b"a"))
    assert (photo.path, voice.path) == ("photos/file_1.jpg", "voice/file_2.oga")
    assert [one.id[:4] for one in (photo, voice, document)] == ["AgAC", "AwAC", "BQAC"]
