"""A question that was typed in the wrong layout, in Latin letters or with slips, made readable.

Only words that the libraries do not know are looked at, and only into words that they know are
they turned, so that a clear question stays as it is. Everything is judged by the words of the
libraries themselves; for Russian the dictionary helps.
"""

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.answering.models import Question, SearchQuery
from services.answering.morphology import is_known_word
from services.answering.ports import StandaloneRewriter
from services.dialogue.models import DialogueState
from services.keyboards import (
    in_cyrillic,
    in_other_layout,
    one_slip_away,
    without_lookalikes,
)
from services.knowledge.models import LibraryId
from services.knowledge.ports import Lemmatizer, Vocabulary
from services.knowledge.stopwords import STOP_WORDS

LONGEST_TEXT: Final = 300
"""Characters; nobody types more than that in the wrong layout without seeing it."""
MOSTLY: Final = 0.6
"""Share of a reading's words that must be words for the whole text to be read so."""
SHORTEST: Final = {"cyrillic": 4, "latin": 5, "other": 4}
"""Letters of a word in which a slip can be told from another word."""
SHORTEST_NAME: Final = 6
SHORTEST_READ: Final = 3

_TOKENS: Final = re.compile(r"\S+|\s+")
_LATIN_TOKEN: Final = re.compile(r"[A-Za-z0-9'`-]*[A-Za-z][A-Za-z0-9'`-]*")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_WORD: Final = re.compile(r"[^\W\d_]+")

Spellings = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class _Words:
    """What the libraries of a scope know."""

    known: frozenset[str]
    lemmatizer: Lemmatizer

    def has(self, text: str) -> bool:
        """Tell whether every content word of a text is known, and there is one."""
        lemmas = self.lemmatizer.content_lemmas(text)
        return bool(lemmas) and all(lemma in self.known for lemma in lemmas)

    def makes_sense(self, text: str) -> bool:
        """Tell whether a token is a word at all."""
        words = _WORD.findall(text.lower())
        return bool(words) and (
            self.has(text)
            or all(word in STOP_WORDS or (_russian(word) and is_known_word(word)) for word in words)
        )

    def count(self, tokens: Iterable[str]) -> int:
        """Count the tokens that the libraries have."""
        return sum(self.has(token) for token in tokens)


@dataclass(frozen=True, kw_only=True)
class QueryRecovery:
    """Reads what was meant, by the words of the libraries that are searched."""

    vocabulary: Vocabulary
    lemmatizer: Lemmatizer

    async def recovered(self, text: str, scope: Sequence[LibraryId]) -> str:
        """Give the text as it was meant; itself where all is known or nothing better is found.

        Args:
            text: As typed.
            scope: Libraries whose words count.
        """
        if not text.strip() or len(text) > LONGEST_TEXT:
            return text
        tokens = _TOKENS.findall(text)
        words = await self._words(tokens, scope)
        if all(lemma in words.known for lemma in self._lemmas(tokens)):
            return text
        for spellings in (without_lookalikes, in_other_layout, _cyrillic):
            tokens = await self._read(tokens, spellings, scope)
        return "".join(await self._without_slips(tokens, scope))

    def _lemmas(self, texts: Iterable[str]) -> list[str]:
        return self.lemmatizer.content_lemmas(" ".join(texts))

    async def _words(self, texts: Collection[str], scope: Sequence[LibraryId]) -> _Words:
        lemmas = set(await asyncio.to_thread(self._lemmas, texts))
        known = [await self.vocabulary.known_terms(library, lemmas) for library in scope]
        return _Words(frozenset().union(*known), self.lemmatizer)

    async def _read(
        self, tokens: list[str], spellings: Spellings, scope: Sequence[LibraryId]
    ) -> list[str]:
        """Read every token in another way, or those alone that only then make sense."""
        ways = [spellings(token) for token in tokens]
        if not any(ways):
            return tokens
        words = await self._words([*tokens, *(one for way in ways for one in way)], scope)
        return await asyncio.to_thread(_best_reading, tokens, ways, words)

    async def _without_slips(self, tokens: list[str], scope: Sequence[LibraryId]) -> list[str]:
        words = await self._words(tokens, scope)
        slips = {
            at: await asyncio.to_thread(self._corrections, token)
            for at, token in enumerate(tokens)
            if _may_be_a_slip(token if at else token.lower(), words)
        }
        if not any(slips.values()):
            return tokens
        every = [word for words_ in slips.values() for word in words_]
        there = await self._words(every, scope)
        found = {at: next(filter(there.has, made), tokens[at]) for at, made in slips.items()}
        return [found.get(at, token) for at, token in enumerate(tokens)]

    def _corrections(self, token: str) -> list[str]:
        """Give the token with one slip undone, in all ways that may be words."""
        (match,) = _WORD.finditer(token)
        before, word, after = token[: match.start()], match.group().lower(), token[match.end() :]
        forms = [form for form in one_slip_away(word) if not _russian(word) or is_known_word(form)]
        if not forms and _russian(word):
            # A name: no dictionary has it, but the library may.
            forms = list(one_slip_away(self.lemmatizer.lemmas(word)[0]))
        return [before + form + after for form in dict.fromkeys(forms)]


def _cyrillic(token: str) -> list[str]:
    bare = token.rstrip("?!.,;:")
    if not _LATIN_TOKEN.fullmatch(bare):
        return []
    return [spelled + token[len(bare) :] for spelled in in_cyrillic(bare)]


def _best_reading(tokens: list[str], ways: list[list[str]], words: _Words) -> list[str]:
    chosen = [_sensible(ways_, words) for ways_ in ways]
    written = [at for at, token in enumerate(tokens) if _WORD.search(token)]
    sense = [at for at in written if words.makes_sense(tokens[at])]
    better = [at for at in written if chosen[at]]
    read = [
        token if words.has(token) and not words.has(better) else better or next(iter(ways_), token)
        for better, ways_, token in zip(chosen, ways, tokens, strict=True)
    ]
    mostly = len(better) >= MOSTLY * len(written) and len(better) > len(sense)
    if mostly and words.count(read) > words.count(tokens):
        return read
    # A word of an English question is English, though it may sound like a Russian one.
    scripts = "".join(tokens[at] for at in sense)
    english = bool(_LATIN.search(scripts)) and not _russian(scripts)
    return [
        way
        if words.has(way)
        and not words.makes_sense(token)
        and len(token) >= SHORTEST_READ
        and not (english and _russian(way))
        else token
        for token, way in zip(tokens, chosen, strict=True)
    ]


def _sensible(ways: Sequence[str], words: _Words) -> str:
    """Choose what the libraries have, else a word; empty when there is neither."""
    has = (way for way in ways if words.has(way))
    return next(has, "") or next((way for way in ways if words.makes_sense(way)), "")


def _may_be_a_slip(token: str, words: _Words) -> bool:
    found = _WORD.findall(token)
    if len(found) != 1 or any(letter.isdigit() for letter in token) or words.makes_sense(token):
        return False
    word = found[0]
    if word.lower() in STOP_WORDS:
        return False
    if word[:1].isupper():
        return len(word) >= SHORTEST_NAME
    script = "cyrillic" if _russian(word) else "latin" if _LATIN.search(word) else "other"
    return len(word) >= SHORTEST[script]


def _russian(word: str) -> bool:
    return _CYRILLIC.search(word) is not None


@dataclass(frozen=True, slots=True)
class RecoveringRewriter:
    """Makes a question readable before it is made to stand alone."""

    inner: StandaloneRewriter
    recovery: QueryRecovery

    async def standalone(self, question: Question, state: DialogueState) -> SearchQuery:
        """See ``StandaloneRewriter``; ``corrected`` tells what was read."""
        text = await self.recovery.recovered(question.text, question.scope)
        if text == question.text:
            return await self.inner.standalone(question, state)
        query = await self.inner.standalone(replace(question, text=text), state)
        return replace(query, corrected=text)


def as_read(question: Question, query: SearchQuery) -> Question:
    """Give the question as it was read; everything after the search goes by that."""
    return replace(question, text=query.corrected) if query.corrected else question
