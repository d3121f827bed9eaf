"""Russian words of a short text with what rewriting must know of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any, Final

from services.answering.wordlists import listed
from services.knowledge.dictionary import RussianDictionary

_WORD = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*")
_LATIN = re.compile(r"[A-Za-z]")


class Kind(Enum):
    """Part of speech, as coarse as rewriting needs it."""

    NOUN = "noun"
    ADJECTIVE = "adjective"
    VERB = "verb"
    INFINITIVE = "infinitive"
    PRONOUN = "pronoun"
    PREPOSITION = "preposition"
    QUESTION = "question"
    ADVERB = "adverb"
    NUMBER = "number"
    OTHER = "other"


QUESTION_WORDS: Final = listed(
    "как что кто где куда откуда когда почему зачем отчего сколько какой который чей чем ли "
    "насколько каков почем почём"
)
DEMONSTRATIVES: Final = listed("это этот такой тот там туда оттуда тут")
_MODAL: Final = listed("можно нужно надо нельзя стоит следует необходимо обязательно")
_KINDS: Final = {
    "NOUN": Kind.NOUN, "LATN": Kind.NOUN, "UNKN": Kind.NOUN, "ADJF": Kind.ADJECTIVE,
    "PRTF": Kind.ADJECTIVE, "VERB": Kind.VERB, "PRTS": Kind.VERB, "INFN": Kind.INFINITIVE,
    "NPRO": Kind.PRONOUN, "NUMB": Kind.NUMBER, "PREP": Kind.PREPOSITION,
    "ADVB": Kind.ADVERB, "COMP": Kind.ADVERB,
}  # fmt: skip
_ANAPHORIC_FORMS: Final = listed("его ее её их")
_CASES: Final = {"nomn", "gent", "datv", "accs", "ablt", "loct", "gen2", "loc2"}
_FOLDED_CASES: Final = {"gen2": "gent", "loc2": "loct"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word with its place in the text.

    Attributes:
        cases: Cases it may stand in; empty for what does not decline.
        shapes: ``masc``, ``femn``, ``neut`` or ``plur`` that it may agree with; empty when any,
            as with foreign names.
        proper: Written with a capital inside the sentence, or in Latin letters.
        possessive: A pronoun that may mean "his", "her", "their".
    """

    text: str
    start: int
    end: int
    lemma: str
    kind: Kind
    cases: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()
    proper: bool = False
    anaphoric: bool = False
    possessive: bool = False


@cache
def analyzer() -> Any:  # noqa: ANN401 - pymorphy3 has no types
    """Load the dictionary once; 0.1 s and 20 MB."""
    return RussianDictionary()


def words(text: str) -> list[Word]:
    """Analyse every word of a text.

    Example:
        >>> [(word.lemma, word.kind.value) for word in words("без капусты")]
        [('без', 'preposition'), ('капуста', 'noun')]
    """
    return [
        _word(match.group(), match.start(), first=position == 0)
        for position, match in enumerate(_WORD.finditer(text))
    ]


def _word(text: str, start: int, *, first: bool) -> Word:
    lemma, kind, cases, shapes, anaphoric, possessive = _analysis(text.lower())
    latin = _LATIN.match(text) is not None
    return Word(
        text=text, start=start, end=start + len(text), lemma=lemma, kind=kind, cases=cases,
        shapes=shapes, proper=latin or (text[0].isupper() and not first),
        anaphoric=anaphoric, possessive=possessive,
    )  # fmt: skip


Analysis = tuple[str, Kind, frozenset[str], frozenset[str], bool, bool]


@lru_cache(maxsize=50_000)
def _analysis(word: str) -> Analysis:
    parses = analyzer().parse(word)
    lemma = parses[0].normal_form.replace("ё", "е")
    kind = _kind(word, lemma, parses)
    alike = [p for p in parses if _KINDS.get(_part_of_speech(p)) is kind] or parses
    cases = {_FOLDED_CASES.get(g, g) for p in alike for g in p.tag.grammemes if g in _CASES}
    foreign = any(p.tag.grammemes & {"LATN", "UNKN", "Fixd"} for p in alike)
    return (
        alike[0].normal_form.replace("ё", "е"),
        kind,
        frozenset() if foreign else frozenset(cases),
        frozenset() if foreign else frozenset(_shapes(alike)),
        "Anph" in parses[0].tag,
        any("Apro" in p.tag and "Anph" in p.tag for p in parses),
    )


def _kind(word: str, lemma: str, parses: Sequence[Any]) -> Kind:
    if lemma in QUESTION_WORDS or word in QUESTION_WORDS:
        return Kind.QUESTION
    if lemma in DEMONSTRATIVES or word in DEMONSTRATIVES | _ANAPHORIC_FORMS:
        return Kind.PRONOUN
    if word in _MODAL:
        return Kind.OTHER
    if any("PREP" in p.tag for p in parses):
        return Kind.PREPOSITION
    return _KINDS.get(_part_of_speech(parses[0]), Kind.OTHER)


def _part_of_speech(parse: Any) -> str:  # noqa: ANN401 - pymorphy3 has no types
    return str(parse.tag).split(",")[0].split()[0]


def _shapes(parses: Sequence[Any]) -> set[str]:
    found: set[str] = set()
    for parse in parses:
        if "plur" in parse.tag:
            found.add("plur")
        else:
            found |= {"masc", "femn", "neut"} & set(parse.tag.grammemes)
    return found


def is_known_word(word: str) -> bool:
    """Tell whether the Russian dictionary has this form; ё may be written as е."""
    return bool(analyzer().word_is_known(word.lower()))


def is_imperative(sentence: str) -> bool:
    """Tell whether a Russian sentence begins with what to do: "Варите ...", "Лук обжарьте"."""
    first = _WORD.findall(sentence)[:2]
    return any("impr" in parse.tag for word in first for parse in analyzer().parse(word.lower()))


def inflected(word: str, case: str) -> str:
    """Put a noun or adjective into a case, keeping number and capitals; unknown ones stay."""
    if _LATIN.match(word):
        return word
    for parse in analyzer().parse(word.lower()):
        if parse.tag.POS not in {"NOUN", "ADJF", "PRTF"}:
            continue
        changed = parse.inflect({case})
        if changed is not None:
            form = str(changed.word)
            return form.capitalize() if word[0].isupper() and len(word) > 1 else form
    return word
