"""Which memories matter for a question, and which answer it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.memory.models import Memory, Topic
from services.memory.ports import Lemmatizer
from services.memory.vocabulary import avoided_foods, base_form, listed, pet_words, topic_words

NEAR: Final = 0.80
"""Least cosine of e5 for a memory without a common word, above every tuned case that must not be
recalled; ``samovar bench memory`` judges it on others."""
MOST_RECALLED: Final = 5
_GENERIC: Final = listed(
    "я мой мы наш свой это есть быть мочь хотеть нужно можно жить звать иметь работать любить "
    "любимый "
    "знать помнить человек год день дело вещь какой лучший хороший новый самый очень мне меня день "
    "рождение аллергия число дата "
    "i my me we our be have do live like love know want need can name call called thing day year "
    "best "
    "good new very work favourite favorite eat drink"
)
_WORD = re.compile(r"[^\W_]+")
_OWN: Final = re.compile(
    r"\b(?:я|мне|меня|мной|мо[йяёеиюймх]\w{0,2}|нас|у нас|i|i['’]m|my|me|am i|our|mine)\b", re.I
)
_FACTUAL: Final = re.compile(
    r"^\W*(?:(?:а|и|ну|привет|скажи|напомни|подскажи|remind me|tell me|so|and|hey)\b[\s,]*)*"
    r"(?:где|откуда|как зовут|как меня зовут|кто|кем|какой|какая|какое|какие|какого|в каком|в "
    r"какой|"
    r"сколько|когда|на что|на какие|что я не|чего я не|от чего|что мне нельзя|как звать|где я|"
    r"where|what(?:['’]s| is| are| was| do i| am i| did i| can['’]t i)?|who(?:['’]s| is)?|"
    r"how old|how many|when|which|do i|am i|есть ли у меня|женат ли я|замужем ли я|я женат|я "
    r"замужем|"
    r"я вегетарианец|мо[йюяё]\w*)\b",
    re.IGNORECASE,
)
_SELF: Final[Mapping[Topic, re.Pattern[str]]] = {
    Topic.HOME: re.compile(
        r"\b(?:где|в каком городе|в какой стране|откуда) (?:же )?я (?:сейчас |теперь )?"
        r"(?:живу|проживаю|родом)|какой (?:у меня|мой) город|where do i live|where am i (?:from|"
        r"living)|"
        r"what(?:['’]s| is) my (?:city|town|home)|(?:what|which) city do i live",
        re.I,
    ),
    Topic.NAME: re.compile(
        r"\bкак меня (?:зовут|звать)|\bкак(?:ое|ов) мо[её] имя|what(?:['’]s| is) my name|who am "
        r"i\b", re.I
    ),
    Topic.AGE: re.compile(r"сколько мне (?:сейчас )?лет|какой (?:у меня|мой) возраст|how old am "
        r"i", re.I),
    Topic.BIRTHDAY: re.compile(
        r"когда (?:у меня|мой) (?:день рождения|др)\b|когда я родил|when(?:['’]s| is) my birthday|"
        r"when was i born",
        re.I,
    ),
    Topic.CHILDREN: re.compile(
        r"сколько у (?:меня|нас) (?:дет|сын|доч)|есть ли у меня дети|как зовут мо(?:ю|его|их) "
        r"(?:доч|сын|дет|реб)|how many (?:kids|children|sons|daughters) do i|do i have (?:kids|"
        r"children)|"
        r"what(?:['’]s| is) my (?:son|daughter|kid)['’]?s? name",
        re.I,
    ),
    Topic.SPOUSE: re.compile(
        r"как зовут мо(?:ю|его) (?:жен|муж|супруг)|(?:женат|замужем) ли я|я (?:женат|замужем)\s*\?|"
        r"am i married|what(?:['’]s| is) my (?:wife|husband|partner)['’]?s? name",
        re.I,
    ),
    Topic.PET: re.compile(
        r"как (?:зовут|звать) мо(?:ю|его|их) (?:кот|кош|соб|пс|пёс|щен|поп|хом|пит|кро)|"
        r"какая у меня (?:собака|кошка)|как[ао][яе] кличка|what(?:['’]s| is) my "
        r"(?:dog|cat|pet|parrot|puppy|kitten|hamster)['’]?s? name|what(?:['’]s| is) the name of my "
        r"(?:dog|cat|pet|parrot|puppy)|what pets? do i have",
        re.I,
    ),
    Topic.JOB: re.compile(
        r"(?:кем|где) я работаю|какая у меня (?:работа|профессия)|what(?:['’]s| is) my (?:job|"
        r"profession)|"
        r"where do i work|what do i do for (?:a living|work)",
        re.I,
    ),
    Topic.STUDY: re.compile(r"(?:где|на кого) я учусь|where do i study|what do i study", re.I),
    Topic.ALLERGY: re.compile(
        r"на что у меня (?:есть )?аллерги|какая у меня аллерги|что мне нельзя|чего мне нельзя|"
        r"what am i allergic|what allerg\w+ do i|what can['’]t i eat",
        re.I,
    ),
    Topic.DIET: re.compile(
        r"(?:что|чего) я не (?:ем|пью)|я (?:вегетариан|веган)\w+\s*\?|какая у меня диета|"
        r"what don['’]t i (?:eat|drink)|am i (?:a )?(?:vegetarian|vegan)|what(?:['’]s| is) my diet",
        re.I,
    ),
    Topic.FAVOURITE: re.compile(r"\bмо[йяёе]\w* любим|what(?:['’]s| is) my favou?rite", re.I),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Memories that matter for a question.

    Attributes:
        memories: The most telling first.
        avoided: Foods that diet and allergies among them leave out, in dictionary form.
    """

    memories: tuple[Memory, ...] = ()
    avoided: frozenset[str] = frozenset()

    @property
    def limiting(self) -> tuple[Memory, ...]:
        """Those that leave something out."""
        return tuple(m for m in self.memories if avoided_foods(m.topic, m.text))


def relevant(
    question: str,
    memories: Sequence[Memory],
    lemmatizer: Lemmatizer,
    vector: NDArray[np.float32] | None = None,
    *,
    near: float = NEAR,
) -> Recalled:
    """Choose the memories that matter for a question.

    A diet or an allergy does when the question is about food; any other when its topic or a telling
    word of its own comes up, or when its vector is near.

    Args:
        question: As asked, or standing alone.
        memories: All of the place.
        lemmatizer: For words in their dictionary form.
        vector: Of the question, of length 1; None: by words alone.
        near: Least cosine.
    """
    words = _words(question, lemmatizer)
    scored = [(_score(memory, words, lemmatizer, vector, near), memory) for memory in memories]
    best = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    chosen = tuple(memory for _, memory in best[:MOST_RECALLED])
    avoided = frozenset[str]().union(*(avoided_foods(m.topic, m.text) for m in chosen))
    return Recalled(memories=chosen, avoided=avoided - words)


def answering(question: str, memories: Sequence[Memory], lemmatizer: Lemmatizer) -> list[Memory]:
    """Choose the memories that answer a question of the person about themselves.

    Empty for any other question, and when nothing remembered answers it.
    """
    for topic, pattern in _SELF.items():
        if pattern.search(question):
            return _of_topic(topic, question, memories, lemmatizer)
    if not (_FACTUAL.match(question) and _OWN.search(question)):
        return []
    asked = _telling(_words(question, lemmatizer))
    if not asked:
        return []
    shared = [(len(asked & _words(m.text, lemmatizer)) / len(asked), m) for m in memories]
    found = [pair for pair in shared if pair[0] >= _MOST_OF_IT]
    return [m for _, m in sorted(found, key=lambda pair: -pair[0])[:MOST_RECALLED]]


_MOST_OF_IT: Final = 0.6


def _of_topic(
    topic: Topic, question: str, memories: Sequence[Memory], lemmatizer: Lemmatizer
) -> list[Memory]:
    found = [memory for memory in memories if memory.topic is topic]
    asked = _telling(_words(question, lemmatizer))
    closer = [m for m in found if asked & (_words(m.text, lemmatizer) | pet_words(m.slot or ""))]
    return (closer or found)[:MOST_RECALLED]


def _score(
    memory: Memory,
    words: Collection[str],
    lemmatizer: Lemmatizer,
    vector: NDArray[np.float32] | None,
    near: float,
) -> float:
    topic, asked = memory.topic, frozenset(words)
    score = 0.0
    if topic is not None:
        about = topic_words(topic) | (pet_words(memory.slot or "") if topic is Topic.PET else set())
        score += 2.0 * bool(about & asked)
    if topic not in {Topic.DIET, Topic.ALLERGY}:
        score += len(_telling(asked) & _words(memory.text, lemmatizer))
    if vector is not None and memory.vector is not None:
        score += max(0.0, float(vector @ memory.vector) - near) * 20
    return score


def _words(text: str, lemmatizer: Lemmatizer) -> frozenset[str]:
    """Words in their dictionary form, by both dictionaries: the lists here are written in one."""
    plain = {base_form(word) for word in _WORD.findall(text)}
    return frozenset(plain) | frozenset(lemmatizer.content_lemmas(text))


def _telling(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word not in _GENERIC and len(word) > 1)
