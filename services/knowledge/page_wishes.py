"""Web pages that people want among the sources: by address, or said in plain words."""

import re
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from services.knowledge.file_names import seen_line

_LONGEST: Final = 2000
_LONGEST_NAME: Final = 80
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}(?::\d{1,5})?(?:[/?#][^\s<>\"«»“”]*)?"
)
_AFTER: Final = ".,;:!?'…"
_POLITE: Final = (
    r"(?:пожалуйста|плиз|бот|самовар|эй|слушай|ну|так|ок|а|и|теперь|можешь|можно|мне|нам|"
    r"please|pls|bot|samovar|hey|ok|okay|now|just|and|can you|could you|"
    r"لطفا|لطفاً)"
)
_THING: Final = (
    r"(?:(?:эт[уо]т?|вот|наш[уе]?|страниц[уы]|стать[юи]|ссылку|сайт|адрес|документацию|"
    r"this|the|that|page|article|link|site|url|address|این|صفحه|لینک|را|رو)\s+)*"
)
_TO: Final = (
    r"(?:(?:во?|к|ко)\s+(?:(?:наши|мои|свои|твои|нашим|моим|своим|нашу|мою|свою|твою)\s+)?"
    r"(?:источники?|источникам|библиотеку|базу(?:\s+знаний)?)|"
    r"(?:to|into|in|as|among)\s+(?:(?:the|my|your|our|a|this)\s+)*(?:chat'?s?\s+)?"
    r"(?:sources?|library|knowledge base)|"
    r"به\s+منابع(?:\s+من)?)"
)
_DO: Final = (
    r"(?:(?:прочитай(?:те)?|прочти(?:те)?|read)\s+(?:и|and)\s+)?"
    r"(?:добавь(?:те)?|добавить|внеси(?:те)?|включи(?:те)?|возьми(?:те)?|сохрани(?:те)?|"
    r"занеси(?:те)?|add|put|save|include|take)"
)
_WISHES: Final = tuple(
    re.compile(rf"(?:{_POLITE}\s+)*(?:{rule})(?:\s+{_POLITE})*", re.IGNORECASE)
    for rule in (
        rf"{_DO}\s+(?:{_POLITE}\s+)*{_THING}{_TO}",
        rf"{_DO}\s+{_TO}(?:\s+(?:страниц[уы]|стать[юи]|ссылку|сайт|(?:this|the)?\s*"
        r"(?:page|article|link|site)))?",
        rf"{_THING}{_TO}",
        rf"{_THING}{_TO}\s+اضافه\s+کن(?:ید)?|اضافه\s+کن(?:ید)?\s+{_TO}",
    )
)


def wants_page(text: str) -> bool:
    """Tell whether a message says that a page is to be among the sources, and nothing else.

    Example:
        >>> wants_page("добавь https://example.org/щи в источники")
        True
        >>> wants_page("Что написано в источнике https://example.org/щи?")
        False
    """
    if not _ADDRESS.search(text):
        return False
    rest = _ADDRESS.sub(" ", text)
    words = " ".join(re.sub(r"[^\w'\s]", " ", rest).split())
    return any(wish.fullmatch(words) for wish in _WISHES)


def addresses_in(text: str) -> list[str]:
    """Find the addresses of pages that stand in a text, each once, in a form to be kept.

    Example:
        >>> addresses_in("см. https://Example.org/a_(b)#c, и (https://example.org/d).")
        ['https://example.org/a_(b)', 'https://example.org/d']
    """
    found = (page_address(match[0]) for match in _ADDRESS.finditer(text))
    return list(dict.fromkeys(one for one in found if one is not None))


def page_address(text: str) -> str | None:
    """Make an address of what somebody typed as one; None: it is none that is read.

    The place within the page is left out; so one page is one source. An address with a password
    is none: it would stand in every citation.

    Example:
        >>> page_address("example.org/tea"), page_address("https://a:b@example.org")
        ('https://example.org/tea', None)
    """
    typed = _trimmed(text.strip())
    if not _ADDRESS.fullmatch(typed):
        if not _BARE.fullmatch(typed):
            return None
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if not host or "@" in parts.netloc or len(typed) > _LONGEST:
        return None
    host = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", parts.query, ""))


def page_name(address: str) -> str:
    """Name a page for people by its address: readable, of at most 80 characters.

    Example:
        >>> page_name("https://ru.wikipedia.org/wiki/%D0%A9%D0%B8?x=1")
        'ru.wikipedia.org/wiki/Щи'
    """
    parts = urlsplit(address)
    name = seen_line(parts.netloc + unquote(parts.path)).rstrip("/")
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _trimmed(text: str) -> str:
    """Cut what belongs to the sentence around an address."""
    while text and (text[-1] in _AFTER or (text[-1] in ")]" and _unopened(text))):
        text = text[:-1]
    return text


def _unopened(text: str) -> bool:
    closing = text[-1]
    return text.count(closing) > text.count("(" if closing == ")" else "[")
