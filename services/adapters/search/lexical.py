"""The lexical leg: BM25 by Tantivy over lemmas.

An open ``tantivy.Index`` costs a thread that watches its files; a ``Searcher`` taken from it
does not need it any more. So readers keep the searcher alone and take a new one to reload.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import FieldType, Occur, Query

from services.knowledge.models import DayRange

# The least that Tantivy takes for one thread.
_WRITER_HEAP_BYTES: Final = 15_000_000
Scores = dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalPassage:
    """What is indexed of a passage: its lemmas, separated by spaces, and its day."""

    passage_id: int
    lemmas: str
    day: date | None


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Signed: an unsigned fast field panics on Python's integers.
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_integer_field("day", fast=True)
    builder.add_text_field("lemmas", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


@contextmanager
def _tantivy_errors() -> Iterator[None]:
    """Raise OSError for Tantivy's errors, which are ValueErrors whatever they are about."""
    try:
        yield
    except ValueError as error:
        raise OSError(f"the search index failed: {error}") from error


class LexicalReader:
    """The passages of one committed state."""

    def __init__(self, directory: Path) -> None:
        """Open the newest state.

        Raises:
            OSError: There is no readable index in the directory.
        """
        with _tantivy_errors():
            index = tantivy.Index.open(str(directory))
            index.config_reader("manual", 0)
            index.reload()
            self._searcher = index.searcher()

    @property
    def count(self) -> int:
        """Number of passages."""
        return self._searcher.num_docs

    def best(self, lemmas: Sequence[str], limit: int, posted: DayRange | None = None) -> Scores:
        """Score the best passages of these days that have at least one of the lemmas, best first.

        The scores are the same whatever the days.
        """
        query = _any_of(lemmas)
        if posted is not None:
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, _posted(posted))])
        return self._run(query, limit)

    def scores(self, lemmas: Sequence[str], ids: Sequence[int]) -> Scores:
        """Score these passages; one without any of the lemmas has 0."""
        if not ids:
            return {}
        these = Query.const_score_query(_one_of(ids), 0.0)
        query = Query.boolean_query([(Occur.Must, these), (Occur.Should, _any_of(lemmas))])
        return self._run(query, len(ids))

    def present(self, ids: Sequence[int]) -> dict[int, date | None]:
        """Tell which of these passages are here, and the day of each."""
        if not ids:
            return {}
        hits = self._searcher.search(_one_of(ids), len(ids), count=False).hits
        places = [address for _, address in hits]
        there = self._searcher.fast_field_values("id", places)
        days = self._searcher.fast_field_values("day", places)
        return {
            int(id_): None if day is None else date.fromordinal(int(day))
            for id_, day in zip(there, days, strict=True)
            if id_ is not None
        }

    def known(self, terms: Iterable[str]) -> frozenset[str]:
        """Tell which of these terms some passage has."""
        return frozenset(term for term in terms if self._searcher.doc_freq("lemmas", term))

    def ids(self) -> NDArray[np.int64]:
        """List all passages, rising."""
        if not self.count:
            return np.empty(0, dtype=np.int64)
        found = self._searcher.search(
            Query.all_query(), self.count, count=False, order_by_field="id", order=tantivy.Order.Asc
        )
        return np.array([value for value, _ in found.hits], dtype=np.int64)

    def _run(self, query: Query, limit: int) -> Scores:
        hits = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return {int(id_): float(score) for id_, (score, _) in zip(ids, hits, strict=True) if id_}


def _one_of(ids: Iterable[int]) -> Query:
    # A set query walks through the whole dictionary of ids, which takes four times as long.
    schema = _schema()
    terms = [(Occur.Should, Query.term_query(schema, "id", id_, "basic")) for id_ in ids]
    return Query.boolean_query(terms)


def _any_of(lemmas: Sequence[str]) -> Query:
    schema = _schema()
    terms: list[tuple[Occur, Query]] = []
    for lemma, times in Counter(lemmas).items():
        term = Query.term_query(schema, "lemmas", lemma, "freq")
        terms.append((Occur.Should, Query.boost_query(term, float(times)) if times > 1 else term))
    return Query.boolean_query(terms) if terms else Query.empty_query()


def _posted(days: DayRange) -> Query:
    first, last = days.first.toordinal(), days.last.toordinal()
    within = Query.range_query(_schema(), "day", FieldType.Integer, first, last)
    return Query.const_score_query(within, 0.0)


class LexicalWriter:
    """Adds and removes passages in one commit; its thread lives from here to ``commit``."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        with _tantivy_errors():
            self._index = tantivy.Index(_schema(), path=str(directory))
            self._index.config_reader("manual", 0)
            self._writer = self._index.writer(_WRITER_HEAP_BYTES, 1)

    def add(self, passages: Iterable[LexicalPassage]) -> None:
        """Add passages that are not there yet."""
        with _tantivy_errors():
            for passage in passages:
                document = tantivy.Document(id=passage.passage_id, lemmas=passage.lemmas)
                if passage.day is not None:
                    document.add_integer("day", passage.day.toordinal())
                self._writer.add_document(document)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove passages, those added before this call included."""
        for id_ in ids:
            self._writer.delete_documents_by_term("id", id_)

    def commit(self) -> None:
        """Write everything to disk, wait for merges, end the thread."""
        with _tantivy_errors():
            self._writer.commit()
            self._writer.wait_merging_threads()

    def abandon(self) -> None:
        """Drop what was added, end the thread."""
        with _tantivy_errors():
            self._writer.rollback()
            self._writer.wait_merging_threads()
