"""Real Russian text from Debian's documentation packages, to hide the right passages among."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import html

PACKAGES: Final = ("aptitude-doc-ru", "debian-faq-ru", "developers-reference-ru", "maint-guide-ru")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
SHORTEST: Final = 100
LONGEST: Final = 1200
"""Characters: paragraphs of a few sentences, quick to embed."""
CYRILLIC_SHARE: Final = 0.5
DOWNLOAD_TIMEOUT_S: Final = 300


def debian_paragraphs(cache: Path) -> list[str]:
    """Give the Russian paragraphs of the packages, each once, in a stable order.

    Args:
        cache: Where packages are unpacked; a second call reads them from there.

    Raises:
        OSError: apt cannot run here, or has no such package; the message says what failed.
    """
    unpacked = cache / "unpacked"
    if not unpacked.is_dir():
        _fetch(cache, unpacked)
    files = sorted(unpacked.rglob("*.html"))
    return list(dict.fromkeys(text for file in files for text in _paragraphs(file)))


def _fetch(cache: Path, unpacked: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    _run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *PACKAGES], cache)
    partial = cache / "unpacking"
    for archive in sorted(cache.glob("*.deb")):
        _run(["dpkg", "-x", str(archive), str(partial)], cache)
    partial.rename(unpacked)


def _run(command: list[str], directory: Path) -> None:
    try:
        subprocess.run(
            command, cwd=directory, check=True, capture_output=True, timeout=DOWNLOAD_TIMEOUT_S
        )
    except subprocess.SubprocessError as error:
        raise OSError(f"{command[0]} failed: {type(error).__name__}") from error


def _paragraphs(file: Path) -> Iterator[str]:
    root = html.parse(str(file)).getroot()
    if root is None:
        return
    for element in root.iter("p", "li", "dd", "td"):
        text = " ".join(element.text_content().split())
        if SHORTEST <= len(text) <= LONGEST and _is_russian(text):
            yield text


def _is_russian(text: str) -> bool:
    return len(_CYRILLIC.findall(text)) >= CYRILLIC_SHARE * len(text)
