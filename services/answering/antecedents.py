"""Pronouns of a Russian question and what they stand for in earlier turns."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from services.answering.morphology import DEMONSTRATIVES, Kind, Word, inflected, words
from services.answering.phrases import Phrase, about, bare, phrases, topic
from services.dialogue.models import Turn

_PLACES: Final = frozenset({"там", "туда", "оттуда", "тут"})
_PLACE_PREPOSITIONS: Final = frozenset({"в", "во", "на", "из", "у", "около"})
_CASE_OF: Final = {
    "без": "gent", "для": "gent", "от": "gent", "до": "gent", "из": "gent", "у": "gent",
    "кроме": "gent", "вместо": "gent", "около": "gent", "после": "gent", "к": "datv", "по": "datv",
    "про": "accs", "через": "accs", "о": "loct", "об": "loct", "при": "loct", "в": "loct",
    "во": "loct", "на": "loct", "с": "ablt", "со": "ablt", "над": "ablt", "под": "ablt",
    "перед": "ablt", "между": "ablt", "за": "accs",
}  # fmt: skip
_DOING = re.compile(r"это\s+(?:с?делать|делают)\b", re.IGNORECASE)
ANSWER_READ: Final = 300
"""Characters of the previous answer where a pronoun may find its noun."""


def resolved(question: str, turns: Sequence[Turn]) -> str:
    """Replace pronouns that have nothing to stand for in the question itself.

    Returns:
        The question with a noun phrase in the right case for each such pronoun; the question
        itself when there is none, or nothing earlier agrees with it.
    """
    found = words(question)
    pronouns = [word for at, word in enumerate(found) if _refers_back(word, at, found)]
    text = question
    for pronoun in reversed(pronouns):
        text = _replaced(text, pronoun, found, turns)
    if text == question:
        return question
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]}?"


def _refers_back(word: Word, at: int, found: Sequence[Word]) -> bool:
    if word.kind is not Kind.PRONOUN:
        return False
    if word.anaphoric:
        return not any(_agrees(phrase.head, word) for phrase in phrases(found[:at]))
    return word.lemma in DEMONSTRATIVES and not _fixed(word, at, found)


def _fixed(word: Word, at: int, found: Sequence[Word]) -> bool:
    """Tell whether the pronoun stands for nothing earlier: "кто такой X", "что это за X"."""
    named = any(other.kind is Kind.NOUN for other in found)
    if word.lemma in {"такой", "тот"}:
        return named or word.lemma == "тот"
    before = found[at - 1].lemma if at else ""
    return word.lemma == "это" and named and before in {"что", "кто", "как"}


def _agrees(noun: Word, pronoun: Word) -> bool:
    wanted = _shapes(pronoun)
    return not noun.shapes or not wanted or bool(noun.shapes & wanted)


def _shapes(pronoun: Word) -> set[str]:
    if pronoun.lemma == "они" or pronoun.text.lower() in {"их", "им", "ими", "них", "ним", "ними"}:
        plural = {"plur"}
        return plural | ({"masc"} if pronoun.text.lower() in {"им", "ним"} else set())
    if pronoun.text.lower() == "он":
        return {"masc"}
    return {"он": {"masc", "neut"}, "она": {"femn"}, "оно": {"neut", "masc"}}.get(
        pronoun.lemma, set()
    )


def _replaced(text: str, pronoun: Word, found: Sequence[Word], turns: Sequence[Turn]) -> str:
    if pronoun.lemma in _PLACES:
        name = _place(turns)
        return _put(text, pronoun, name) if name else text
    if pronoun.lemma in DEMONSTRATIVES:
        return _demonstrated(text, pronoun, found, turns)
    antecedent = _plural(pronoun, turns) or _antecedent(pronoun, turns)
    if antecedent is None:
        return text
    after = next((word for word in found if word.start >= pronoun.end), None)
    if pronoun.possessive and after is not None and after.kind in {Kind.NOUN, Kind.ADJECTIVE}:
        return _possessed(text, pronoun, found, antecedent)
    return _put(text, pronoun, _declined(antecedent, _case(pronoun, found)))


def _put(text: str, word: Word, new: str) -> str:
    return f"{text[: word.start]}{new}{text[word.end :]}"


def _place(turns: Sequence[Turn]) -> str:
    """The latest "в духовке" or "на даче" as it was written."""
    for turn in reversed(turns):
        for phrase in phrases(words(turn.query)):
            if phrase.preposition and phrase.preposition.lemma in _PLACE_PREPOSITIONS:
                return turn.query[phrase.preposition.start : phrase.end]
    query = turns[-1].query.rstrip("?!. ")
    name = topic(query, words(query))
    return f"в {_declined_text(name, 'loct')}" if name else ""


def _declined_text(name: str, case: str) -> str:
    found = phrases(words(name))
    if not found:
        return name
    return f"{_declined(found[0].words, case)}{name[found[0].end :]}"


def _demonstrated(text: str, pronoun: Word, found: Sequence[Word], turns: Sequence[Turn]) -> str:
    """Put the topic for "это"; "этот рецепт" keeps its noun and gets the topic behind it."""
    query = turns[-1].query.rstrip("?!. ")
    name = topic(query, words(query))
    if not name:
        return text
    doing = _DOING.match(text, pronoun.start)
    if doing is not None and (done := _done(query)):
        return f"{text[: doing.start()]}{done}{text[doing.end() :]}"
    following = next((phrase for phrase in phrases(found) if phrase.start >= pronoun.end), None)
    if pronoun.lemma != "это" and following is not None:
        return f"{text[: following.end]} {name}{text[following.end :]}"
    before = next((word for word in reversed(found) if word.end <= pronoun.start), None)
    if before is not None and before.kind is Kind.PREPOSITION:
        name = _declined_text(name, _CASE_OF.get(before.lemma, "gent"))
    return _put(text, pronoun, name)


def _done(query: str) -> str:
    """Give what is being done in a question: "добавить бота в группу"."""
    infinitive = next((word for word in words(query) if word.kind is Kind.INFINITIVE), None)
    return query[infinitive.start :] if infinitive else ""


def _antecedent(pronoun: Word, turns: Sequence[Turn]) -> tuple[Word, ...] | None:
    for candidates in _candidates(turns):
        fitting = [phrase for phrase in candidates if _agrees(phrase.head, pronoun)]
        if fitting:
            return fitting[0].words
    return None


def _plural(pronoun: Word, turns: Sequence[Turn]) -> tuple[Word, ...] | None:
    """Find something in the plural for "они", even if it is only what was asked for."""
    if _shapes(pronoun) != {"plur"}:
        return None
    query = phrases(words(turns[-1].query))
    return next((phrase.words for phrase in query if "plur" in phrase.head.shapes), None)


def _candidates(turns: Sequence[Turn]) -> Iterator[list[Phrase]]:
    """Phrases to try, most likely first: the last question's topic, its answer, earlier ones."""
    for turn in reversed(turns):
        found = phrases(words(turn.query))
        yield bare(about(found))
        yield found
        yield _named(turn.answer[:ANSWER_READ])


def _named(answer: str) -> list[Phrase]:
    found = phrases(words(re.sub(r"\[\d+\]", "", answer)))
    return [phrase for phrase in found if phrase.head.proper] or found


def _case(pronoun: Word, found: Sequence[Word]) -> str:
    before = [word for word in found if word.end <= pronoun.start]
    if before and before[-1].kind is Kind.PREPOSITION:
        return _CASE_OF.get(before[-1].lemma, "gent")
    for case in ("nomn", "accs", "datv", "ablt", "gent"):
        if case in pronoun.cases:
            return case
    return "nomn"


def _declined(antecedent: Sequence[Word], case: str) -> str:
    """Put the head and its adjectives into the case; what hangs behind the head stays."""
    head = next(i for i, word in enumerate(antecedent) if word.kind is Kind.NOUN)
    return " ".join(
        inflected(word.text, case) if at <= head else word.text
        for at, word in enumerate(antecedent)
    )


def _possessed(text: str, pronoun: Word, found: Sequence[Word], antecedent: Sequence[Word]) -> str:
    """Put the owner behind: "его состав" becomes "состав борща"."""
    owned = next(phrase for phrase in phrases(found) if phrase.start >= pronoun.end)
    name = _declined(antecedent, "gent")
    return f"{text[: pronoun.start]}{text[owned.start : owned.end]} {name}{text[owned.end :]}"
