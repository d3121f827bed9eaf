"""Is a question underspecified, and what could it mean? Then the person is asked back.

How the limits were chosen, and what is asked back, is in ``docs/decisions``.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from services.answering.evidence import SentenceView
from services.answering.foreign import without_foreign
from services.answering.models import RankedPassage
from services.answering.morphology import Kind, Word, words
from services.answering.wordlists import listed
from services.dialogue.models import Turn
from services.knowledge.ports import Lemmatizer

MOST_CHOICES: Final = 4
FEWEST_CHOICES: Final = 2
LONGEST_TOPIC: Final = 60
_LONGEST_PHRASE: Final = 4
_LOOKED_AT: Final = 10
"""Candidates that may become choices."""

_TOKEN: Final = re.compile(r"[^\W\d_][\w'’-]*|[,.;:?!()؟،]|\d+")
_MARKER: Final = re.compile(r"[\[【][^\]】\n]{0,20}[\]】]")
_ENGLISH: Final = re.compile(r"[a-z]", re.IGNORECASE)
_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_POINTING: Final = listed("this that these those")
_PERSONAL: Final = listed("it its they them their he him his she her hers")
_PHRASE_ENDS: Final = listed(
    "of in for to that which who whom whose with on by from between is are was were be been do "
    "does did has have had can could will would should may might must at as into about and or but "
    "if when while where why how what than not so a an the this these those it its they their you "
    "your i my we our he she his her there here during after before over under more most less "
    "least very also still just only any some all each every no"
)
_RESTRICTS: Final = listed("of that which who for between when where")
"""After "the capital" these say which one is meant."""
_UNIQUE: Final = listed(
    "first last best most same only other next main whole rest end beginning difference way fact "
    "time year years day days world internet web one ones number amount past future present "
    "current following sake context united government month week point reason kind sort moment "
    "bot channel"
)
_POINTING_RU: Final = listed("этот тот такой")
_PERSONAL_RU: Final = listed("он она оно они")
_PERSIAN_POINTING: Final = re.compile(r"(?:^|\s)(?:آن|این|او|آنها|اون)(?=\s|[؟?]|$)")
_PERSIAN: Final = re.compile(r"[\u0600-\u06ff]")
# Properties that many things have: alone they name nothing.
_PROPERTIES: Final = listed(
    "стоить стоимость цена купить заказать настроить настройка подключить установить работать "
    "сделать делать приготовить готовить варить варка приготовление время долго калорийность "
    "калория рецепт состав адрес телефон начинаться открываться закрываться называться находиться "
    "подробный рассказать цвет размер вес срок хранить храниться "
    "cost price buy order set setup configur instal work make cook time long calori recip address "
    "phone start open close call find size weight color tell store keep prepar much many "
    "قیمت هزینه خرید تنظیم نصب کار زمان دستور پخت"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vagueness:
    """What a question leaves open.

    Attributes:
        pointing: It points at a thing ("this animal") that nothing before it names.
        definite: It takes a thing for known ("the animal") that nothing before it names.
        pronoun: It has a pronoun that only the dialogue could resolve.
        unnamed: There is no dialogue, and it has a pronoun or nothing but a property: "how much?".
        cosine: Of the query and the nearest sentence of the evidence; None without vectors.
    """

    pointing: bool
    definite: bool
    pronoun: bool
    unnamed: bool
    cosine: float | None


# Above such a cosine a sentence of the sources fits so well that the question was clear enough.
_CLEAR_POINTING: Final = 0.91
_CLEAR_DEFINITE: Final = 0.88
_CLEAR_PRONOUN: Final = 0.85
_CLEAR_UNNAMED: Final = 0.93


def vague(signals: Vagueness) -> bool:
    """Tell whether the person should be asked what is meant."""
    if signals.cosine is None:
        return signals.pointing or signals.unnamed
    limits = (
        (signals.pointing, _CLEAR_POINTING),
        (signals.definite, _CLEAR_DEFINITE),
        (signals.pronoun, _CLEAR_PRONOUN),
        (signals.unnamed, _CLEAR_UNNAMED),
    )
    return any(is_open and signals.cosine < limit for is_open, limit in limits)


def vagueness(
    question: str,
    turns: Sequence[Turn],
    sentences: Sequence[SentenceView],
    candidates: Sequence[RankedPassage],
    lemmatizer: Lemmatizer,
) -> Vagueness:
    """Find what a question leaves open.

    Args:
        question: As typed, or as rewritten.
        turns: Of the dialogue; what they name is known.
        sentences: Of the evidence, for the cosine.
        candidates: A thing of which only one of them speaks is named well enough.
        lemmatizer: Gives words their lemmas.
    """
    said = " ".join(f"{turn.question} {turn.query} {turn.answer}" for turn in turns)
    known = frozenset(lemmatizer.content_lemmas(said))
    held = [frozenset(ranked.passage.lemmas.split()) for ranked in candidates[:_LOOKED_AT]]
    pointing, definite = _references(question, _Context(known, held, lemmatizer))
    pronoun = _has_pronoun(question)
    unnamed = not turns and (_bare(question, lemmatizer) or pronoun)
    cosine = max((s.cosine for s in sentences if s.cosine is not None), default=None)
    return Vagueness(
        pointing=pointing,
        definite=definite,
        pronoun=pronoun and bool(turns),
        unnamed=unnamed,
        cosine=cosine,
    )


def choices(
    question: str, candidates: Sequence[RankedPassage], lemmatizer: Lemmatizer
) -> tuple[str, ...]:
    """Write the questions that it could be, for two to four different things that were found.

    Returns:
        Questions like "Борщ: сколько варить?", best first; none when the search found one thing,
        or the question is such a choice already.
    """
    asked = question.strip()
    own = set(lemmatizer.content_lemmas(question))
    topics: dict[str, str] = {}
    for ranked in candidates[:_LOOKED_AT]:
        topic = _topic(ranked)
        if topic and asked.startswith(f"{topic}:"):
            return ()
        lemmas = frozenset(lemmatizer.content_lemmas(topic))
        if lemmas - own and not any(_the_same(lemmas, lemmatizer, other) for other in topics):
            topics[topic] = f"{topic}: {_lowered(asked)}"
    found = tuple(topics.values())[:MOST_CHOICES]
    return found if len(found) >= FEWEST_CHOICES else ()


def _the_same(lemmas: frozenset[str], lemmatizer: Lemmatizer, other: str) -> bool:
    theirs = frozenset(lemmatizer.content_lemmas(other))
    return lemmas <= theirs or theirs <= lemmas


def _topic(ranked: RankedPassage) -> str:
    """Name what a passage is about: its last heading or title, or how it begins."""
    passage = ranked.passage
    title = passage.title.rpartition("›")[2].strip() or passage.sources[0].title.strip()
    if not title and passage.sentences:
        start, end = passage.sentences[0]
        title = passage.text[start:end]
    plain = _MARKER.sub(" ", without_foreign(title, ()))
    line = " ".join(plain.split()).rstrip(".:;,!?…")
    if len(line) <= LONGEST_TOPIC:
        return line
    return line[:LONGEST_TOPIC].rpartition(" ")[0] + "…"


def _lowered(question: str) -> str:
    """Write a question as it stands after a colon; names and abbreviations keep their capitals."""
    first = question.split(maxsplit=1)[0] if question else ""
    ordinary = first[1:].islower() or len(first) == 1
    return question[:1].lower() + question[1:] if ordinary and first != "I" else question


@dataclass(frozen=True, slots=True)
class _Context:
    """What can tell which one of a kind is meant: the dialogue, or a single passage."""

    known: Collection[str]
    held: Sequence[frozenset[str]]
    lemmatizer: Lemmatizer

    def names(self, phrase: str, head: str) -> bool:
        """Tell whether it is clear which one is meant; so it is when the phrase says nothing."""
        wanted = set(self.lemmatizer.content_lemmas(phrase))
        if not wanted or set(self.lemmatizer.content_lemmas(head)) & set(self.known):
            return True
        return len(wanted) > 1 and sum(wanted <= passage for passage in self.held) == 1


def _references(question: str, context: _Context) -> tuple[bool, bool]:
    if _CYRILLIC.search(question):
        return _pointing_ru(question, context), False
    if _PERSIAN.search(question):
        return bool(_PERSIAN_POINTING.search(question)) and not context.known, False
    pointing = definite = False
    for phrase in _phrases(_TOKEN.findall(question)):
        if not _open(phrase, context):
            continue
        if phrase.word in _POINTING:
            pointing = True
        elif phrase.after not in _RESTRICTS and not phrase.head[0].isupper():
            definite = True
    return pointing, definite


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase of an English question: "the [famous basketball player] born"."""

    word: str
    nouns: tuple[str, ...]
    after: str

    @property
    def head(self) -> str:
        return re.sub(r"['’]s$", "", self.nouns[-1])


def _phrases(tokens: Sequence[str]) -> Iterator[_Phrase]:
    for i, token in enumerate(tokens):
        word = token.lower()
        if word != "the" and word not in _POINTING:
            continue
        nouns: list[str] = []
        for following in tokens[i + 1 : i + 1 + _LONGEST_PHRASE]:
            if not following[0].isalpha() or following.lower() in _PHRASE_ENDS:
                break
            if nouns and following.endswith("ed"):
                break
            nouns.append(following)
        after = tokens[i + 1 + len(nouns)] if i + 1 + len(nouns) < len(tokens) else "?"
        if nouns:
            yield _Phrase(word, tuple(nouns), after.lower())


def _open(phrase: _Phrase, context: _Context) -> bool:
    """Tell whether nothing says which one is meant."""
    if any(noun.lower() in _UNIQUE for noun in phrase.nouns):
        return False
    head = " ".join([*phrase.nouns[-2:-1], phrase.head])
    return not context.names(" ".join(phrase.nouns), head)


def _pointing_ru(question: str, context: _Context) -> bool:
    found = words(question)
    for word, following in pairwise(found):
        if word.lemma in _POINTING_RU and following.kind in {Kind.NOUN, Kind.ADJECTIVE}:
            noun = _first_noun(found, following)
            if noun.lemma not in _UNIQUE_RU and not context.names(noun.text, noun.text):
                return True
    return False


_UNIQUE_RU: Final = listed("год месяц неделя день раз время бот канал момент случай образ чат")


def _first_noun(found: Sequence[Word], start: Word) -> Word:
    return next((w for w in found if w.start >= start.start and w.kind is Kind.NOUN), start)


def _has_pronoun(question: str) -> bool:
    if _CYRILLIC.search(question):
        found = words(question)
        nouns = [word for word in found if word.kind is Kind.NOUN]
        return any(
            w.lemma in _PERSONAL_RU and not any(n.start < w.start for n in nouns) for w in found
        )
    tokens = _TOKEN.findall(question)
    at = next((i for i, token in enumerate(tokens) if token.lower() in _PERSONAL), None)
    named = at is not None and any(t[0].isupper() for t in tokens[1:at] if t != "I")
    return at is not None and not named and _ENGLISH.search(question) is not None


def _bare(question: str, lemmatizer: Lemmatizer) -> bool:
    """Nothing but a property of something: "сколько стоит?", "how much is it?"."""
    lemmas = set(lemmatizer.content_lemmas(question))
    return bool(lemmas) and lemmas <= _PROPERTIES


def asked_back(
    question: str,
    turns: Sequence[Turn],
    sentences: Sequence[SentenceView],
    candidates: Sequence[RankedPassage],
    lemmatizer: Lemmatizer,
) -> tuple[str, ...]:
    """Give the questions to choose from when a question is underspecified; else none."""
    if not vague(vagueness(question, turns, sentences, candidates, lemmatizer)):
        return ()
    return choices(question, candidates, lemmatizer)
