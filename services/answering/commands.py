"""Commands said in plain words: "забудь наш разговор", "remember that I am a vegetarian"."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CommandKind(StrEnum):
    """What a person may order without a slash."""

    RESET = "reset"
    """Begin a new conversation."""
    STOP = "stop"
    SETTINGS = "settings"
    HELP = "help"
    PRIVACY = "privacy"
    MY_DATA = "my_data"
    """Hand out all that is kept about the person."""
    FORGET_ME = "forget_me"
    """Erase all that is kept about the person."""
    ANSWER_LENGTH = "answer_length"
    """The argument is ``short``, ``normal`` or ``long``."""
    REMEMBER = "remember"
    """The argument is what to remember, as it was typed."""
    FORGET = "forget"
    """The argument is what to forget, as it was typed."""
    SHOW_MEMORY = "show_memory"


@dataclass(frozen=True, slots=True)
class PlainCommand:
    """A command that fills the whole message."""

    kind: CommandKind
    argument: str = ""


_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_POLITE = (
    r"(?:пожалуйста|плиз|будь добра?|будьте добры|бот|самовар|эй|слушай|ну|так|ок|окей|ладно|"
    r"хорошо|а|и|теперь|все|тогда|давай|давайте|можешь|можно|сейчас|мне|"
    r"please|pls|bot|samovar|hey|ok|okay|now|just|so|and|can you|could you|would you|let us|let's|"
    r"لطفا|لطفاً|ربات|سماور)"
)
_POLITE_FIRST = re.compile(rf"^(?:{_POLITE}\s+)+")
_POLITE_LAST = re.compile(rf"(?:\s+{_POLITE})+$")
_TALK_RU = (
    r"(?:(?:весь|всю|этот|эту|наш|нашу|мой|мою)\s)*"
    r"(?:разговор|диалог|беседу|переписку|контекст|"
    r"историю(?: (?:разговора|диалога|переписки|чата))?)"
)
_TALK_EN = (
    r"(?:(?:the|this|our|my|whole|entire)\s)*"
    r"(?:conversation|chat|dialogue|dialog|context|history|chat history|conversation history)"
)
_SAID_EN = r"(?:everything|all|what) (?:we|i|i've|we've) (?:said|talked about|discussed|told you)"
_RULES: Final = (
    (
        CommandKind.RESET,
        rf"(?:забудь(?:те)?|забыть|сбрось|сбросить|сброс|очисти(?:те)?|очистить|сотри|стереть|удали|"
        rf"удалить|закончи|закончим|обнули) {_TALK_RU}|"
        r"забудь(?:те)?(?: все)?(?: (?:о чем|про что) мы (?:тут )?(?:говорили|разговаривали)| "
        r"что (?:я |мы |тут |до этого |раньше |тебе )*(?:говорили?|сказали?|писали?|спрашивали?|"
        r"говорила?|сказала?|писала?|спрашивала?))|"
        r"забудь(?:те)? все|(?:начни|начать|начнем|начинай)(?: все| разговор| диалог)* "
        r"(?:сначала|заново|с начала|с нуля|с чистого листа)|с чистого листа|сброс|"
        r"(?:начни |начать |начнем |хочу |открой )?нов(?:ый|ую) (?:разговор|диалог|беседу|чат)|"
        rf"(?:forget|reset|clear|wipe|erase|delete|end|restart) {_TALK_EN}|"
        rf"(?:forget|erase) (?:{_SAID_EN}|everything|it all)|start (?:over|afresh|again|anew)|"
        r"start from (?:the beginning|scratch)|reset|(?:start |begin |open )?(?:a )?"
        r"new (?:conversation|chat|dialogue|dialog)|"
        r"(?:گفتگو|گفت و گو|مکالمه|صحبت)(?:ی ما|های ما|مان)?(?: را| رو)? "
        r"(?:فراموش|پاک|ریست) کن(?:ید)?|از (?:اول|نو|صفر) شروع کن(?:ید|یم)?|"
        r"(?:گفتگوی|مکالمه|گفتگو) جدید",
    ),
    (
        CommandKind.STOP,
        r"(?:стоп|хватит|остановись|остановитесь|прекрати(?:те)?|отмена|отмени(?:те)?|замолчи|"
        r"перестань(?:те)?|достаточно|не надо больше)(?: (?:писать|отвечать|генерировать|ответ|"
        r"генерацию|запрос|уже|стоп|хватит))*|останови (?:ответ|генерацию)|"
        r"(?:stop|cancel|abort|halt|enough|that's enough)(?: (?:it|this|that|now|writing|answering|"
        r"generating|typing|stop))*|(?:بس کن|کافیه|کافی است|توقف|لغو(?: کن)?|متوقف شو|نگه دار)",
    ),
    (
        CommandKind.SETTINGS,
        r"(?:(?:покажи(?:те)?|открой(?:те)?|открыть|показать|зайди в|перейди в|хочу в|где)"
        r"(?: мне| мои| твои| свои)* )?(?:настройки|параметры бота|настройки бота)|"
        r"(?:(?:show|open|see|change|go to|view)(?: me)?(?: the| my| your)* )?settings|"
        r"(?:(?:تنظیمات)(?: را| رو)?(?: (?:باز کن|نشان بده|نشون بده))?)",
    ),
    (
        CommandKind.HELP,
        r"помощь|помоги(?:те)?(?: мне)?|справка|инструкция|как (?:тобой|ботом) пользоваться|"
        r"(?:покажи(?:те)?(?: мне)? |открой )?(?:справку|помощь|список команд|(?:все )?команды)|"
        r"какие (?:у тебя |тут |здесь )?(?:есть )?команды(?: есть)?|"
        r"help(?: me)?|(?:show |list )(?:me )?(?:the |all |your )*(?:help|commands)|"
        r"what commands (?:are there|do you have|can i use)|how do i use (?:you|this bot)|"
        r"راهنما|راهنمایی|کمک|کمکم کن",
    ),
    (
        CommandKind.PRIVACY,
        r"(?:(?:покажи(?:те)?|открой|какая)(?: у (?:тебя|вас))?(?: мне)? )?"
        r"(?:политик[ау] конфиденциальности|политик[ау] приватности|приватность|"
        r"конфиденциальность)|(?:какие|что за) (?:мои )?данные (?:обо мне )?(?:ты|вы) "
        r"(?:хранишь|храните|собираешь|собираете)(?: обо мне)?|"
        r"что (?:ты|вы) (?:хранишь|храните) обо мне|"
        r"(?:show |open |see )?(?:me )?(?:the |your )*privacy(?: policy)?|"
        r"what (?:data|information) do you (?:store|keep|collect|have)(?: (?:about|on) me)?|"
        r"حریم خصوصی|چه (?:اطلاعاتی|داده ?هایی) از من (?:ذخیره|نگه) می ?(?:کنی|کنید|داری|دارید)",
    ),
    (
        CommandKind.MY_DATA,
        r"(?:выгрузи(?:те)?|скачай|скачать|выгрузить|пришли(?:те)?|отдай|экспортируй|покажи|"
        r"дай)(?: все)? (?:мои|обо мне) данные|экспорт (?:моих )?данных|"
        r"(?:export|download|give me|send me|get|show)(?: me)?(?: all)? my data|"
        r"(?:داده ?های|اطلاعات) من(?: را| رو)? (?:بده|بفرست|دانلود کن)",
    ),
    (
        CommandKind.FORGET_ME,
        r"забудь(?:те)? (?:меня|обо мне(?: все)?|все обо мне|все (?:мои )?данные|"
        r"все что (?:ты )?(?:обо мне )?(?:знаешь|помнишь)(?: обо мне)?)(?: полностью| совсем)?|"
        r"(?:удали(?:те)?|сотри(?:те)?|удалить|стереть)(?: все)? (?:мои данные|данные обо мне|"
        r"обо мне все|все обо мне|информацию обо мне|мой (?:профиль|аккаунт))|"
        r"forget (?:me|everything about me|all about me|everything you know about me)|"
        r"(?:delete|erase|remove|wipe)(?: all)? (?:my (?:data|account|profile|information)|"
        r"(?:everything|data) about me)|"
        r"(?:مرا|من را|منو) فراموش کن(?:ید)?|"
        r"(?:همه )?(?:داده ?های|اطلاعات)(?: من|م)(?: را| رو)? (?:پاک|حذف) کن(?:ید)?",
    ),
    (
        CommandKind.SHOW_MEMORY,
        r"(?:а )?что (?:ты |вы )?(?:обо мне |про меня )?(?:еще )?(?:ты |вы )?"
        r"(?:помнишь|помните|знаешь|знаете|запомнил|запомнила|запомнили)(?: (?:ты|вы))? "
        r"(?:обо мне|про меня)|(?:а )?что (?:ты |вы )?(?:обо мне|про меня) (?:уже )?(?:ты |вы )?"
        r"(?:помнишь|помните|знаешь|знаете|запомнил|запомнила|запомнили)|"
        r"что (?:ты |вы )(?:уже )?(?:запомнил|запомнила|запомнили)|"
        r"(?:покажи(?:те)?|открой) (?:мне )?(?:свою |твою |мою )?память(?: обо мне)?|"
        r"покажи(?:те)? (?:мне )?(?:все )?что (?:ты |вы )?(?:обо мне |про меня )?(?:ты )?"
        r"(?:помнишь|знаешь|запомнил|запомнила)(?: обо мне| про меня)?|"
        r"(?:ты |вы )?(?:помнишь|знаешь) (?:что (?:нибудь|то) )?(?:обо мне|про меня)"
        r"(?: что (?:нибудь|то))?|"
        r"(?:so )?what (?:do|can|have) you (?:remember(?:ed)?|know|recall|memori[sz]ed?)"
        r"(?: about me)?|what do you (?:remember|know|recall) about me|"
        r"(?:show|list|open) (?:me )?(?:your|my|the) memor(?:y|ies)(?: (?:about|of) me)?|"
        r"(?:show|tell) me (?:everything |all )?(?:what )?(?:you (?:remember|know) about me|"
        r"what you (?:remember|know)(?: about me)?)|do you remember (?:me|anything about me)|"
        r"(?:چه چیزی|چی|چه) (?:درباره|از|راجع به|در مورد) من (?:یادت (?:هست|است|مونده)|به یاد داری|"
        r"می ?دانی|می ?دونی)|(?:از|درباره) من (?:چی|چه چیزی|چه) (?:یادت (?:هست|است)|به یاد داری|"
        r"می ?دانی|می ?دونی)",
    ),
)
_WHOLE: Final = tuple((kind, re.compile(rf"(?:{rule})")) for kind, rule in _RULES)

_ANSWER = r"(?:отвечай(?:те)?|пиши(?:те)?|говори(?:те)?|отвечать|давай ответы|ответы|делай ответы)"
_ANSWER_EN = (
    r"(?:answer|reply|write|respond|keep (?:it|your answers|answers)|be|make (?:it|answers))"
)
_LENGTHS: Final = tuple(
    (length, re.compile(rf"(?:{rule})"))
    for length, rule in (
        (
            "short",
            rf"{_ANSWER}(?: мне)? (?:по)?(?:короче|кратко|коротко|лаконично|сжато|лаконичнее)|"
            r"(?:по)?(?:короче|кратко|коротко) отвечай|не пиши так (?:много|длинно)|"
            rf"{_ANSWER_EN}(?: more)? (?:brief(?:ly)?|short(?:er)?|concise(?:ly)?|terse(?:ly)?)|"
            r"(?:give me )?(?:short(?:er)?|brief(?:er)?|concise) (?:answers|replies)|"
            r"(?:کوتاه(?: ?تر)?|مختصر(?: ?تر)?|خلاصه(?: ?تر)?) (?:جواب|پاسخ) (?:بده|بدهید)",
        ),
        (
            "long",
            rf"{_ANSWER}(?: мне)? (?:по)?(?:подробнее|подробно|длиннее|развернуто|развернутее|"
            r"детально|детальнее)|(?:по)?(?:подробнее|подробно) отвечай|"
            rf"{_ANSWER_EN} (?:in (?:more )?detail|at length|longer|(?:more )?detailed|verbose)|"
            r"(?:give me )?(?:long(?:er)?|(?:more )?detailed) (?:answers|replies)|"
            r"(?:مفصل(?: ?تر)?|کامل(?: ?تر)?|با جزئیات(?: بیشتر)?) (?:جواب|پاسخ) (?:بده|بدهید)",
        ),
        (
            "normal",
            rf"{_ANSWER}(?: мне)?(?: опять| снова)? (?:как обычно|обычно|нормально|как раньше)|"
            r"(?:answer|reply|write) (?:normally|as usual|as before)|"
            r"(?:normal|usual) (?:length )?answers|"
            r"(?:معمولی|مثل قبل) (?:جواب|پاسخ) (?:بده|بدهید)",
        ),
    )
)

_FIRST_PERSON_RU = (
    r"(?:я|у меня|мне|меня|мной|мо(?:й|я|е|ё|и|его|ей|ём|ем|им|их|ю|ими)|мы|нас|нам|у нас|"
    r"наш[а-яё]*|со мной|для меня|по\w+ я)\b"
)
_FIRST_PERSON_EN = r"(?:i|i'm|i’m|i've|i’ve|i'll|i'd|my|we|we're|our|mine|me|us)\b"
_PLEASE = r"(?:,?\s*(?:пожалуйста|плиз|please),?)?"
_BEFORE = (
    r"^\W*(?:(?:бот|самовар|эй|слушай|ну|ок|окей|а|и|так|пожалуйста|please|bot|samovar|hey|ok|"
    r"okay|also|لطفا|لطفاً)\b[,.!\s]*)*"
)
_REMEMBER: Final = tuple(
    re.compile(_BEFORE + rule, re.IGNORECASE | re.DOTALL)
    for rule in (
        rf"(?:запомни(?:те)?|запиши(?:те)?(?: себе)?){_PLEASE}"
        r"(?:\s*,\s*что\s+|\s+что\s+(?!так|это|там)|\s*[:—–-]\s*|\s*,\s+)"
        r"(?!что такое)(?P<what>.+)$",
        rf"запомни(?:те)?{_PLEASE}\s+(?P<what>{_FIRST_PERSON_RU}.+)$",
        rf"(?:учти(?:те)?|имей(?:те)? в виду|помни(?:те)?|не забудь(?:те)?|не забывай(?:те)?|"
        rf"знай(?:те)?){_PLEASE}\s*[,:—–-]?\s*(?:что\s+)?(?P<what>{_FIRST_PERSON_RU}.+)$",
        r"(?:remember|memori[sz]e|note|make a note)(?:\s*:\s*|\s+this\s*:\s*)(?P<what>.+)$",
        r"(?:remember|memori[sz]e|note|keep in mind|bear in mind|make a note|don['’]?t forget|"
        rf"do not forget)\s*,?\s*(?:that\s+)?(?P<what>{_FIRST_PERSON_EN}.+)$",
        r"(?:remember|keep in mind|note)\s+that\s+(?P<what>(?:\S+\s+){1,4}"
        r"(?:is|are|was|were|has|have|likes?|lives?|works?|prefers?|needs?|will)\b.+|"
        r"(?:the|a|an|on|at|in|every)\s+\S+\s+\S+.*)$",
        r"(?:به خاطر بسپار|به یاد داشته باش|به یاد بسپار|یادت باشه|یادت باشد|یادت بمونه)"
        r"(?:ید)?\s*(?:که\s+|[:،]\s*)(?P<what>.+)$",
    )
)
_FORGET: Final = tuple(
    re.compile(_BEFORE + rule, re.IGNORECASE | re.DOTALL)
    for rule in (
        r"(?:забудь(?:те)?|больше не помни|не помни|удали из памяти|сотри из памяти)"
        rf"{_PLEASE}\s*,?\s*(?:то,?\s+)?что\s+(?P<what>{_FIRST_PERSON_RU}.+)$",
        rf"(?:забудь(?:те)?){_PLEASE}\s+(?:про|о|об)\s+(?P<what>(?:то,?\s+что\s+)?"
        rf"{_FIRST_PERSON_RU}.+)$",
        rf"(?:забудь(?:те)?){_PLEASE}\s+(?P<what>мо[йюеёия]\w*\s.+)$",
        rf"(?:удали|сотри|убери){_PLEASE}\s+из (?:своей |твоей )?памяти\s*[:,]?\s*(?:что\s+)?"
        r"(?P<what>.+)$",
        rf"(?:forget|stop remembering|no longer remember)\s+(?:about\s+|that\s+)?"
        rf"(?P<what>{_FIRST_PERSON_EN}\s*.+)$",
        r"(?:remove|delete|erase)\s+(?:from (?:your )?memory)\s*[:,]?\s*(?:that\s+)?(?P<what>.+)$",
        r"فراموش کن(?:ید)?\s+که\s+(?P<what>.+)$",
    )
)
_TAG_QUESTION = re.compile(
    r"\s*,\s*(?:хорошо|ладно|ок|окей|пожалуйста|please|ok|okay|will you)\s*[?!.]*\s*$",
    re.IGNORECASE,
)
_ENDING = " \t\r\n.!…"
LONGEST_COMMAND: Final = 80


def recognise(text: str) -> PlainCommand | None:
    """Recognise a command that fills the whole message; None for a question or a remark.

    Example:
        >>> recognise("Запомни, что у меня аллергия на орехи.")
        PlainCommand(kind=<CommandKind.REMEMBER: 'remember'>, argument='у меня аллергия на орехи')
        >>> recognise("Как запомнить таблицу умножения?") is None
        True
    """
    whole = _whole(text)
    if whole is not None:
        return whole
    said = _TAG_QUESTION.sub("", text.strip())
    if said.rstrip().endswith(("?", "؟")):
        return None
    for kind, rules in ((CommandKind.FORGET, _FORGET), (CommandKind.REMEMBER, _REMEMBER)):
        for rule in rules:
            found = rule.match(said)
            if found is not None and (what := found["what"].strip(_ENDING)):
                return PlainCommand(kind, what)
    return None


def _whole(text: str) -> PlainCommand | None:
    plain = plain_words(text)
    if not plain or len(plain) > LONGEST_COMMAND:
        return None
    asked = _POLITE_LAST.sub("", _POLITE_FIRST.sub("", plain))
    for candidate in dict.fromkeys((plain, asked)):
        for kind, rule in _WHOLE:
            if rule.fullmatch(candidate):
                return PlainCommand(kind)
        for length, rule in _LENGTHS:
            if rule.fullmatch(candidate):
                return PlainCommand(CommandKind.ANSWER_LENGTH, length)
    return None


def plain_words(text: str) -> str:
    """Fold a text to its words in small letters, one space between them.

    Example:
        >>> plain_words("  Привет,   ещё раз! ")
        'привет еще раз'
    """
    folded = text.lower().replace("ё", "е").replace("’", "'")
    return " ".join(_WORD.findall(folded))
