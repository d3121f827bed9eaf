"""Is this a question for the sources, small talk, or about the dialogue itself?"""

import re
from enum import StrEnum
from typing import Final


class SmallTalk(StrEnum):
    """Kinds of small talk; the value is the Fluent message that answers it."""

    GREETING = "smalltalk-greeting"
    THANKS = "smalltalk-thanks"
    GOODBYE = "smalltalk-goodbye"
    ABOUT_BOT = "smalltalk-about"
    HOW_ARE_YOU = "smalltalk-how-are-you"
    PRAISE = "smalltalk-praise"
    APOLOGY = "smalltalk-apology"


_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SPACES = re.compile(r"[\W_]+")

# Patterns match the whole text, so that a question that merely begins with a greeting is not
# swallowed; the greeting in front of one is removed by `without_greeting`.
_GREETING = (
    r"привет(?:ик|ики|ствую)?|здравствуй(?:те)?|здорово|хай|хелло|салют|"
    r"добр(?:ый|ого|ое|ой) (?:день|дня|вечер|вечера|утро|утра|ночи|времени суток)|доброе утро|"
    r"hi|hello|hey|howdy|hiya|greetings|good (?:morning|afternoon|evening|day)|"
    r"سلام|درود|صبح بخیر|عصر بخیر|شب بخیر|روز بخیر"
)
_ADDRESS = r"(?: (?:бот|самовар|друг|там|всем|тебе|вам|bot|samovar|there|all|everyone|ربات|سماور))*"
_RULES: Final = (
    (SmallTalk.GREETING, rf"(?:(?:{_GREETING}){_ADDRESS}(?: |$))+"),
    (
        SmallTalk.THANKS,
        r"(?:(?:ок|окей|ага|да|понял|поняла|понятно|ясно|отлично|супер|ok|okay|great|got it) )?"
        r"(?:большое |огромное )?(?:спасибо|спс|спасиб|благодарю|мерси|сенкс)"
        r"(?: (?:большое|огромное|тебе|вам|бот|за (?:ответ|помощь|совет)))*|"
        r"(?:ok |okay |great )?(?:many )?(?:thanks|thank you|thank u|thx|ty|cheers)"
        r"(?: (?:a lot|so much|very much|a bunch|bot|samovar|for (?:the|your) (?:help|answer)))*|"
        r"(?:خیلی )?(?:ممنون(?:م)?|متشکرم|مرسی|سپاس(?:گزارم)?|تشکر)(?: از شما)?",
    ),
    (
        SmallTalk.GOODBYE,
        r"(?:ну )?(?:пока(?: пока)?|до свидания|до встречи|до завтра|всего (?:доброго|хорошего)|"
        r"прощай(?:те)?|спокойной ночи|увидимся)|"
        r"(?:good ?)?bye(?: bye)?|see you(?: later| soon)?|good night|farewell|"
        r"خداحافظ|خدا نگهدار|بدرود",
    ),
    (
        SmallTalk.ABOUT_BOT,
        r"(?:а )?(?:кто (?:ты|вы)(?: такой| такая| такие)?|ты кто(?: такой| такая)?|ты бот|"
        r"(?:а )?что (?:ты|вы) (?:умеешь|умеете|можешь|можете|знаешь|знаете)(?: делать)?|"
        r"как (?:тебя|вас) зовут|расскажи о себе|чем (?:ты )?(?:можешь помочь|поможешь))|"
        r"who are you|what are you|what(?:'s| is| s) your name|what can you do|"
        r"are you (?:a )?(?:bot|human|robot|real)|tell me about yourself|how can you help(?: me)?|"
        r"تو کی هستی|شما کی هستید|شما کیستید|تو کیستی|اسمت چیه|اسم شما چیست|چه کار(?:ی)? می ?توانی(?: بکنی| انجام دهی)?",  # noqa: E501 - one pattern
    ),
    (
        SmallTalk.HOW_ARE_YOU,
        r"как (?:дела|делишки|ты|жизнь|поживаешь|поживаете|настроение)(?: сегодня)?|"
        r"how are you(?: doing)?(?: today)?|how(?:'s| is| s) it going|what(?:'s| s) up|sup|"
        r"چطوری|حالت چطوره|حال شما چطور است",
    ),
    (
        SmallTalk.PRAISE,
        r"(?:ты )?(?:молодец|умница|красава|супер|круто|класс|отлично|здорово|хорошо|прекрасно|"
        r"ок|окей|понятно|ясно|понял|поняла|ага|угу|лол|ха(?:ха)*|хаха+)(?: бот)?|"
        r"(?:good|nice|great|cool|awesome|perfect|well done|ok|okay|got it|i see|lol|good bot|"
        r"nice one)|عالی|خوبه|باشه|آفرین",
    ),
    (
        SmallTalk.APOLOGY,
        r"(?:извини(?:те)?|прости(?:те)?|сорри|пардон)(?: пожалуйста)?|sorry|my bad|ببخشید",
    ),
)
_SMALL_TALK: Final = tuple((kind, re.compile(rf"(?:{rule})")) for kind, rule in _RULES)
_GREETING_FIRST = re.compile(rf"^(?:{_GREETING}){_ADDRESS}\s*[,.!)]*\s+", re.IGNORECASE)
_ABOUT_DIALOGUE = re.compile(
    r"(?:о чем|про что) мы (?:говорили|разговаривали|беседовали)|"
    r"что я (?:тебя |у тебя |вас )?(?:спрашивал|спросил|спрашивала|спросила)(?: раньше| до этого)?|"
    r"како(?:й|в) был мой (?:последний|прошлый|предыдущий) вопрос|"
    r"what (?:did|have) i ask(?:ed)?(?: you)?(?: before| earlier)?|"
    r"what (?:were|are) we talking about|what was my (?:last|previous) question|"
    r"قبلا چی پرسیدم|درباره چی صحبت می ?کردیم"
)
LONGEST_SMALL_TALK: Final = 60


def small_talk(text: str) -> SmallTalk | None:
    """Recognise small talk that fills the whole message; None for anything else.

    Example:
        >>> small_talk("Привет!"), small_talk("Привет, как приготовить щи?")
        (<SmallTalk.GREETING: 'smalltalk-greeting'>, None)
    """
    plain = _plain(text)
    if not plain or len(plain) > LONGEST_SMALL_TALK:
        return None
    rest = _plain(without_greeting(text)) or plain
    for candidate in dict.fromkeys((plain, rest)):
        for kind, rule in _SMALL_TALK:
            if rule.fullmatch(candidate):
                return kind
    return None


def about_dialogue(text: str) -> bool:
    """Tell whether the person asks what was said before."""
    return _ABOUT_DIALOGUE.fullmatch(_plain(text)) is not None


def without_greeting(text: str) -> str:
    """Remove a greeting in front of a question.

    Example:
        >>> without_greeting("Привет! Как приготовить щи?")
        'Как приготовить щи?'
    """
    return _GREETING_FIRST.sub("", text.strip(), count=1).strip() or text.strip()


def _plain(text: str) -> str:
    folded = text.lower().replace("ё", "е").replace("’", "'").replace("\u200c", " ")
    return _SPACES.sub(" ", _EDGES.sub("", folded)).strip()
