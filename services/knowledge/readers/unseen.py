"""Parts of a page that a reader of it never sees: they could speak only to machines."""

import re
from typing import Any, Final

_SPACE: Final = re.compile(r"\s+")
_NOT_SHOWN: Final = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0+)?(?![.\d])|"
    r"font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?=;|!|$)|"
    r"(?:max-)?(?:width|height):0(?:px)?(?=;|!|$).*overflow:hidden|"
    r"(?:text-indent|left|top|margin-left):-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%|"
    r"color:(?:transparent|white|#fff(?:fff)?|rgba?\(255,255,255|rgba\([^)]*,0\)))"
)
_DARK: Final = re.compile(r"background(?:-color|-image)?:(?!white|#fff|transparent|none)")


def drop_unseen(root: Any) -> None:  # noqa: ANN401  lxml has no types
    """Take out what is hidden by an attribute or a style of its own; what follows it stays."""
    for element in list(root.iter()):
        if isinstance(element.tag, str) and element.getparent() is not None and _unseen(element):
            element.drop_tree()


def _unseen(element: Any) -> bool:  # noqa: ANN401  lxml has no types
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    found = _NOT_SHOWN.search(_style(element))
    if found is None or "color:" not in found.group():
        return found is not None
    return not any(_DARK.search(_style(one)) for one in (element, *element.iterancestors()))


def _style(element: Any) -> str:  # noqa: ANN401  lxml has no types
    return _SPACE.sub("", element.get("style") or "").lower()
