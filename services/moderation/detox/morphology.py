"""Shapes of Russian words: what a word is, and another one put into its shape."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from services.knowledge.dictionary import RussianDictionary

_ADJECTIVES: Final = frozenset({"ADJF", "PRTF"})
_GENDERED: Final = frozenset({"ADJF", "PRTF", "VERB", "ADJS", "PRTS"})
_SHAPE: Final = ("case", "number", "tense", "person", "mood")
FUNCTION_WORDS: Final = frozenset({"PREP", "CONJ", "NPRO", "PRCL"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What the dictionary says of a word; of a word it does not know, what its ending says."""

    lemma: str
    part: str
    is_known: bool


@cache
def _dictionary() -> Any:  # noqa: ANN401  pymorphy3 has no types
    return RussianDictionary()


@lru_cache(maxsize=50_000)
def shape(word: str) -> Shape:
    """Analyse a folded word."""
    parse = _dictionary().parse(word)[0]
    known = bool(_dictionary().word_is_known(word))
    return Shape(_plain(parse.normal_form), str(parse.tag.POS), known)


@lru_cache(maxsize=50_000)
def inflected(lemma: str, like: str, after: str = "") -> str:
    """Put a word into the shape of another; what cannot take the shape stays as it is.

    Args:
        lemma: The word, in its first form.
        like: The word whose number, case, tense and person it takes.
        after: The word before; an adjective there says which of several cases is meant.

    Example:
        >>> inflected("человек", "дураков")
        'людей'
    """
    model = _meant(like, after)
    parses = _dictionary().parse(lemma)
    alike = [each for each in parses if each.tag.POS == model.tag.POS]
    parse = next((each for each in alike if _plain(each.normal_form) == lemma), parses[0])
    found = parse.inflect(_grammemes(parse, model))
    if found is None and model.tag.case is not None:
        found = parse.inflect({str(model.tag.case)})
    return lemma if found is None else _plain(found.word)


@lru_cache(maxsize=50_000)
def agreeing(adjective: str, old: str, new: str) -> str:
    """Let an adjective follow when the noun behind it is replaced; other words stay.

    Example:
        >>> agreeing("какой", "идиот", "глупость")
        'какая'
    """
    pair, noun = _pair(adjective, old), _dictionary().parse(new)[0]
    if pair is None or noun.tag.POS != "NOUN" or pair[0].tag.number != noun.tag.number:
        return adjective
    parse = pair[0]
    wanted = {str(parse.tag.case), str(noun.tag.number)}
    if noun.tag.number != "plur" and noun.tag.gender is not None:
        wanted.add(str(noun.tag.gender))
    found = parse.inflect(wanted)
    return adjective if found is None else _plain(found.word)


@lru_cache(maxsize=50_000)
def belongs_to(word: str, noun: str) -> bool:
    """Tell whether a word before a noun would hang in the air without it.

    Example:
        >>> belongs_to("этих", "дураков"), belongs_to("для", "дураков")
        (True, True)
    """
    if _dictionary().parse(word)[0].tag.POS == "PREP":
        return shape(noun).part == "NOUN"
    return _pair(word, noun) is not None


def _meant(word: str, after: str) -> Any:  # noqa: ANN401  as above
    """Pick the reading of a word that agrees with an adjective before it."""
    pair = _pair(after, word) if after else None
    return _dictionary().parse(word)[0] if pair is None else pair[1]


def _pair(adjective: str, noun: str) -> tuple[Any, Any] | None:
    """Find readings in which an adjective belongs to the noun behind it."""
    nouns = [each for each in _dictionary().parse(noun) if each.tag.POS == "NOUN"]
    for parse in _dictionary().parse(adjective):
        for each in nouns:
            if parse.tag.POS in _ADJECTIVES and _agree(parse.tag, each.tag):
                return parse, each
    return None


def _agree(adjective: Any, noun: Any) -> bool:  # noqa: ANN401  as above
    if (adjective.case, adjective.number) != (noun.case, noun.number):
        return False
    return adjective.number == "plur" or noun.gender in {adjective.gender, None}


def _grammemes(parse: Any, model: Any) -> set[str]:  # noqa: ANN401  as above
    names = _SHAPE if parse.tag.POS == model.tag.POS else ("case", "number")
    found = {str(value) for name in names if (value := getattr(model.tag, name)) is not None}
    if model.tag.POS in _GENDERED and model.tag.gender is not None and model.tag.number != "plur":
        found.add(str(model.tag.gender))
    return found


def _plain(word: str) -> str:
    return str(word).replace("ё", "е")
