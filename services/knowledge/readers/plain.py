from services.knowledge.models import SourceDocument
from services.knowledge.readers.models import ReadSource, unreadable
from services.knowledge.readers.structure import blocks_of_lines, without_repeats


def decoded(data: bytes) -> str | None:
    """Decode text in UTF-8, UTF-16 with a mark, or Windows-1251; None when it is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        return None
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_plain(source: str, name: str, data: bytes, *, url: str | None = None) -> ReadSource:
    """Read a plain text, in which a line is a paragraph; a repeated line counts once.

    Args:
        source: Identity of the document.
        name: Title when the text has no first line to take it from.
        data: The file.
        url: Where it can be opened.
    """
    text = decoded(data)
    if text is None:
        return unreadable(source, "it is not a text file")
    blocks = without_repeats(blocks_of_lines(text))
    if not blocks:
        return unreadable(source, "it is empty")
    title = name if len(blocks[0].text) > 120 else blocks[0].text  # noqa: PLR2004  a line of prose
    return ReadSource(
        documents=(SourceDocument(source=source, title=title, url=url, blocks=tuple(blocks)),)
    )
