"""Words that may stand for each other in a retelling."""

from collections.abc import Iterator, Set
from functools import cache
from importlib.resources import files

from services.knowledge.lemmas import MorphologicalLemmatizer


def russian_groups(lemmas: Set[str]) -> frozenset[str]:
    """Give the groups that any of the lemmas is in, as roots that no word has."""
    return _of(lemmas, _russian())


def english_groups(stems: Set[str]) -> frozenset[str]:
    """Give the groups of stems as search makes them; see ``russian_groups``."""
    return _of(stems, _english())


def _of(words: Set[str], known: dict[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(group for word in words for group in known.get(word, ()))


@cache
def _lines() -> tuple[tuple[str, ...], ...]:
    text = files("services.answering.checking").joinpath("synonyms.txt").read_text("utf-8")
    lines = text.replace("ё", "е").splitlines()
    return tuple(tuple(line.split()) for line in lines if line and not line.startswith("#"))


@cache
def _russian() -> dict[str, frozenset[str]]:
    return _indexed((word, f"={n}") for n, line in enumerate(_lines()) for word in line)


@cache
def _english() -> dict[str, frozenset[str]]:
    lemmatizer = MorphologicalLemmatizer()
    return _indexed(
        (stem, f"={n}")
        for n, line in enumerate(_lines())
        for word in line
        if word.isascii()
        for stem in lemmatizer.lemmas(word)
    )


def _indexed(members: Iterator[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, group in members:
        found.setdefault(word, set()).add(group)
    return {word: frozenset(groups) for word, groups in found.items()}
