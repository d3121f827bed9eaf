from pathlib import Path

import pytest

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.readers.html import read_html
from services.knowledge.readers.markdown import read_markdown
from services.knowledge.readers.plain import read_plain
from services.knowledge.readers.reading import read_path


def only(blocks: tuple[Block, ...], kind: BlockKind) -> list[str]:
    return [block.text for block in blocks if block.kind is kind]


def document(path: Path) -> SourceDocument:
    (read,) = read_path(path)
    (found,) = read.documents
    return found


def test_markdown_keeps_structure_and_names_its_headings() -> None:
    text = """---
title: front matter
---
# Щи *без* капусты

Варят из [щавеля](https://e.org) и
крапивы.

- один
- два

```python
x = 1
```

## Щи

## Щи

| что | сколько |
| --- | --- |
| соль | щепоть |
"""
    (found,) = read_markdown("a.md", "a", text.encode()).documents
    assert found.title == "Щи без капусты"
    assert only(found.blocks, BlockKind.PARAGRAPH) == [
        "Варят из щавеля и крапивы.", "что | сколько", "соль | щепоть",
    ]  # fmt: skip
    assert only(found.blocks, BlockKind.LIST_ITEM) == ["один", "два"]
    assert only(found.blocks, BlockKind.CODE) == ["x = 1"]
    headings = [b for b in found.blocks if b.kind is BlockKind.HEADING]
    assert [b.anchor for b in headings] == ["#щи-без-капусты", "#щи", "#щи-1"]


def test_html_gives_the_main_text_and_the_anchors_of_headings() -> None:
    page = """<html><head><title>Кухня</title><style>p {}</style></head><body>
    <nav>Меню</nav><script>alert("нет")</script>
    <h1 id=top>Щи</h1><p>Варят <b>час</b>.<br>Потом едят.</p>
    <ul><li>соль</li><li>перец</li></ul><pre>a
  b</pre><div>хвост<!-- заметка --> текста</div><footer>Подвал</footer></body></html>"""
    (found,) = read_html("https://e.org/a", "a", page.encode(), url="https://e.org/a").documents
    assert found.title == "Кухня"
    assert [b.text for b in found.blocks] == [
        "Щи", "Варят час. Потом едят.", "соль", "перец", "a\n  b", "хвост текста",
    ]  # fmt: skip
    assert {b.anchor for b in found.blocks} == {"#top"}


def test_plain_text_is_read_in_old_encodings_and_binaries_are_not() -> None:
    (found,) = read_plain("a.txt", "a", "Литература\nКнига.".encode("cp1251")).documents
    assert found.title == "Литература"
    assert read_plain("a.txt", "a", b"\x7fELF\x00\x01").documents == ()
    assert read_plain("a.txt", "a", b" \n ").skipped[0].reason == "it is empty"


def test_a_folder_is_read_by_kind_and_hidden_files_are_not(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("# нет")
    (tmp_path / "b.txt").write_text("Второй.")
    (tmp_path / "a.md").write_text("# Первый")
    (tmp_path / "c.bin").write_bytes(b"\x00")
    titles = [d.title for read in read_path(tmp_path) for d in read.documents]
    assert titles == ["Первый", "Второй."]
    assert document(tmp_path / "a.md").source == str(tmp_path / "a.md")


@pytest.mark.parametrize("name", ["none.txt", "picture.png", "broken.json", "folder"])
def test_what_cannot_be_read_is_skipped_with_a_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.json").write_text('{"messages": [')
    (tmp_path / "folder").mkdir()
    (read,) = read_path(tmp_path / name)
    assert read.documents == ()
    assert read.skipped[0].reason


def test_a_folder_below_a_hidden_one_is_read(tmp_path: Path) -> None:
    folder = tmp_path / ".local" / "notes"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# Первый")
    titles = [d.title for read in read_path(folder) for d in read.documents]
    assert titles == ["Первый"]
