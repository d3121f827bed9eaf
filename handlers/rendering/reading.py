"""What the person is told about how a question was read."""

from typing import Final

from handlers.i18n import Texts
from handlers.rendering.rich import RichText, cleaned
from services.answering.models import SearchQuery

_LONGEST: Final = 120


def how_read(query: SearchQuery, texts: Texts) -> RichText:
    """Say what was searched instead of what was typed, and of which days there is nothing."""
    lines = []
    if query.corrected:
        read = " ".join(cleaned(query.corrected).split())
        shown = read if len(read) <= _LONGEST else f"{read[: _LONGEST - 1]}…"
        lines.append(texts.plain("reading-corrected", query=shown))
    if query.undated:
        lines.append(texts.plain("reading-silent-days" if query.whole_days else "reading-undated"))
    if not lines:
        return RichText()
    return RichText("\n".join(lines)).styled("italic") + "\n\n"
