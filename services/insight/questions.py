"""Questions that the system makes of a library: a sentence asks for a thing that it names.

Pure and without models: for the quiz, for ``samovar eval`` on a library of one's own.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.answering.wordlists import listed
from services.insight.wording import worded
from services.insight.wrong_options import wrong_options
from services.knowledge.cloze import MASK, AnswerKind, Cloze, clozes
from services.knowledge.models import PassageId, PassageSource, StoredPassage
from services.knowledge.ports import Lemmatizer
from services.knowledge.stopwords import STOP_WORDS
from services.knowledge.visible import visible

LONGEST_QUESTION: Final = 300
"""Telegram's limits of a poll, in UTF-16 units to be on the safe side."""
LONGEST_OPTION: Final = 100
WRONG_OPTIONS: Final = 3
_SHORTEST_SENTENCE: Final = 25
_LONGEST_SENTENCE: Final = 260
_FEWEST_LEMMAS: Final = 4
_MOST_NUMBERS: Final = 3
_SHORTEST_NAME: Final = 2

_LEANING: Final = listed(
    "он она оно они его её ее их ему ей им это этот эта эти этого этой этому такой такая такое "
    "такие тот та те там тут здесь тогда так таким поэтому потому но а и или однако также тоже "
    "кроме затем потом после причём причем притом зато ещё еще же ведь например итак да нет ну "
    "я мы ты вы мой моя моё мои наш наша наше наши мне нам у и "
    "he she it they him her his its their them this that these those there then but and or so "
    "however also therefore thus such here i we you my our your meanwhile moreover "
    "این آن او آنها ایشان اما و ولی پس همین همچنین من ما تو شما"
)
"""First words of sentences that lean on what stands before them."""
_PERSONAL: Final = listed("он она оно они его её ее их he she it they his her its their او آنها")
_OPENING: Final = 5
"""A person's pronoun so near to the beginning stands for somebody of the sentence before."""
_OPENS_A_CLAUSE: Final = listed(
    "since despite although though because unless whereas upon throughout according defining given "
    "most many several some other another one two three four five first при для после во со из"
)
_LINK: Final = re.compile(r"https?:|www\.|t\.me|@\w|#\w|\w+\.(?:ru|com|org|net)\b|[|<>{}\\=_]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DIGITS: Final = re.compile(r"\d+")
_MONTH: Final = re.compile(
    r"^\s*(?:январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|"
    r"jan|feb|mar|apr|may\b|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"\d[:.]\d\d(?:[:.]|$)|\d+[.,:]\d+[.,:]\d+")
_PART: Final = re.compile(r"[\w/+#@&-]$")
"""Beside what is masked: it is a part of a longer word."""
_JOINED: Final = re.compile(r"[\w№#+/~-]$")
_JOINS: Final = re.compile(r"^[-–—/+]?\w|^[-–/+]|^\s?[-–]\s?\d")
_OPENS: Final = re.compile(r"(?:^|[.!?:;•«“\"(—–])\W*$")
_CALENDAR: Final = listed(
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь понедельник "
    "вторник среда четверг пятница суббота воскресенье january february march april may june july "
    "august september october november december monday tuesday wednesday thursday friday saturday "
    "sunday"
)
_PAIRS: Final = ("()", "[]", "«»", "“”")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryQuestion:
    """A question made of a sentence.

    Attributes:
        text: What is asked, at most 300 UTF-16 units.
        topic: Title of the passage; empty when it would give the answer away.
        options: One of them is right; at most 100 UTF-16 units each.
        right: Place of the right option.
        asks: The text is a question; otherwise a sentence with a gap.
        sentence: What the question was made of.
    """

    text: str
    topic: str
    options: tuple[str, ...]
    right: int
    kind: AnswerKind
    asks: bool
    sentence: str
    passage_id: PassageId
    source: PassageSource

    @property
    def answer(self) -> str:
        """The right option."""
        return self.options[self.right]


def questions_from(
    passages: Sequence[StoredPassage],
    lemmatizer: Lemmatizer,
    *,
    seed: int,
    limit: int,
    a_passage: int = 1,
    wrong: int = WRONG_OPTIONS,
) -> list[LibraryQuestion]:
    """Make questions; the same passages and seed give the same ones, in whatever order they come.

    Of a passage questions with question words go before sentences with a gap. Takes about a
    millisecond for each sentence, so keep it off the event loop.

    Args:
        passages: Of one library or of several; also the source of the wrong options.
        lemmatizer: The one that the index is built with.
        seed: Chooses sentences, wrong options and their order.
        limit: Most questions.
        a_passage: Most questions from one passage, of different sentences.
        wrong: Wrong options of each; a question that finds fewer is left out.
    """
    known = {one.passage_id: one for one in passages if one.sources}
    made = {id_: list(_good(known[id_], lemmatizer)) for id_ in sorted(known)}
    pool = [cloze for some in made.values() for cloze in some]
    order = sorted(known)
    random.Random(seed).shuffle(order)  # noqa: S311 - not a secret
    found: list[LibraryQuestion] = []
    for passage_id in order:
        if len(found) >= limit:
            break
        dice = random.Random(f"{seed}:{passage_id}")  # noqa: S311 - not a secret
        most = min(a_passage, limit - len(found))
        found += _of_passage(
            known[passage_id], made[passage_id], pool=pool, lemmatizer=lemmatizer, dice=dice,
            most=most, wrong=wrong,
        )  # fmt: skip
    return found


def _of_passage(
    passage: StoredPassage, made: Sequence[Cloze], *, pool: Sequence[Cloze],
    lemmatizer: Lemmatizer, dice: random.Random, most: int, wrong: int,
) -> list[LibraryQuestion]:  # fmt: skip
    shuffled = list(made)
    dice.shuffle(shuffled)
    shuffled.sort(key=lambda cloze: not worded(cloze).asks)
    found: list[LibraryQuestion] = []
    used: set[int] = set()
    for cloze in shuffled:
        if len(found) == most:
            break
        if cloze.sentence in used:
            continue
        question = _question(cloze, passage, pool, lemmatizer, dice, count=wrong)
        if question is not None:
            used.add(cloze.sentence)
            found.append(question)
    return found


def _question(
    cloze: Cloze, passage: StoredPassage, pool: Sequence[Cloze],
    lemmatizer: Lemmatizer, dice: random.Random, *, count: int,
) -> LibraryQuestion | None:  # fmt: skip
    wording = worded(cloze)
    wrong = wrong_options(cloze, passage, pool, lemmatizer, count=count, dice=dice)
    options = [cloze.answer, *wrong]
    dice.shuffle(options)
    if len(wrong) < count or units(wording.text) > LONGEST_QUESTION:
        return None
    if any(units(option) > LONGEST_OPTION for option in options):
        return None
    start, end = passage.sentences[cloze.sentence]
    title = " ".join(visible(passage.title).split())
    return LibraryQuestion(
        text=wording.text,
        topic="" if _says(title, cloze.answer, lemmatizer) else title,
        options=tuple(options),
        right=options.index(cloze.answer),
        kind=cloze.kind,
        asks=wording.asks,
        sentence=passage.text[start:end],
        passage_id=cloze.passage_id,
        source=passage.sources[0],
    )


def units(text: str) -> int:
    """Count as Telegram counts: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _good(passage: StoredPassage, lemmatizer: Lemmatizer) -> Iterator[Cloze]:
    """Give the questions of a passage that can be understood without it."""
    if not passage.text:
        return
    for cloze in clozes(passage, lemmatizer):
        start, end = passage.sentences[cloze.sentence]
        sentence = passage.text[start:end]
        if (
            stands_alone(sentence)
            and _fits(cloze, passage)
            and not _says(cloze.text, cloze.answer, lemmatizer)
            and len(set(lemmatizer.content_lemmas(cloze.text))) >= _FEWEST_LEMMAS
        ):
            yield cloze


def stands_alone(sentence: str) -> bool:
    """Tell whether a sentence can be understood without what stands around it.

    Example:
        >>> stands_alone("Это варят три часа на самом слабом огне.")
        False
        >>> stands_alone("Говяжий бульон варят 3 часа на слабом огне.")
        True
    """
    text = sentence.strip()
    first = _WORD.search(text)
    if first is None or not _SHORTEST_SENTENCE <= len(text) <= _LONGEST_SENTENCE:
        return False
    opening = [word.casefold() for word in _WORD.findall(text)[:_OPENING]]
    if (
        opening[0] in _LEANING
        or _PERSONAL.intersection(opening)
        or _LINK.search(text)
        or "\n" in text
    ):
        return False
    if first.group()[0].islower() or ";" in text:
        return False
    if text.endswith(("?", ":", ",")) or len(_DIGITS.findall(text)) > _MOST_NUMBERS:
        return False
    return (
        "…" not in text
        and "..." not in text
        and all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)
    )


def _fits(cloze: Cloze, passage: StoredPassage) -> bool:
    """Tell whether what is masked is worth asking: no piece of a date, a range or a code."""
    before, _, after = cloze.text.partition(MASK)
    if cloze.kind is AnswerKind.NUMBER:
        if _CLOCK.search(cloze.answer) or _MONTH.match(after):
            return False
        posted = passage.posted_at
        joined = _JOINED.search(before.rstrip("\u00a0")) or _JOINS.match(after)
        return not joined and (posted is None or cloze.answer != str(posted.year))
    if _PART.search(before) or _PART.match(after[:1]) or not cloze.answer[0].isupper():
        return False
    if cloze.kind is AnswerKind.NAME and before and _OPENS.search(before):
        return False
    return _is_name(cloze.answer)


def _is_name(answer: str) -> bool:
    words = _WORD.findall(answer)
    if sum(len(word) for word in words) < _SHORTEST_NAME or _LINK.search(answer):
        return False
    plain = words[0].casefold() in _CALENDAR | STOP_WORDS | _OPENS_A_CLAUSE
    return not plain and not answer.endswith(("'s", "’s"))


def _says(text: str, answer: str, lemmatizer: Lemmatizer) -> bool:
    """Tell whether the answer, or its distinguishing words, stand in a text in some form."""
    wanted = set(lemmatizer.content_lemmas(answer)) or set(lemmatizer.lemmas(answer))
    return bool(wanted) and wanted <= set(lemmatizer.lemmas(text))
