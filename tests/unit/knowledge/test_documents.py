import json
from pathlib import Path

import pytest

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.encodings import decoded
from services.knowledge.readers.html import read_html
from services.knowledge.readers.reading import read_file, read_path
from tests.support.documents import archive, book, paragraph_lines, pdf, word

HEADING, PARAGRAPH, ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM


def document(path: Path) -> SourceDocument:
    (found,) = [d for read in read_file(path) for d in read.documents]
    return found


def shown(blocks: tuple[Block, ...]) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in blocks]


def test_a_pdf_is_read_by_page_with_headings_and_whole_paragraphs(tmp_path: Path) -> None:
    running = [(8.0, 580.0, "Домашняя кухня")]
    first = [
        *running, (20.0, 540.0, "Щи да каша"),
        *paragraph_lines(
            "Сначала капусту моют и режут, потом суп ва-", "рят на медленном огне, пока она не",
        ),
        (8.0, 20.0, "1"),
    ]  # fmt: skip
    second = [
        *running, *paragraph_lines("станет мягкой.", top=540), (10.0, 500.0, "*Соль"),
        *paragraph_lines("Солят по вкусу, но не раньше, чем сварится капуста, а как-", top=480),
        *paragraph_lines("то иначе не солят.", top=468), (8.0, 20.0, "2"),
    ]  # fmt: skip
    third = [
        *running,
        *paragraph_lines("- лавровый лист", "- перец", top=540),
        (8.0, 20.0, "- 3 -"),
    ]
    path = tmp_path / "кухня.pdf"
    path.write_bytes(pdf([first, second, third], title="Microsoft Word - кухня.doc"))
    found = document(path)
    assert found.title == "Щи да каша"
    assert [(b.kind, b.level, b.text, b.anchor) for b in found.blocks] == [
        (HEADING, 1, "Щи да каша", "#page=1"),
        (PARAGRAPH, 0, "Сначала капусту моют и режут, потом суп варят на медленном огне, пока она "
         "не станет мягкой.", "#page=1"),
        (HEADING, 2, "Соль", "#page=2"),
        (PARAGRAPH, 0, "Солят по вкусу, но не раньше, чем сварится капуста, а как-то иначе не "
         "солят.", "#page=2"),
        (ITEM, 0, "- лавровый лист", "#page=3"),
        (ITEM, 0, "- перец", "#page=3"),
    ]  # fmt: skip


def test_bookmarks_name_the_headings_of_a_pdf_and_no_password_is_none(tmp_path: Path) -> None:
    lines = [(10.0, 500.0, "Глава о чае"), *paragraph_lines("Чай заваривают кипятком.", top=450)]
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([lines], title="О чае", password="", bookmarks=[("Глава о чае", 0)]))
    found = document(path)
    assert found.title == "О чае"
    assert shown(found.blocks) == [
        (HEADING, "Глава о чае"), (PARAGRAPH, "Чай заваривают кипятком."),
    ]  # fmt: skip


def test_a_word_file_keeps_headings_lists_and_the_names_of_columns(tmp_path: Path) -> None:
    found = document(word(tmp_path / "щи.docx"))
    assert found.title == "Щи"
    assert shown(found.blocks) == [
        (HEADING, "Щи"), (PARAGRAPH, "Варят час\nи едят."), (HEADING, "Состав"), (ITEM, "капуста"),
        (ITEM, "Продукт: Соль; Сколько: щепоть"), (ITEM, "Продукт: Вода; Сколько: 2 литра"),
    ]  # fmt: skip


def test_a_book_is_read_in_its_order_and_chapters_get_their_names(tmp_path: Path) -> None:
    found = document(book(tmp_path / "b.epub"))
    assert found.title == "А. Повар: Кухня"
    assert shown(found.blocks) == [
        (HEADING, "Первая глава"), (PARAGRAPH, "Капусту режут."),
        (HEADING, "Вторая"), (PARAGRAPH, "Суп варят."),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_any_encoding_and_with_any_delimiter(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [
        ["Блюдо", "Как варят", "Минут"], ["Щи", '"долго,\nно тихо"', "60"], ["Уха", "скоро", "20"],
    ]  # fmt: skip
    path = tmp_path / "t.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert [b.text for b in document(path).blocks] == [
        "Блюдо: Щи; Как варят: долго, но тихо; Минут: 60",
        "Блюдо: Уха; Как варят: скоро; Минут: 20",
    ]


def test_huge_values_are_cut_and_a_table_without_names_is_values(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("1,щи\n2," + "каша " * 50_000)
    first, second = (b.text for b in document(path).blocks)
    assert first == "1; щи"
    assert len(second) < 2_100


def test_a_western_text_is_no_russian_one() -> None:
    text = "Ça dépend du goût : crème brûlée, café, déjà vu."
    assert decoded(text.encode("cp1252")) == text
    assert decoded("щи".encode("utf-32")) == "щи"


@pytest.mark.parametrize("encoding", ["utf-16-le", "koi8-r", "cp1251", "cp866"])
def test_a_page_that_does_not_name_its_encoding_is_read(encoding: str) -> None:
    page = f"<html><head><title>Щи</title></head><body><p>{'Щи варят час. ' * 9}</p></body></html>"
    (document,) = read_html("s", "n", page.encode(encoding)).documents
    assert document.title == "Щи"
    named = page.replace("<title>", "<meta charset='koi8-r'><title>")
    assert read_html("s", "n", named.encode("koi8-r")).documents[0].title == "Щи"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "koi8-r", "cp1251", "cp866"])
def test_old_encodings_are_told_from_the_text(encoding: str) -> None:
    text = "Щи варят из капусты один час, а потом подают со сметаной и чёрным хлебом.\n"
    assert decoded(text.encode(encoding)) == text
    assert decoded(text.upper().encode(encoding)) == text.upper()


def test_an_archive_gives_its_files_and_one_archive_inside(tmp_path: Path) -> None:
    export = {"id": 5, "name": "Чат", "messages": [{"id": 1, "text": "Чай в чате."}]}
    inner = archive(tmp_path / "inner.zip", {"deep.txt": "Глубокий текст."})
    archive(
        tmp_path / "all.zip",
        {
            "notes/a.md": "# Первый\n\nТекст.", "notes/b.txt": "Второй.", "x.bin": b"\x00",
            "__MACOSX/notes/a.md": "нет", ".hidden/a.md": "нет",
            "chat/result.json": json.dumps(export), "inner.zip": inner.read_bytes(),
            "щи.docx": word(tmp_path / "w.docx").read_bytes(),
        },
    )  # fmt: skip
    reads = list(read_path(tmp_path / "all.zip"))
    root = str(tmp_path / "all.zip")
    assert not [skip for read in reads for skip in read.skipped]
    assert [d.source for read in reads for d in read.documents] == [
        "telegram:5#1", f"{root}/inner.zip/deep.txt", f"{root}/notes/a.md", f"{root}/notes/b.txt",
        f"{root}/щи.docx",
    ]  # fmt: skip


def test_a_line_longer_than_any_paragraph_is_cut_between_words(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_text("капуста " * 5_000)
    blocks = document(path).blocks
    assert max(len(block.text) for block in blocks) <= 10_000
    assert {word for block in blocks for word in block.text.split()} == {"капуста"}
