"""Does the person ask for the internet, and what is to be searched there?"""

import re
from typing import Final

_NET_RU = (
    r"(?:в (?:интернете?|сети|инете|гугле|яндексе|вебе|поисковике|бинге|нете)|"
    r"во? всемирной паутине|"
    r"по интернету|через (?:гугл|яндекс|интернет))"
)
_SEEK_RU = (
    r"(?:найди(?:те)?|поищи(?:те)?|отыщи|ищи|посмотри(?:те)?|глянь|проверь(?:те)?|узнай(?:те)?|"
    r"поиск|погляди|покопайся|пошарь|спроси|найти|поискать|посмотреть|проверить|пробей(?:те)?|"
    r"чекни|глянуть|узнать|нарой|отрой|выясни|подсмотри)(?:-ка)?"
)
_NET_EN = r"(?:(?:on|in|from|over) )?(?:the )?(?:web|internet|net)|online|(?:on|with|in) google"
_ASKING = (
    r"^\W*(?:(?:а|и|ну|так|тогда|лучше|пожалуйста|теперь|можешь|можно|давай|бот|самовар|слушай|"
    r"ок|окей|нет|please|can you|could you|now|ok|okay|then|no|just|let's|and|so|try to|"
    r"لطفا|لطفاً)\b[,.]?\s+)*"
)
_RULES: Final = tuple(
    re.compile(_ASKING + rule, re.IGNORECASE | re.DOTALL)
    for rule in (
        r"(?:за|по|на)?гугли(?:ть|те)?(?:[\s,]+(?:мне|пожалуйста|плиз))*\b[,:]?\s*(?P<what>.*)$",
        rf"{_SEEK_RU}\s+(?:мне\s+|пожалуйста\s+|информацию\s+)*{_NET_RU}[,:]?\s*(?P<what>.*)$",
        rf"{_SEEK_RU}\s+(?P<what>\S.*?)\s+{_NET_RU}\W*$",
        rf"{_NET_RU}\s+{_SEEK_RU}[,:]?\s*(?P<what>.*)$",
        rf"(?:(?:что\s+)?(?:об этом |про это )?(?:есть|пишут|говорят)\s+)?{_NET_RU}"
        r"(?P<what>)\W*$",
        r"что\s+(?:сейчас\s+)?(?:пишут|говорят|есть|нового)\s+"
        rf"{_NET_RU}\s+(?P<what>(?:про|о|об|насч[её]т)\s+\S.*)$",
        rf"(?:search|browse|check|scan)\s+(?:{_NET_EN})(?:\s+(?:for|about|to find|and find))?"
        r"\b[,:]?\s*(?P<what>.*)$",
        rf"(?:search|look|check|find|see|get|do a search)(?: it| this| that)?(?: up)?"
        rf"(?: for)?(?P<what>\s+\S.*?|)\s+(?:{_NET_EN})\W*$",
        rf"(?:look|search)\s+(?:{_NET_EN})\s+for\s+(?P<what>.*)$",
        r"(?:do |run |make )?(?:a )?(?:web|internet|online|google) search(?:\s+(?:for|on|about))?"
        r"(?!\s+(?:engine|is|are|api|works?|results?))\b[,:]?\s*(?P<what>.*)$",
        r"google\s+(?!(?:is|was|maps?|docs?|sheets?|chrome|cloud|play|translate|drive|colab)\b)"
        r"(?P<what>\S.*)$",
        r"(?:what about|how about|and|use)?\s*(?:the )?(?:on |from )?(?:the )?"
        r"(?:web|internet|google)(?P<what>)\W*$",
        r"(?:در|توی|تو|از)\s+(?:اینترنت|وب|گوگل|نت)\s+"
        r"(?:(?P<what>\S.*?)\s+(?:را\s+|رو\s+)?)?(?:جستجو|سرچ|پیدا|بگرد|نگاه)(?:\s+کن(?:ید)?)?\W*$",
        r"(?P<what>\S.*?)\s+(?:را|رو)\s+(?:در|توی|تو|از)\s+(?:اینترنت|وب|گوگل|نت)\s+"
        r"(?:جستجو|سرچ|پیدا|بگرد|نگاه)(?:\s+کن(?:ید)?)?\W*$",
        r"(?P<what>\S.*?)\s+(?:را\s+|رو\s+)?(?:گوگل|سرچ)\s+کن(?:ید)?\W*$",
    )
)
_HOW = re.compile(
    r"^\W*(?:как|чем|почему|зачем|кто|где|когда|how|why|who|when|where|what is|what are|چگونه|"
    r"چطور|چرا)\b",
    re.IGNORECASE,
)
_REFERS = re.compile(r"^(?:(?:про|о|об|for|about)\s+)?(?:это|этом|него|it|this|that)$")
_LEADING = re.compile(r"^(?:for|about|что-нибудь|про то|информацию|инфу)\s+", re.IGNORECASE)


def web_wish(text: str) -> str | None:
    """Give what is to be searched in the internet; "" for what was asked before; None: no wish.

    Example:
        >>> web_wish("погугли курс доллара"), web_wish("а в интернете?")
        ('курс доллара', '')
        >>> web_wish("Как искать в интернете?") is None
        True
    """
    said = " ".join(text.split())
    if _HOW.match(said):
        return None
    for rule in _RULES:
        found = rule.match(said)
        if found is not None:
            what = (found["what"] or "").strip(" \t,:;.!")
            bare = "" if _REFERS.match(what.lower().rstrip("?")) else what
            return _LEADING.sub("", bare)
    return None
