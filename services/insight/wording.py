"""A sentence with a gap said as a question, where rules of grammar are sure enough of it."""

import re
from dataclasses import dataclass
from typing import Any, Final

from services.answering.morphology import analyzer
from services.answering.numbers import numbers
from services.answering.wordlists import listed
from services.knowledge.cloze import MASK, AnswerKind, Cloze

_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_UNSURE: Final = re.compile(r"[,;:()«»“”\"—–]")
"""Signs of clauses, lists and asides: before a gap the order of words may then not change."""
_END: Final = re.compile(r"[\s.!…]+$")
_YEAR: Final = re.compile(r"^(?:1\d{3}|20\d{2})$")
_RU_YEAR: Final = re.compile(rf"\b[Вв] {MASK} году\b")
_RU_MEASURED: Final = re.compile(
    rf"(?:(?<!\w)(?P<before>[а-яё]+) )?{MASK} ?(?P<unit>%|°C|°|[а-яё]+)", re.IGNORECASE
)
_MORE_CLAUSES: Final = re.compile(
    r",(?! (?:котор|чтобы|пока|если|когда|потому|что\b|где\b))|[;:()—–]| и (?=[а-яё]+(?:йте|ите)\b)"
)
"""What follows a gap and would not follow the question's words."""
_OWN_CLAUSE: Final = re.compile(r":|, (?:он|она|оно|они|и|а|но|это)\b", re.IGNORECASE)
_NOT_DEFINED: Final = listed(
    "каждый каждая каждое каждые другой другая другое другие любой все всё"
)
_SCOPE: Final = listed("через за на по")
"""Prepositions that take the accusative, in which "сколько" stays as it is."""
_OTHER_PREPOSITIONS: Final = listed(
    "до от из с со около без более менее свыше к ко о об при под над в во у для после перед между "
    "не номер глава пункт часть статья"
)
_UNITS: Final = {
    "г": "граммов", "гр": "граммов", "кг": "килограммов", "мг": "миллиграммов",
    "мл": "миллилитров", "л": "литров", "мин": "минут", "ч": "часов", "сек": "секунд",
    "мм": "миллиметров", "см": "сантиметров", "м": "метров", "км": "километров",
    "руб": "рублей", "шт": "штук", "%": "процентов", "°C": "градусов", "°": "градусов",
}  # fmt: skip
_NOT_COUNTED: Final = listed("год года году годом годов век века веке часть номер")
_RU_DEFINED: Final = re.compile(rf"^{MASK} [—–] (?:это )?(?P<rest>.+)$", re.DOTALL)
_EN_DEFINED: Final = re.compile(rf"^{MASK} [—–] (?P<rest>(?:an?|the) .+)$", re.DOTALL)
_EN_YEAR: Final = re.compile(rf"\b(?P<in>[Ii]n) {MASK}(?![\w%])")
_YEAR_FIRST: Final = re.compile(rf"^In {MASK},? ")
_EN_NUMBERED: Final = re.compile(rf"(?:article|section|chapter|page|part|number|of) {MASK}", re.I)
_EN_COUNTED: Final = re.compile(rf"{MASK} (?P<unit>[a-z]{{3,}}s|people|children|men|women)\b")
_EN_SHARE: Final = re.compile(rf"{MASK}(?= of\b)")
_EN_VERB: Final = re.compile(
    rf"^{MASK} (?=(?:is|was|has|had|can|will|became|began|won|wrote|made|led|left|took|gave|built|"
    r"held|met|went|came|[a-z]{3,}ed)\b)"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Wording:
    """What is asked.

    Attributes:
        text: A question, or the sentence with its gap.
        asks: It is a question.
    """

    text: str
    asks: bool


def worded(cloze: Cloze) -> Wording:
    """Ask for what is masked; a sentence of which the rules are not sure keeps its gap.

    Example:
        >>> from services.knowledge.models import PassageId
        >>> def cloze(text, answer, kind):
        ...     return Cloze(
        ...         text=text, answer=answer, kind=kind, passage_id=PassageId(1), sentence=0
        ...     )
        >>> worded(cloze("Варите бульон … минут на слабом огне.", "40", AnswerKind.NUMBER)).text
        'Сколько минут варить бульон на слабом огне?'
        >>> worded(cloze("The tower was built in ….", "1889", AnswerKind.NUMBER)).text
        'The tower was built in which year?'
    """
    russian = _CYRILLIC.search(cloze.text.replace(MASK, "")) is not None
    ask = _ASK[russian, cloze.kind]
    text = _END.sub("", cloze.text.replace("\u00a0", " "))
    if text.count(MASK) != 1:
        # The gap stood at the very end and went with the dots.
        text = f"{text}{MASK}" if MASK not in text else ""
    asked = ask(text, cloze.answer) if text else None
    return Wording(cloze.text, asks=False) if asked is None else Wording(f"{asked}?", asks=True)


def _russian_number(text: str, answer: str) -> str | None:
    if _UNSURE.search(text.partition(MASK)[0]):
        return None
    if _YEAR.match(answer) and (year := _RU_YEAR.search(text)):
        return _fronted("В каком году", text, *year.span())
    return _russian_count(text, answer)


def _russian_count(text: str, answer: str) -> str | None:
    counted = _RU_MEASURED.search(text)
    if counted is None or numbers(text) or _MORE_CLAUSES.search(text) or _orders(text) > 1:
        return None
    unit = "процентов" if answer.endswith("%") else _counted(counted["unit"])
    preposition = (counted["before"] or "").lower()
    if unit is None or preposition in _OTHER_PREPOSITIONS:
        return None
    end = counted.start("unit") if answer.endswith("%") else counted.end("unit")
    if preposition in _SCOPE:
        return _fronted(f"{preposition.capitalize()} сколько {unit}", text, counted.start(), end)
    return _fronted(f"Сколько {unit}", text, text.index(MASK), end)


def _orders(text: str) -> int:
    """Count the imperatives: only the first would become an infinitive."""
    return sum("impr" in analyzer().parse(word.lower())[0].tag for word in _WORD.findall(text))


def _counted(unit: str) -> str | None:
    """Give the unit as it follows "сколько"; None for what is no counted noun."""
    low = unit.lower()
    if unit in _UNITS or low in _UNITS:
        return _UNITS.get(unit) or _UNITS[low]
    if low in _NOT_COUNTED:
        return None
    best = analyzer().parse(low)[0]
    if "NOUN" not in best.tag or "Name" in best.tag or "Geox" in best.tag:
        return None
    many = best.inflect({"plur", "gent"})
    return None if many is None else str(many.word)


def _fronted(asked: str, text: str, start: int, end: int) -> str | None:
    """Put the question's words first and the rest of the sentence after them."""
    rest = " ".join(f"{text[:start]} {text[end:]}".split())
    rest = re.sub(r" (?=[,.;:])", "", rest)
    words = _WORD.findall(rest)
    if not words or not rest.startswith(words[0]) or not any(_is_verb(word) for word in words):
        return None
    return f"{asked} {_plain_first(rest, words[0])}"


def _is_verb(word: str) -> bool:
    best = analyzer().parse(word.lower())[0]
    return any(kind in best.tag for kind in ("VERB", "INFN", "PRTS", "PRED"))


def _plain_first(rest: str, first: str) -> str:
    """Write the first word small unless it is a name, and an order as an infinitive."""
    parses: list[Any] = analyzer().parse(first.lower())
    order = next((parse for parse in parses[:3] if "impr" in parse.tag), None)
    if order is not None and "VERB" in parses[0].tag:
        return f"{order.normal_form}{rest[len(first) :]}"
    if _is_name(first) or not _CYRILLIC.match(first) or first.isupper():
        return rest
    return f"{first.lower()}{rest[len(first) :]}"


def _is_name(word: str) -> bool:
    if not analyzer().word_is_known(word.lower()):
        return word[:1].isupper()
    names = {"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"}
    return any(names & set(parse.tag.grammemes) for parse in analyzer().parse(word.lower()))


def _russian_name(text: str, answer: str) -> str | None:
    """Ask for the subject of a sentence by who or what did it."""
    if not text.startswith(f"{MASK} "):
        return None
    rest = text.removeprefix(f"{MASK} ")
    first, person = _WORD.match(rest), is_person(answer)
    if first is None or person is None:
        return None
    verb = analyzer().parse(first.group().lower())[0]
    if "VERB" not in verb.tag or "sing" not in verb.tag or not verb.tag.grammemes & _THIRD:
        return None
    shape = verb.inflect({"masc" if person else "neut"}) if "past" in verb.tag else verb
    said = verb.word if shape is None else shape.word
    return f"{'Кто' if person else 'Что'} {said}{rest[first.end() :]}"


_THIRD: Final = {"past", "3per"}


def is_person(name: str) -> bool | None:
    """Tell whether a Russian name is of somebody, by its first word; None when it cannot tell."""
    first = name.split(maxsplit=1)[0].lower()
    best = set(analyzer().parse(first)[0].tag.grammemes)
    if {"Name", "Surn", "Patr"} & best:
        return True
    if not analyzer().word_is_known(first) or "NOUN" not in best:
        return None
    return "anim" in best


def _russian_term(text: str, answer: str) -> str | None:
    defined = _RU_DEFINED.match(text)
    if defined is None or _OWN_CLAUSE.search(text):
        return None
    if answer.split(maxsplit=1)[0].casefold() in _NOT_DEFINED:
        return None
    head = _head(defined["rest"])
    if head is None:
        return None
    rest = defined["rest"]
    return f"Как {'называются' if 'plur' in head.tag else 'называется'} {rest[0].lower()}{rest[1:]}"


def _head(rest: str) -> Any | None:  # noqa: ANN401 - pymorphy3 has no types
    """Find the noun that a definition begins with, after adjectives at most."""
    for word in _WORD.findall(rest)[:4]:
        parses = [one for one in analyzer().parse(word.lower()) if "nomn" in one.tag]
        noun = next((one for one in parses if "NOUN" in one.tag), None)
        if noun is not None:
            return noun
        if not any("ADJF" in one.tag or "PRTF" in one.tag for one in parses):
            return None
    return None


def _english_number(text: str, answer: str) -> str | None:
    if _UNSURE.search(text) and not _YEAR_FIRST.match(text):
        return None
    if _YEAR.match(answer):
        return _english_year(text)
    return None if numbers(text) else _english_count(text, answer)


def _english_count(text: str, answer: str) -> str | None:
    if answer.endswith("%"):
        return _upper(_EN_SHARE.sub("what percentage", text)) if _EN_SHARE.search(text) else None
    if _EN_COUNTED.search(text) and not _EN_NUMBERED.search(text):
        return _upper(text.replace(MASK, "how many"))
    return None


def _english_year(text: str) -> str | None:
    """Ask for the year where it stands, as quizzes do: the order of words need not change."""
    first = _YEAR_FIRST.match(text)
    if first is not None:
        rest = text[first.end() :]
        return None if _UNSURE.search(rest) else f"{_upper(rest)} in which year"
    year = _EN_YEAR.search(text)
    if year is None:
        return None
    return f"{text[: year.start()]}{year['in']} which year{text[year.end() :]}"


def _english_name(text: str, answer: str) -> str | None:  # noqa: ARG001 - one form for all
    return _EN_VERB.sub("Who or what ", text) if _EN_VERB.match(text) else None


def _english_term(text: str, answer: str) -> str | None:  # noqa: ARG001 - one form for all
    defined = _EN_DEFINED.match(text)
    return None if defined is None else f"What do we call {defined['rest']}"


def _upper(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


_ASK: Final = {
    (True, AnswerKind.NUMBER): _russian_number,
    (True, AnswerKind.NAME): _russian_name,
    (True, AnswerKind.TERM): _russian_term,
    (False, AnswerKind.NUMBER): _english_number,
    (False, AnswerKind.NAME): _english_name,
    (False, AnswerKind.TERM): _english_term,
}
