"""Noun phrases of a Russian question, and which of them it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.answering.morphology import Kind, Word
from services.answering.wordlists import listed

RELATIONAL: Final = listed(
    "автор цена размер цвет дата адрес калория калорийность ингредиент стоимость пример ссылка "
    "источник причина преимущество недостаток плюс минус отличие разница версия срок состав "
    "рецепт количество число время минута час способ вид тип год место название имя вкус вес "
    "объем длина скорость качество точность температура шаг продукт польза вред смысл цель "
    "сложность результат замена порция ошибка правило условие этап прокат аренда залог взнос "
    "параметр недостаток расписание график скидка тариф возраст"
)
"""Nouns that ask for a property of something else: "какой состав?" is about what came before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun with its adjectives and what hangs on it in the genitive.

    Attributes:
        preposition: None for a phrase that stands without one.
        head: The noun.
        asked: It is what "сколько" or "какой" asks for.
    """

    words: tuple[Word, ...]
    head: Word
    preposition: Word | None
    asked: bool

    @property
    def relational(self) -> bool:
        """It asks for a property and does not say of what."""
        nouns = [word for word in self.words if word.kind is Kind.NOUN]
        return self.head.lemma in RELATIONAL and len(nouns) == 1

    @property
    def start(self) -> int:
        """Position of its first letter, without the preposition."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Position behind its last letter."""
        return self.words[-1].end


def phrases(words: Sequence[Word]) -> list[Phrase]:
    """Find the noun phrases in reading order."""
    return list(_phrases(words))


def _phrases(words: Sequence[Word]) -> Iterator[Phrase]:
    position = 0
    while position < len(words):
        end = _phrase_end(words, position)
        if end is None:
            position += 1
            continue
        before = words[position - 1] if position else None
        yield Phrase(
            words=tuple(words[position:end]),
            head=next(word for word in words[position:end] if word.kind is Kind.NOUN),
            preposition=before if before and before.kind is Kind.PREPOSITION else None,
            asked=before is not None and before.lemma in {"сколько", "какой", "насколько"},
        )
        position = end


def _phrase_end(words: Sequence[Word], start: int) -> int | None:
    position = start
    while position < len(words) and words[position].kind is Kind.ADJECTIVE:
        position += 1
    if position == len(words) or words[position].kind is not Kind.NOUN:
        return None
    position += 1
    while position < len(words) and _hangs(words[position]):
        position += 1
    return position


def _hangs(word: Word) -> bool:
    """A noun right behind a noun, in the genitive or a name: "доставка пиццы", "ICML 2024"."""
    if word.kind is Kind.NUMBER:
        return True
    return word.kind is Kind.NOUN and (not word.cases or "gent" in word.cases)


def about(found: Sequence[Phrase]) -> list[Phrase]:
    """Keep the phrases that a question is about, not those that it asks for."""
    own = [p for p in found if not p.asked and not p.relational]
    return own or [p for p in found if not p.asked] or list(found)


def bare(found: Sequence[Phrase]) -> list[Phrase]:
    """Keep the phrases without a preposition."""
    return [phrase for phrase in found if phrase.preposition is None]


def topic(text: str, words: Sequence[Word]) -> str:
    """Give what a standalone question is about, as it is written there, or "".

    Example:
        >>> from services.answering.morphology import words as analysed
        >>> question = "Как приготовить щи без капусты?"
        >>> topic(question, analysed(question))
        'щи без капусты'
    """
    found = about(phrases(words))
    core = bare(found) or found
    if not core:
        return ""
    first = min(core, key=lambda p: p.start)
    parts = [p for p in found if p.start >= first.start]
    return " ".join(_written(text, p, with_preposition=p is not first) for p in parts)


def _written(text: str, phrase: Phrase, *, with_preposition: bool) -> str:
    preposition = phrase.preposition
    start = preposition.start if preposition and with_preposition else phrase.start
    return text[start : phrase.end]
