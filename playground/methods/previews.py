"""How the preview of a link is shown."""

from collections.abc import Iterable
from typing import Any, Final

from aiogram.types import LinkPreviewOptions, MessageEntity

LINKS: Final = frozenset({"url", "text_link"})


def preview_of(call: Any, entities: Iterable[MessageEntity]) -> LinkPreviewOptions | None:  # noqa: ANN401 - any method with these parameters
    """Give the options that a message keeps: those that differ from the usual ones.

    A size is kept only with an address, and nothing of a text without links.
    """
    given = getattr(call, "link_preview_options", None)
    if not isinstance(given, LinkPreviewOptions):
        is_disabled = getattr(call, "disable_web_page_preview", None) is True
        given = LinkPreviewOptions(is_disabled=is_disabled)
    has_link = any(entity.type in LINKS for entity in entities)
    kept = {
        "is_disabled": given.is_disabled is True and has_link,
        "url": given.url or None,
        "prefer_small_media": given.prefer_small_media is True and bool(given.url),
        "prefer_large_media": given.prefer_large_media is True and bool(given.url),
        "show_above_text": given.show_above_text is True and (has_link or bool(given.url)),
    }
    said = {name: value for name, value in kept.items() if value}
    return _bare(said) if said else None


def _bare(said: dict[str, Any]) -> LinkPreviewOptions:
    unsaid = dict.fromkeys(LinkPreviewOptions.model_fields)
    return LinkPreviewOptions(**(unsaid | said))
