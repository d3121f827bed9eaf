"""Broken, huge, encrypted, empty and hostile files: a reason for each, and not one document."""

import io
import os
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pypdf import PdfWriter

from services.knowledge.readers.limits import ReadLimits
from services.knowledge.readers.models import SkippedSource
from services.knowledge.readers.reading import read_file, read_path
from services.knowledge.readers.skips import SENTENCES, SkipCode
from tests.support.documents import archive, book, paragraph_lines, pdf, word

LIMITS = ReadLimits(seconds=20, memory_mb=512, pages=50, archive_files=20, archive_mb=60)
Make = Callable[[Path], Path]


def skip(path: Path, limits: ReadLimits = LIMITS) -> SkippedSource:
    """Read what gives nothing but one reason."""
    reads = list(read_file(path, limits=limits))
    assert [d for read in reads for d in read.documents] == []
    assert not [span for read in reads for span in read.spans]
    (reason,) = [skip for read in reads for skip in read.skipped]
    assert reason.reason == SENTENCES[reason.code].format(**reason.parameters)
    return reason


def text_pdf(password: str | None = None) -> bytes:
    return pdf([paragraph_lines("Щи варят из капусты.")], password=password)


def empty_pages(count: int) -> bytes:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_bomb() -> bytes:
    """Half a kilobyte of page tree that stands for ten thousand million pages."""
    levels = [
        f"{n} 0 obj<</Type/Pages/Count 10/Kids[{f'{n + 1} 0 R ' * 10}]>>endobj"
        for n in range(2, 12)
    ]
    body = "\n".join(
        ["%PDF-1.4", "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", *levels,
         "12 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj", "trailer<</Root 1 0 R>>", "%%EOF"]
    )  # fmt: skip
    return body.encode()


def deep_pdf() -> bytes:
    nested = b"[" * 100_000 + b"]" * 100_000
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/X " + nested
        + b">>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )  # fmt: skip


def scanned_pdf() -> bytes:
    from PIL import Image  # noqa: PLC0415  only this one needs it

    out = io.BytesIO()
    Image.new("L", (50, 50)).save(out, format="PDF")
    return out.getvalue()


def encrypted_zip(path: Path) -> Path:
    data = bytearray(archive(path, {"a.txt": "тайна"}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    return path


def link_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        info = zipfile.ZipInfo("passwords.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
    return path


def nested_zip(path: Path) -> Path:
    data = archive(path, {"a.txt": "Глубоко."}).read_bytes()
    for _ in range(3):
        data = archive(path, {"inner.zip": data}).read_bytes()
    return path


def huge_directory(path: Path) -> Path:
    """An archive whose end says that its directory has 100 MB."""
    archive(path, {"a.txt": "Текст."})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<I", 100_000_000)
    path.write_bytes(data)
    return path


def docx_with(path: Path, document: bytes) -> Path:
    archive(path, {"[Content_Types].xml": "<Types/>", "word/document.xml": document})
    return path


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ха">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><x>&a9;</x>"
).encode()
OUTSIDE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
DEEP_XML = b"<a>" * 100_000 + b"</a>" * 100_000
PROTECTED = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">
<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/></EncryptedData>
</encryption>"""


def of(data: bytes) -> Make:
    def make(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return make


def cut(make: Make) -> Make:
    """The first two thirds of what ``make`` makes."""

    def made(path: Path) -> Path:
        data = make(path).read_bytes()
        path.write_bytes(data[: len(data) * 2 // 3])
        return path

    return made


CASES: list[tuple[str, Make, SkipCode]] = [
    *((suffix, of(b""), SkipCode.EMPTY) for suffix in
      (".pdf", ".docx", ".epub", ".zip", ".csv", ".txt", ".md", ".html", ".json")),
    (".pdf", cut(of(text_pdf())), SkipCode.BROKEN),
    (".pdf", of(b"%PDF-1.7\n" + bytes(range(256)) * 50), SkipCode.BROKEN),
    (".pdf", of(text_pdf("secret")), SkipCode.ENCRYPTED),
    (".pdf", of(empty_pages(3)), SkipCode.NO_TEXT),
    (".pdf", of(empty_pages(51)), SkipCode.TOO_MANY_PAGES),
    (".pdf", of(b"PK\x03\x04 no document at all"), SkipCode.WRONG_KIND),
    (".docx", cut(word), SkipCode.BROKEN),
    (".docx", of(text_pdf()), SkipCode.WRONG_KIND),
    (".docx", lambda p: archive(p, {"a.txt": "нет"}), SkipCode.WRONG_KIND),
    (".docx", of(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")),
     SkipCode.ENCRYPTED),
    (".docx", lambda p: docx_with(p, LAUGHS), SkipCode.BROKEN),
    (".docx", lambda p: docx_with(p, LAUGHS.decode().encode("utf-16")), SkipCode.BROKEN),
    (".docx", lambda p: docx_with(p, OUTSIDE), SkipCode.BROKEN),
    (".docx", lambda p: docx_with(p, DEEP_XML), SkipCode.BROKEN),
    (".docx", lambda p: docx_with(p, b"<w>" + b" " * 50_000_000), SkipCode.ARCHIVE_BOMB),
    (".epub", cut(book), SkipCode.BROKEN),
    (".epub", lambda p: book(p, {"META-INF/encryption.xml": PROTECTED}),
     SkipCode.PROTECTED_BOOK),
    (".epub", of(b"%PDF-"), SkipCode.WRONG_KIND),
    (".zip", cut(lambda p: archive(p, {"a.txt": "Текст. " * 900})), SkipCode.BROKEN),
    (".zip", of(b"no archive"), SkipCode.BROKEN),
    (".zip", encrypted_zip, SkipCode.ENCRYPTED),
    (".zip", link_zip, SkipCode.IS_A_LINK),
    (".zip", nested_zip, SkipCode.ARCHIVE_NESTED),
    (".zip", huge_directory, SkipCode.ARCHIVE_TOO_MANY),
    (".zip", lambda p: archive(p, {f"{n}.txt": "а" for n in range(21)}),
     SkipCode.ARCHIVE_TOO_MANY),
    (".zip", lambda p: archive(p, {"a.txt": b"0" * 20_000_000}), SkipCode.ARCHIVE_BOMB),
    (".zip", lambda p: archive(p, {f"{n}.txt": b"0" * 9_000_000 for n in range(8)}),
     SkipCode.ARCHIVE_TOO_LARGE),
    (".zip", lambda p: archive(p, {"../../etc/a.txt": "нет"}), SkipCode.ARCHIVE_BAD_NAME),
    (".zip", lambda p: archive(p, {"/etc/a.txt": "нет"}), SkipCode.ARCHIVE_BAD_NAME),
    (".zip", lambda p: archive(p, {"..\\a.txt": "нет"}), SkipCode.ARCHIVE_BAD_NAME),
    (".zip", lambda p: archive(p, {"a.exe": b"MZ"}), SkipCode.ARCHIVE_EMPTY),
    (".csv", of("а;б\n1;\x00".encode()), SkipCode.NOT_TEXT),
    (".txt", of(b"\x7fELF\x02\x01\x01\x00"), SkipCode.NOT_TEXT),
    (".txt", of(bytes(range(1, 256)) * 40), SkipCode.NOT_TEXT),
    (".md", of(text_pdf() + b"\x00"), SkipCode.NOT_TEXT),
    (".json", of(b'{"settings": [1, 2, {"a": null}]}'), SkipCode.NO_EXPORT),
    (".json", of(b"[1, 2]"), SkipCode.NO_EXPORT),
    (".json", of(b'{"messages": ' + b"[" * 200_000), SkipCode.TOO_DEEP),
    (".json", of(b'{"a": ' + b'{"a": ' * 200_000), SkipCode.TOO_DEEP),
    (".json", of(b'{"id": 1, "messages": [{"id": 1, "text": "\xff"}]}'),
     SkipCode.EXPORT_BROKEN),
    (".json", of(b'{"id": 1, "messages": [{"id": ' + b"9" * 100_000 + b"}]}"),
     SkipCode.EXPORT_BROKEN),
    (".json", of(b'{"id": 1, "messages": [{"id": 1, "text": "a"}'), SkipCode.EXPORT_BROKEN),
]  # fmt: skip


def test_each_bad_file_has_a_reason_and_gives_nothing(tmp_path: Path) -> None:
    """All of them by one child, as the files of a folder are."""
    wanted: dict[str, SkipCode] = {}
    for number, (suffix, make, code) in enumerate(CASES):
        # In a folder of its own each, because of an export only result.json is read.
        (tmp_path / f"{number:02}").mkdir()
        name = f"{number:02}/{'result' if suffix == '.json' else 'a'}{suffix}"
        make(tmp_path / name)
        wanted[name] = code
    (tmp_path / "zz.pdf").write_bytes(text_pdf())
    found: dict[str, SkipCode] = {}
    for read in read_path(tmp_path, limits=LIMITS):
        assert not read.spans
        assert [d.source for d in read.documents] in ([], [str(tmp_path / "zz.pdf")])
        for reason in read.skipped:
            shown = Path(reason.source).relative_to(tmp_path)
            found["/".join(shown.parts[:2])] = reason.code
            assert reason.reason == SENTENCES[reason.code].format(**reason.parameters)
    assert found == wanted


@pytest.mark.parametrize("make", [page_bomb, deep_pdf])
def test_a_pdf_that_never_ends_is_given_up(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make())
    started = time.monotonic()
    found = skip(path, ReadLimits(seconds=3, memory_mb=256, pages=50))
    assert time.monotonic() - started < 15
    assert found.code in {
        SkipCode.TOO_SLOW, SkipCode.TOO_MUCH_MEMORY, SkipCode.TOO_DEEP, SkipCode.BROKEN,
        SkipCode.TOO_MANY_PAGES, SkipCode.NO_TEXT,
    }  # fmt: skip


def test_after_a_hostile_file_the_next_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("[" * 100_000)
    (tmp_path / "b.pdf").write_bytes(page_bomb())
    (tmp_path / "c.pdf").write_bytes(text_pdf())
    reads = list(read_path(tmp_path, limits=ReadLimits(seconds=3, memory_mb=256, pages=50)))
    assert [d.source for read in reads for d in read.documents][-1:] == [str(tmp_path / "c.pdf")]


def test_a_scanned_pdf_is_named_as_such(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    path = tmp_path / "a.pdf"
    path.write_bytes(scanned_pdf())
    assert skip(path).code is SkipCode.SCANNED


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    assert skip(tmp_path / "pipe.txt").code is SkipCode.NOT_A_FILE
    assert skip(tmp_path / "gone.txt").code is SkipCode.NOT_FOUND


def test_a_kind_that_nobody_reads_is_named(tmp_path: Path) -> None:
    assert skip(of(b"MZ")(tmp_path / "a.<b>\n")).parameters == {"suffix": ".<b>"}


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    assert skip(tmp_path / "a.txt").code is SkipCode.IS_A_FOLDER


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = of(b"text")(tmp_path / "a.txt")
    path.chmod(0)
    assert skip(path).code is SkipCode.NO_PERMISSION


def test_links_out_of_a_folder_are_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret.txt").write_text("тайна")
    (tmp_path / "folder" / "a.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "folder" / "b.txt").write_text("Текст.")
    reads = list(read_path(tmp_path / "folder"))
    assert [d.title for read in reads for d in read.documents] == ["Текст."]
    assert [s.code for read in reads for s in read.skipped] == [SkipCode.IS_A_LINK]


def test_a_name_with_controls_and_marks_is_shown_as_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a\n\x1b[31m\u202e<b>.csv"
    path.write_text("1,щи\n2,уха")
    (found,) = [d for read in read_file(path) for d in read.documents]
    assert found.title == "a [31m <b>"


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(2 * 1024 * 1024)
    assert skip(path, ReadLimits(text_mb=1)).parameters == {"limit_mb": 1}


def test_one_line_of_many_megabytes_becomes_paragraphs(tmp_path: Path) -> None:
    path = of(b"x" * 8_000_000)(tmp_path / "a.txt")
    (found,) = [d for read in read_file(path) for d in read.documents]
    assert sum(len(block.text) for block in found.blocks) <= 8_000_000
    assert max(len(block.text) for block in found.blocks) == 10_000


def test_a_bad_file_of_an_archive_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.pdf": b"%PDF-1.4 broken", "b.txt": "Текст."})
    reads = list(read_file(path, limits=LIMITS))
    assert [d.title for read in reads for d in read.documents] == ["Текст."]
    ((skipped,),) = [read.skipped for read in reads if read.skipped]
    assert (skipped.source, skipped.code) == (f"{path}/a.pdf", SkipCode.BROKEN)


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if any("readers.child" in part for part in child.cmdline())
    ]


def test_the_child_knows_none_of_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:secret")
    reads = read_file(of(text_pdf())(tmp_path / "a.pdf"))
    next(reads)
    (child,) = _children()
    assert "secret" not in str(child.environ())
    reads.close()


def test_a_child_of_a_large_program_is_not_taken_for_a_large_child(tmp_path: Path) -> None:
    ballast = b"x" * (600 * 1024 * 1024)
    reads = read_file(of(text_pdf())(tmp_path / "a.pdf"))
    next(reads)
    assert len(_children()) == 1
    assert ballast
    reads.close()
