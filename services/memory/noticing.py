"""Stable facts in what people say about themselves: rules, few and careful.

A clause counts only from its first word on ("я живу в Казани", not "если я живу в Казани"), and
not when it asks. What no rule knows is not remembered: a memory that nobody wanted costs more
trust than one that is missing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from services.memory.models import Fact, Topic
from services.memory.secrecy import is_secret
from services.memory.vocabulary import (
    NUMBERS,
    PROFESSIONS_EN,
    PROFESSIONS_RU,
    is_food,
    is_place,
    is_someone,
    is_time_or_manner,
    says_an_action,
)

_LEAD: Final = (
    r"(?:(?:кстати|вообще(?:-то)?|ну|а|и|да|привет|теперь|сейчас|уже|если что|для справки|к слову|"
    r"дело в том|потому|by the way|btw|actually|well|hi|hello|hey|now|also|fyi|and|so|because|"
    r"nowadays|что|that)\b[\s,]*)*"
)
_MONTH_RU: Final = (
    r"(?:январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр)\w{0,2}"
)
_MONTH_EN: Final = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_DATE_RU: Final = (
    rf"(?:\d{{1,2}}(?:-?го)? {_MONTH_RU}(?: \d{{4}})?|\d{{1,2}}\.\d{{1,2}}(?:\.\d{{2,4}})?)"
)
_DATE_EN: Final = (
    rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH_EN}|"
    rf"{_MONTH_EN}(?:(?: the)? \d{{1,2}}(?:st|nd|rd|th)?)?)(?:,? \d{{4}})?"
)
_ENDS: Final = (
    r"(?=\W*$|[,.;:!—–]|\s(?:and|but|who|that|which|with|so|at|in|from|for|of|under|aged|now|here|"
    r"too)\b)"
)
_NAME: Final = r"(?-i:[A-ZА-ЯЁ][\w'’-]+(?: [A-ZА-ЯЁ][\w'’-]+)?)"
_PET_RU: Final = (
    r"кот(?!л|о[мр])\w{0,3}|кот[её]н\w{0,4}|кош(?:к|еч)\w{1,3}|собак\w{1,3}|собач(?:ка|ки|ку)|п[её]с(?:ик)?|"
    r"псин\w|пса|щен(?:ок|ка|ки|ков|ят)\w{0,2}|попуга\w{1,4}|хомя\w{1,3}|кролик\w{0,2}|черепа[хш]\w{1,3}|"
    r"рыбк\w|рыбок|кон(?:ь|я|и)|лошад(?:ь|и|ей|ка|ку)"
)
_KIN_RU: Final = (
    r"реб[её]н(?:ок|ка|очек)|дет(?:и|ей|ки|ок|ишки)|малыш\w{0,2}|сын(?:а|ов|овья|овей|ок|ишка)?|"
    r"доч(?:ь|ка|ки|ек|ери|ерей|урка)|двойн(?:я|яшки)|тройня|близнец[ыа]?|внук\w{0,2}|внуч(?:ка|ки|ек)"
)
_SENTENCE = re.compile(r"[^.!?…;\n]+[.!?…;]*")
_CLAUSE = re.compile(r"\s*,\s*|\s+[—–-]\s+(?=(?:что|как|какой|посоветуй|подскажи|what|how)\b)")
_ASKS = re.compile(
    r"^(?:что|как|какой|какая|какие|где|когда|сколько|почему|зачем|кто|куда|чем|посоветуй|подскажи|"
    r"what|how|which|where|when|why|who|can|could|should|is|are|do|does)\b",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(
    r"^(?:и |или |а также |and |or )?(?:на |to )?[\w-]+(?: (?:и|или|and|or) [\w-]+)*$"
)
_MOST_WORDS: Final = 14
_FEW: Final = 3
_LONGEST: Final = 1000
"""Characters of a message: longer ones tell of something else, and would take long."""

_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_FRAME = re.compile(
    r"\b(?:представ(?:ь|им)(?:те)?|допустим|предположим|вообрази(?:те)?|перев(?:еди|одится)\w*|"
    r"перефразируй|как (?:сказать|будет|пишется|написать)|от (?:лица|имени)|притвор\w+|"
    r"imagine|suppos(?:e|ing)|pretend|translate|rephrase|let['’]s say|on behalf of|"
    r"how (?:do (?:you|i)|to) (?:say|spell|write))\b",
    re.IGNORECASE,
)
"""The whole message plays something through, or is about words."""
_DOUBTED = re.compile(
    r"\b(?:бы|если|возможно|может|наверное|вроде|похоже|кажется|будто|якобы|неправда|вряд ли|"
    r"if|unless|maybe|perhaps|probably|wish)\b|\b(?:said|says)\W*$",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\W*(?:(?:сказал|говорил|ответил|подумал|написал|спел)[аи]?|говорит|отвечает|поёт|said|says|"
    r"\w+ (?:said|says|replied))\b",
    re.IGNORECASE,
)
_NOT_FOR_LONG = re.compile(
    r"\s*(?:сегодня|завтра|вечером|утром|ночью|на ночь|пока|по \w+[ая]м|опасн\w+|быва\w+|today|"
    r"tonight|tomorrow|at night|right now|this (?:week|month)|on \w+days?)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\s*(?:уже |больше |вчера |недавно )?(?:нет|нету|не было|был[аои]?|умер\w*|сбежал\w*|"
    r"died|is gone|ran away)\b",
    re.IGNORECASE,
)
_BRIEF: Final = frozenset({Topic.DIET, Topic.ALLERGY, Topic.JOB})
_ENDING: Final = frozenset({Topic.PET, Topic.CHILDREN})

Check = Callable[[re.Match[str]], str | None]
"""Gives what follows the topic in the slot, empty for nothing; None: it is no fact after all."""


@dataclass(frozen=True, slots=True)
class _Rule:
    topic: Topic
    pattern: re.Pattern[str]
    check: Check


def _always(_: re.Match[str]) -> str | None:
    return ""


def _a_place(found: re.Match[str]) -> str | None:
    return "" if is_place(found["what"]) else None


def _a_name(found: re.Match[str]) -> str | None:
    return "" if found["what"][:1].isupper() else None


def _food(found: re.Match[str]) -> str | None:
    what = found["what"].lower()
    return what if is_food(what) else None


def _who(found: re.Match[str]) -> str | None:
    return "" if found["who"] is None or is_someone(found["who"]) else None


def _a_job(found: re.Match[str]) -> str | None:
    return None if is_time_or_manner(found["what"].split()[-1]) else ""


def _a_favourite(found: re.Match[str]) -> str | None:
    return None if says_an_action(found["is"]) else found["what"].lower()


def _which(found: re.Match[str]) -> str | None:
    return found["what"].lower()


def _stem(found: re.Match[str]) -> str | None:
    """The first letters tell the animal or the relative in any case."""
    return found["what"].lower()[:3].replace("ё", "е")


def _rule(topic: Topic, pattern: str, check: Check = _always) -> _Rule:
    return _Rule(topic, re.compile(_LEAD + pattern, re.IGNORECASE), check)


_RULES: Final = (
    _rule(
        Topic.HOME,
        r"(?P<fact>(?:я |мы )(?:(?!не )\w+ )?(?:живу|жив[её]м|проживаю) (?:в|во|на) "
        r"(?:городе |пос[её]лке |деревне |селе )?(?P<what>[\w-]+)(?-i:[ -][А-ЯЁA-Z][\w-]+)?)",
        _a_place,
    ),
    _rule(
        Topic.HOME,
        r"(?P<fact>(?:я |мы )(?:недавно |только что |уже )?переехал[аи]? (?:жить )?(?:в|во|на) "
        r"(?P<what>[\w-]+)(?-i:[ -][А-ЯЁA-Z][\w-]+)?)",
        _a_place,
    ),
    _rule(Topic.NAME, rf"(?P<fact>меня зовут (?P<what>{_NAME}))", _a_name),
    _rule(Topic.AGE, r"(?P<fact>мне (?:уже |сейчас )?1?\d{1,2} (?:лет|года?))\s*$"),
    _rule(
        Topic.BIRTHDAY,
        rf"(?P<fact>(?:у меня|мой) день рождения\W+{_DATE_RU}|я родил(?:ся|ась) {_DATE_RU})",
    ),
    _rule(
        Topic.CHILDREN,
        rf"(?P<fact>у (?:меня|нас) (?:есть |уже )?(?:(?:{NUMBERS}|\d{{1,2}}|нет|маленьк\w+) )*"
        rf"(?P<kin>{_KIN_RU})\b(?: и (?:{_KIN_RU})\b)?)",
    ),
    _rule(
        Topic.CHILDREN,
        rf"(?P<fact>(?:мою|моего) (?:\w+ )?(?P<what>доч\w*|сын\w*|реб[её]нк\w*) зовут {_NAME})",
        _stem,
    ),
    _rule(Topic.SPOUSE, r"(?P<fact>я (?:не )?(?:женат|замужем|холост))\b"),
    _rule(
        Topic.SPOUSE,
        rf"(?P<fact>(?:мою|моего) (?P<what>жену|мужа|супругу|супруга) зовут {_NAME})", _which,
    ),
    _rule(
        Topic.PET,
        rf"(?P<fact>у (?:меня|нас) (?:есть |жив[её]т )?(?:{NUMBERS} )?(?:\w+(?:ая|ый|ий|ой) )?"
        rf"(?P<what>{_PET_RU})\b(?: (?:по кличке|по имени|зовут) {_NAME}| {_NAME})?)",
        _stem,
    ),
    _rule(
        Topic.PET,
        rf"(?P<fact>(?:мою|моего|нашу|нашего) (?P<what>{_PET_RU}) зовут {_NAME})", _stem,
    ),
    _rule(
        Topic.JOB,
        r"(?P<fact>я (?:(?!не )\w+ )?работаю (?P<what>\w+(?:ом|ем|[её]м|ой|ей|ью|им)\b|в [\w-]+|"
        r"на [\w-]+)(?: (?:в|на) [\w-]+)?)",
        _a_job,
    ),
    _rule(Topic.JOB, rf"(?P<fact>я (?:по профессии )?(?P<who>{PROFESSIONS_RU}))\b", _who),
    _rule(Topic.STUDY, r"(?P<fact>я учусь (?:в|на) [\w-]+(?: [\w-]+){0,3})"),
    _rule(
        Topic.DIET,
        r"(?P<fact>(?:я|мы) (?:строг\w+ )?(?P<who>вегетариан\w+|веган\w*|пескетариан\w+|сыроед\w*)|"
        r"я (?:соблюдаю|держу) (?:\w+ )?(?:пост|кашрут|диету|халяль)\b|я на (?:\w+[ -])?диете\b)",
        _who,
    ),
    _rule(
        Topic.DIET,
        r"(?P<fact>(?:я )?(?:совсем |вообще )?(?:не ем|не пью|не употребляю) "
        r"(?P<what>[\w-]+)(?:(?:, | и | или |, и )[\w-]+)*)",
        _food,
    ),
    _rule(
        Topic.ALLERGY,
        r"(?P<fact>(?:у меня )?(?:(?!не |нет |бывает )\w+ )?(?:аллерги[яю]|непереносимость)"
        r"(?: (?:на|к))? (?P<what>[\w-]+)(?:(?:, | и | или |, и )(?:на )?[\w-]+)*)",
        _which,
    ),
    _rule(
        Topic.ALLERGY,
        r"(?P<fact>(?:мне нельзя|я не переношу)(?: есть| пить)? (?P<what>[\w-]+)"
        r"(?:(?: и | или )[\w-]+)*)",
        _food,
    ),
    _rule(
        Topic.FAVOURITE,
        r"(?P<fact>(?:мо[йяёе]|мои) любим\w+ (?P<what>[\w-]+)(?:\s*[—–-]\s*|\s+(?:это )?)"
        r"(?P<is>[\w-]+(?: [\w-]+){0,3}))",
        _a_favourite,
    ),
    _rule(
        Topic.HOME,
        r"(?P<fact>(?:i|we) (?:now |currently )?(?:live|am living|(?:have )?(?:just )?moved) "
        r"(?:in|to) (?P<what>[\w'’-]+)(?-i: [A-Z][\w-]+)*)",
        _a_place,
    ),
    _rule(
        Topic.HOME,
        r"(?P<fact>i(?: a|['’])m (?:now )?(?:living in|based in|from) "
        r"(?P<what>[\w'’-]+)(?-i: [A-Z][\w-]+)*)",
        _a_place,
    ),
    _rule(Topic.NAME, rf"(?P<fact>(?:my name is|my name['’]s|call me) (?P<what>{_NAME}))", _a_name),
    _rule(Topic.AGE, r"(?P<fact>i(?: a|['’])m 1?\d{1,2}(?: years? old)?)\s*$"),
    _rule(
        Topic.BIRTHDAY,
        rf"(?P<fact>my birthday is (?:(?:on|in) )?{_DATE_EN}|"
        rf"i was born (?:on|in) (?:{_DATE_EN}|\d{{4}}))\b",
    ),
    _rule(
        Topic.CHILDREN,
        rf"(?P<fact>(?:i|we) (?:have|['’]ve got|have got|don['’]t have|do not have) "
        rf"(?:{NUMBERS}|\d{{1,2}}|any|no)? ?(?:\w+ )?(?:kids?|child|children|sons?|daughters?|"
        rf"twins)"
        rf"(?: and (?:a |\w+ )?(?:sons?|daughters?))?)\b{_ENDS}",
    ),
    _rule(
        Topic.CHILDREN,
        rf"(?P<fact>my (?P<what>son|daughter|kid)(?:['’]s name is| is (?:called|named)) {_NAME})",
        _which,
    ),
    _rule(
        Topic.SPOUSE,
        r"(?P<fact>i(?: a|['’])m (?:not )?(?:married|single|divorced|engaged))\b"
        r"(?! to my\b| in\b|-)",
    ),
    _rule(
        Topic.SPOUSE,
        rf"(?P<fact>my (?P<what>wife|husband|partner)(?:['’]s name is| is (?:called|named)) "
        rf"{_NAME})",
        _which,
    ),
    _rule(
        Topic.PET,
        rf"(?P<fact>(?:i|we) (?:have|['’]ve got|have got|own) (?:{NUMBERS}) (?:\w+ )?"
        rf"(?P<what>dog|cat|puppy|kitten|parrot|hamster|rabbit|horse|turtle|fish)s?"
        rf"(?: (?:called|named) {_NAME})?)\b{_ENDS}",
        _which,
    ),
    _rule(
        Topic.PET,
        r"(?P<fact>my (?P<what>dog|cat|puppy|kitten|parrot|hamster|rabbit|horse|turtle|pet)"
        rf"(?:['’]s name is| is (?:called|named)) {_NAME})",
        _which,
    ),
    _rule(
        Topic.JOB,
        r"(?P<fact>i work (?:as an?|at|for|in) (?!(?:free|fun|money|home|night|a while|an hour|"
        r"the (?:morning|evening|afternoon|moment|weekend\w*))\b)[\w'’-]+(?: [\w'’-]+){0,3})",
    ),
    _rule(
        Topic.JOB, rf"(?P<fact>i(?: a|['’])m an? (?:\w+ )?(?:{PROFESSIONS_EN}))\b{_ENDS}"
    ),
    _rule(Topic.STUDY, r"(?P<fact>i study (?:at|in) [\w'’-]+(?: [\w'’-]+){0,3})"),
    _rule(
        Topic.DIET,
        r"(?P<fact>(?:i(?: a|['’])m|we(?: a|['’])re) (?:a |an )?(?:strict )?"
        r"(?:vegetarian|vegan|pescatarian|on a (?:\w+ )?diet)s?|i (?:keep|eat) (?:kosher|halal))\b",
    ),
    _rule(
        Topic.DIET,
        r"(?P<fact>i (?:don['’]t|do not|never) (?:eat|drink) (?P<what>[\w-]+)"
        r"(?:(?:, | and | or |, or )[\w-]+)*)",
        _food,
    ),
    _rule(
        Topic.ALLERGY,
        r"(?P<fact>i(?: a|['’])m (?:\w+ )?allergic to (?P<what>[\w-]+)(?:(?:, | and | or "
        r")[\w-]+)*)",
        _which,
    ),
    _rule(
        Topic.ALLERGY,
        r"(?P<fact>i have an? (?P<what>[\w-]+) (?:allergy|intolerance)|"
        r"i(?: a|['’])m (?P<what2>lactose|gluten)[ -]intolerant)",
        lambda found: (found["what"] or found["what2"]).lower(),
    ),
    _rule(
        Topic.ALLERGY,
        r"(?P<fact>i (?:can['’]t|cannot) (?:eat|drink|have) (?P<what>[\w-]+))",
        _food,
    ),
    _rule(
        Topic.FAVOURITE,
        r"(?P<fact>my favou?rite (?P<what>[\w-]+) is (?P<is>[\w'’-]+(?: [\w'’-]+){0,3}))",
        _a_favourite,
    ),
)  # fmt: skip


def notice(text: str) -> list[Fact]:
    """Find the facts in a message, in their order; usually there is none.

    Example:
        >>> [(fact.slot, fact.text) for fact in notice("Теперь я живу в Уфе, что посмотреть?")]
        [('home', 'Я живу в Уфе')]
        >>> notice("Я живу в Уфе?"), notice("Если бы я жил в Уфе")
        ([], [])
    """
    if len(text) > _LONGEST or _FRAME.search(text):
        return []
    facts = {fact.slot: fact for clause in _clauses(text) if (fact := _fact(clause)) is not None}
    return list(facts.values())


def only_tells(text: str) -> bool:
    """Tell whether a message with facts is nothing but them, so that nothing else is asked.

    Example:
        >>> only_tells("Я живу в Уфе."), only_tells("Я живу в Уфе, что посмотреть?")
        (True, False)
    """
    if "?" in text:
        return False
    return all(_fact(clause) is not None or _is_filler(clause) for clause in _all_clauses(text))


def _clauses(text: str) -> Iterator[str]:
    """Give the clauses that a person says in their own name, and means."""
    for sentence in _SENTENCE.findall(_QUOTED.sub(_short_only, text)):
        clauses = ["", *_joined(_CLAUSE.split(sentence.strip())), ""]
        for before, clause, after in zip(clauses, clauses[1:], clauses[2:], strict=False):
            meant = not (_DOUBTED.search(before) or _SPOKEN.match(after))
            if meant and not clause.endswith("?") and not is_secret(clause):
                yield clause


def _short_only(quoted: re.Match[str]) -> str:
    """Leave names in quotes; a quoted sentence is somebody's words."""
    return quoted[0] if len(quoted[0].split()) < _FEW else ""


def _all_clauses(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.findall(text):
        yield from _joined(_CLAUSE.split(sentence.strip()))


def _joined(pieces: list[str]) -> Iterator[str]:
    """Put the items of a list back to what they belong to: "на орехи, молоко и мёд"."""
    held = ""
    for piece in pieces:
        bare = piece.strip(" .!…;")
        if held and _fact(held) and _LIST_ITEM.match(bare) and not _ASKS.match(piece):
            held = f"{held.rstrip(' .!')}, {piece}"
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _fact(clause: str) -> Fact | None:
    for rule in _RULES:
        found = rule.pattern.match(clause.strip())
        if found is None or len(found["fact"].split()) > _MOST_WORDS:
            continue
        more = rule.check(found)
        if more is not None and not _is_passing(rule.topic, clause.strip()[found.end("fact") :]):
            slot = f"{rule.topic}:{more}" if more else rule.topic.value
            text = found["fact"].strip()
            return Fact(text=text[:1].upper() + text[1:], topic=rule.topic, slot=slot[:32])
    return None


def _is_passing(topic: Topic, rest: str) -> bool:
    """Tell by the words after it that something holds for today only, or no longer."""
    if topic in _ENDING:
        return _GONE.match(rest) is not None
    return topic in _BRIEF and _NOT_FOR_LONG.match(rest) is not None


_FILLER = re.compile(
    r"\W*(?:(?:привет|здравствуй(?:те)?|кстати|спасибо|пожалуйста|ну|да|вот|ок|hi|hello|hey|"
    r"by the way|btw|thanks|ok|well)\W*)*",
    re.IGNORECASE,
)


def _is_filler(clause: str) -> bool:
    return _FILLER.fullmatch(clause) is not None
