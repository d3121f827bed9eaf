"""What stands before a question and is no part of it: greetings and interjections."""

import re
from typing import Final

GREETING: Final = (
    r"привет(?:ик|ики|ствую)?|здравствуй(?:те)?|здорово|хай|хелло|салют|"
    r"добр(?:ый|ого|ое|ой) (?:день|дня|вечер|вечера|утро|утра|ночи|времени суток)|доброе утро|"
    r"hi|hello|hey|howdy|hiya|greetings|good (?:morning|afternoon|evening|day)|"
    r"سلام|درود|صبح بخیر|عصر بخیر|شب بخیر|روز بخیر"
)
ADDRESS: Final = (
    r"(?: (?:бот|самовар|друг|друзья|там|всем|тебе|вам|bot|samovar|there|all|everyone|friend|"
    r"ربات|سماور))*"
)
_GREETING_FIRST = re.compile(rf"^(?:{GREETING}){ADDRESS}\s*[,.!)]*\s+", re.IGNORECASE)
_INTERJECTION = re.compile(
    r"^(?:(?:большое |огромное )?спасибо|спс|хорошо|ок(?:ей)?|понятно|понял[аи]?|ясно|ага|угу|"
    r"отлично|супер|ладно|так|слушай(?:те)?|скажи(?:те)?,? пожалуйста|подскажи(?:те)?"
    r"(?:,? пожалуйста)?|кстати|thanks(?: a lot)?|thank you|ok(?:ay)?|great|cool|got it|"
    r"i see|oh|hmm+|well|interesting|nice|by the way|ممنون|مرسی|خب)(?:[,.!:]+\s*|\s+)(?=\S)",
    re.IGNORECASE,
)


def without_greeting(text: str) -> str:
    """Remove a greeting in front of a question.

    Example:
        >>> without_greeting("Привет! Как приготовить щи?")
        'Как приготовить щи?'
    """
    return _GREETING_FIRST.sub("", text.strip(), count=1).strip() or text.strip()


def without_interjection(text: str) -> str:
    """Remove "спасибо", "ok" and the like in front of a question, two at most.

    Example:
        >>> without_interjection("Ок, спасибо, а без капусты?")
        'а без капусты?'
    """
    return _INTERJECTION.sub("", _INTERJECTION.sub("", text.strip(), count=1), count=1)
