"""What the wording of a question asks of its answer beyond its topic."""

import re
from collections.abc import Collection, Sequence
from enum import Enum
from typing import Final

from services.answering import numbers
from services.answering.evidence import SentenceView
from services.answering.languages import language_of
from services.answering.models import RankedPassage, SearchQuery
from services.answering.wordlists import listed
from services.knowledge.ports import Lemmatizer

_HOW_TO = re.compile(
    r"\b(?:как (?:мне |нам |лучше |правильно |быстро |самому |можно )*\w+(?:ть|ти|чь|ться|тись)\b|"
    r"рецепт\w*|инструкци\w+|пошагов\w+|по шагам|что делать|"
    r"how (?:to|do i|do you|do we|can i|should i) |recipe|instructions|step by step)|"
    r"چگونه|چطور|طرز تهیه|دستور پخت",
    re.IGNORECASE,
)
_ONE_FACT = re.compile(
    r"^\W*(?:\w+ ){0,3}(?:сколько|скольк\w+|когда|кто|кем|кому|где|куда|како(?:й|го|му|м|ю)|"
    r"какая|какое|как называ\w+|чей|чья|чьё|how (?:many|much|long|old|far|often)|when|who|where|"
    r"which|what year|what is the name)\b|چند|چقدر|کجا|چه کسی",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(
    r"^\W*(?:а |и )?(?:что такое|кто так(?:ой|ая|ие)|что значит|what (?:is|are)|who is)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"\s[—–-]\s|\bэто\b|\b(?:is|are)\b")
FIRST_WORDS: Final = 3
"""Content words among which the subject of a sentence is looked for."""
_A_NUMBER = re.compile(
    r"\b(?:сколько|скольк(?:их|им|ими)|когда|в каком году|какого числа|какова? численность|"
    r"какой процент|насколько|how (?:many|much|long|old|far)|when|what year)\b|چند|چقدر",
    re.IGNORECASE,
)
# Sentences in which an author speaks to the readers of a channel; they say nothing.
_ASIDE = re.compile(
    r"подпи(?:сывай|ши)тесь|подел(?:итесь|ись)|делитесь|рассказывайте|расскажите|в комментариях|"
    r"задавайте|приятного чтения|(?:узнать|прочитать|почитать|подробнее|подробности)\b.*"
    r"\b(?:статье|посте|хабр\w*|ссылк\w+|блоге|сайте|канале)|на этом вс[её]|вот так(?:ая)?\b|"
    r"ставьте|всем привет|stay tuned|subscribe|let us know|in the comments|read more|"
    r"نظرات|کامنت|دنبال کنید",
    re.IGNORECASE,
)
_AVOIDING: Final = listed(
    "без вместо кроме заменять заменить замена исключить исключать without instead replac replace "
    "no free except omit بدون"
)
_LINK = re.compile(r"https?://\S+")
_WORD = re.compile(r"\w+")
WORDS_BESIDE_A_LINK: Final = 3
_WITHOUT: Final = listed("без without بدون")
AVOIDING_REACH: Final = 2
"""Words between "без" and what is avoided, as in "без белокочанной капусты"."""
# In standard deviations of a sum of z-scores; each was tried on questions with known answers.
USED_PENALTY: Final = 1.5
AVOIDED_BONUS: Final = 1.5
NUMBER_BONUS: Final = 1.5
ASIDE_PENALTY: Final = 3.0
FOREIGN_PENALTY: Final = 1.0
ECHO_PENALTY: Final = 3.0
DEFINING_BONUS: Final = 1.5


class Stance(Enum):
    """What a text does with an ingredient that the person does not want."""

    SILENT = 0
    USES = 1
    AVOIDS = 2


def wants_steps(question: str) -> bool:
    """Tell whether the person asks how to do something.

    Example:
        >>> wants_steps("Как приготовить щи?"), wants_steps("Как называется столица?")
        (True, False)
    """
    return _HOW_TO.search(question) is not None


def wants_one_fact(question: str) -> bool:
    """Tell whether a short answer is a whole one: who, when, where, how many.

    Example:
        >>> wants_one_fact("Сколько источников выбирает Нейро?"), wants_one_fact("Почему?")
        (True, False)
    """
    return not wants_steps(question) and _ONE_FACT.search(question) is not None


def wants_number(question: str) -> bool:
    """Tell whether the person asks how much, how many or when.

    Example:
        >>> wants_number("Сколько варить щи?"), wants_number("Кто варит щи?")
        (True, False)
    """
    return _A_NUMBER.search(question) is not None


def is_subject(lemmas: Sequence[str], things: Collection[str]) -> bool:
    """Tell whether a sentence opens with one of the things."""
    return any(lemma in things for lemma in lemmas[:FIRST_WORDS])


def defines(text: str, lemmas: Sequence[str], things: Collection[str]) -> bool:
    """Tell whether a sentence says what a thing is: "Щи — суп из капусты."."""
    return is_subject(lemmas, things) and _DEFINES.search(text) is not None


def stance(text: str, excluded: Collection[str], lemmatizer: Lemmatizer) -> Stance:
    """Tell whether a text uses something excluded, or says how to do without it."""
    if not excluded:
        return Stance.SILENT
    lemmas = lemmatizer.lemmas(text)
    places = [i for i, lemma in enumerate(lemmas) if lemma in excluded]
    if not places:
        return Stance.SILENT
    avoided = [i for i in places if _avoided(lemmas, i)]
    return Stance.AVOIDS if avoided else Stance.USES


def uses(text: str, excluded: Collection[str], lemmatizer: Lemmatizer) -> bool:
    """Tell whether a text uses something that the person does not want."""
    return stance(text, excluded, lemmatizer) is Stance.USES


def _avoided(lemmas: Sequence[str], place: int, words: Collection[str] = _AVOIDING) -> bool:
    return any(lemma in words for lemma in lemmas[max(0, place - 1 - AVOIDING_REACH) : place])


def _exclusion(text: str, excluded: Collection[str], lemmatizer: Lemmatizer) -> float:
    """Give what to add to a score: up for "без X", down for using X."""
    return {Stance.SILENT: 0.0, Stance.USES: -USED_PENALTY, Stance.AVOIDS: AVOIDED_BONUS}[
        stance(text, excluded, lemmatizer)
    ]


def excluding(
    query: SearchQuery, ranked: Sequence[RankedPassage], lemmatizer: Lemmatizer
) -> list[RankedPassage]:
    """Put passages that do without something excluded first, those that use it last.

    A passage whose title does without what the question names goes down, too: who asks for "щи с
    капустой" does not want "Щи без капусты".
    """
    wanted = _wanted(query, lemmatizer)
    moved = [
        RankedPassage(
            passage=r.passage,
            score=r.score
            + _exclusion(f"{r.passage.title}\n{r.passage.text}", query.excluded, lemmatizer)
            - _refusal(r.passage.title, wanted, lemmatizer),
        )
        for r in ranked
    ]
    return sorted(moved, key=lambda r: -r.score)


def _wanted(query: SearchQuery, lemmatizer: Lemmatizer) -> set[str]:
    """Lemmas that the question names without asking how to do without them."""
    lemmas = set(lemmatizer.content_lemmas(query.text)) - set(query.excluded)
    return {lemma for lemma in lemmas if stance(query.text, {lemma}, lemmatizer) is Stance.USES}


def _refusal(text: str, wanted: Collection[str], lemmatizer: Lemmatizer) -> float:
    """Give what to take from the score of a text that does without what is wanted."""
    lemmas = lemmatizer.lemmas(text)
    places = [i for i, lemma in enumerate(lemmas) if lemma in wanted]
    return AVOIDED_BONUS * any(_avoided(lemmas, i, _WITHOUT) for i in places)


def _is_link(text: str) -> bool:
    """A line of a reading list: hardly more than where to read."""
    without = _LINK.sub("", text)
    return without != text and len(_WORD.findall(without)) <= WORDS_BESIDE_A_LINK


def preferences(
    query: SearchQuery, sentences: Sequence[SentenceView], lemmatizer: Lemmatizer
) -> list[float]:
    """Give what the question's wording adds to the score of each sentence.

    A number for "сколько" and "когда"; no asides to readers; nothing that uses what is excluded,
    does without what is named, or only says the words of the question again; the language of the
    question where the evidence speaks it at all.
    """
    named = set(lemmatizer.content_lemmas(query.text))
    number = wants_number(query.text)
    language = language_of(query.text, "")
    defined = named if _WHAT_IS.match(query.text) else ()
    wanted = _wanted(query, lemmatizer)
    native = any(language_of(s.text, language) == language for s in sentences if s.n == 1)
    return [
        NUMBER_BONUS * (number and bool(numbers.numbers(s.text)))
        + DEFINING_BONUS * defines(s.text, s.lemmas, defined)
        - ASIDE_PENALTY * (_ASIDE.search(s.text) is not None)
        - FOREIGN_PENALTY * (native and language_of(s.text, language) != language)
        + _exclusion(s.text, query.excluded, lemmatizer)
        - _refusal(s.text, wanted, lemmatizer)
        - ECHO_PENALTY * (set(s.lemmas) <= named or _is_link(s.text))
        for s in sentences
    ]
