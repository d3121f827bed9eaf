from services.knowledge.models import SourceDocument
from services.knowledge.readers.encodings import decoded
from services.knowledge.readers.models import ReadSource, skipped
from services.knowledge.readers.skips import SkipCode
from services.knowledge.readers.structure import blocks_of_lines, without_repeats


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
        return skipped(source, SkipCode.NOT_TEXT)
    blocks = without_repeats(blocks_of_lines(text))
    if not blocks:
        return skipped(source, SkipCode.EMPTY)
    title = name if len(blocks[0].text) > 120 else blocks[0].text  # noqa: PLR2004  a line of prose
    return ReadSource(
        documents=(SourceDocument(source=source, title=title, url=url, blocks=tuple(blocks)),)
    )
