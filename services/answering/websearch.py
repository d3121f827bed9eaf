"""Questions to the open web: what a search engine finds, read and cut as any source is."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import urljoin

import numpy as np
import structlog
from numpy.typing import NDArray

from services.answering.evidence import bm25
from services.answering.models import AnswerNote, Decision, SearchQuery
from services.answering.retrieval import Candidate, by_sentence
from services.errors import ModelError, UnavailableError
from services.inference.models import EmbedRole
from services.inference.ports import TextEmbedder
from services.knowledge.models import (
    Block,
    BlockKind,
    LibraryId,
    PassageId,
    PassageSource,
    SourceDocument,
    StoredPassage,
)
from services.knowledge.ports import Lemmatizer
from services.knowledge.prepared import PreparedDocument, prepare
from services.knowledge.readers.models import ReadSource
from services.tasks import side_by_side

log = structlog.get_logger(__name__)

WEB: Final = LibraryId("web")
"""Stands for the web where a passage names its library; nothing is stored under it."""
RESULTS: Final = 8
PAGES_READ: Final = 5
PASSAGES_A_PAGE: Final = 40
EMBEDDED: Final = 8
"""Passages that get vectors, chosen by words: each costs about a tenth of a second of one core."""
SENTENCES_EMBEDDED: Final = 150
SEARCH_DEADLINE_S: Final = 8.0
PAGE_DEADLINE_S: Final = 6.0
EMBED_DEADLINE_S: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebResult:
    """One line of a search engine's answer.

    Attributes:
        snippet: What the engine shows of the page; may be empty.
    """

    url: str
    title: str
    snippet: str
    published: datetime | None = None


class WebSearch(Protocol):
    """A search engine."""

    async def search(
        self, query: str, *, language: str, limit: int, deadline_s: float
    ) -> list[WebResult]:
        """Find pages, best first, each address once.

        Raises:
            UnavailableError: The engine is down, late, or answers in no form that is understood.
        """
        ...


class PageSource(Protocol):
    """Whoever can read a page."""

    async def read(self, url: str, *, whole_s: float) -> ReadSource:
        """Read a page; whatever is wrong with it is told, not raised."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a search brought, and from where.

    Attributes:
        note: Why it does not come from where it was wanted from.
    """

    decision: Decision
    candidates: Sequence[Candidate] = ()
    note: AnswerNote | None = None


@dataclass(frozen=True, kw_only=True)
class WebRetriever:
    """Search results to candidates, as the libraries give them."""

    engine: WebSearch
    pages: PageSource
    embedder: TextEmbedder
    lemmatizer: Lemmatizer

    async def search(
        self,
        query: str,
        *,
        lemmas: Sequence[str],
        vector: NDArray[np.float32] | None,
        language: str,
    ) -> list[Candidate]:
        """Find passages of the web.

        A page that cannot be read stands for itself with what the engine shows of it. The passages
        are numbered below zero: nothing of them is stored.

        Args:
            query: Standing alone; it leaves the house.
            lemmas: Its content lemmas.
            vector: Of the query; None while no worker can embed.
            language: ISO 639-1 code of the question.

        Returns:
            Candidates, best first, at most ``EMBEDDED``.

        Raises:
            UnavailableError: The engine cannot be asked.
        """
        results = await self.engine.search(
            query, language=language, limit=RESULTS, deadline_s=SEARCH_DEADLINE_S
        )
        documents = await self._documents(results)
        prepared = await asyncio.to_thread(prepare, documents, self.lemmatizer)
        passages = list(_numbered(prepared))
        lexical = bm25(lemmas, [passage.lemmas.split() for passage in passages])
        order = sorted(range(len(passages)), key=lambda i: -lexical[i])[:EMBEDDED]
        candidates = [Candidate(passage=passages[i], lexical=lexical[i], dense=None) for i in order]
        if vector is not None and candidates:
            candidates = await self._with_vectors(candidates, vector)
        return by_sentence(candidates, vector)

    async def _documents(self, results: Sequence[WebResult]) -> list[SourceDocument]:
        read = await side_by_side(
            *(self.pages.read(one.url, whole_s=PAGE_DEADLINE_S) for one in results[:PAGES_READ])
        )
        documents = [next(iter(page.documents), None) for page in read]
        documents += [None] * (len(results) - len(documents))
        told = [
            _snippet(one) if page is None else replace(page, title=page.title or one.title)
            for one, page in zip(results, documents, strict=True)
        ]
        return [document for document in told if document is not None]

    async def _with_vectors(
        self, candidates: Sequence[Candidate], vector: NDArray[np.float32]
    ) -> list[Candidate]:
        """Give passages and sentences vectors; without a pool they are ranked by words."""
        passages = [candidate.passage for candidate in candidates]
        sentences = [
            [passage.text[start:end] for start, end in passage.sentences] for passage in passages
        ]
        while sum(map(len, sentences)) > SENTENCES_EMBEDDED:
            sentences[max(range(len(sentences)), key=lambda i: len(sentences[i]))] = []
        texts = [passage.text for passage in passages]
        texts += [sentence for some in sentences for sentence in some]
        try:
            rows = await self.embedder.embed(
                texts, role=EmbedRole.PASSAGE, deadline_s=EMBED_DEADLINE_S
            )
        except (UnavailableError, ModelError) as error:
            log.warning("web_without_vectors", code=error.code)
            return list(candidates)
        return list(_with_rows(candidates, sentences, rows, vector))


async def search_web(
    web: WebRetriever | None,
    query: SearchQuery,
    wanted: Decision,
    *,
    lemmas: Sequence[str],
    vector: NDArray[np.float32] | None,
    language: str,
) -> Brought:
    """Search the web where that was asked for; otherwise, or if it cannot be, say so."""
    if wanted is not Decision.WEB:
        return Brought(decision=Decision.SOURCES)
    if web is None:
        return Brought(decision=Decision.SOURCES, note=AnswerNote.WEB_NOT_CONNECTED)
    try:
        candidates = await web.search(query.text, lemmas=lemmas, vector=vector, language=language)
    except UnavailableError as error:
        log.warning("web_search_failed", reason=str(error))
        return Brought(decision=Decision.SOURCES, note=AnswerNote.WEB_SILENT)
    if not candidates:
        return Brought(decision=Decision.SOURCES, note=AnswerNote.WEB_EMPTY)
    return Brought(decision=Decision.WEB, candidates=candidates)


def _with_rows(
    candidates: Sequence[Candidate],
    sentences: Sequence[Sequence[str]],
    rows: NDArray[np.float32],
    vector: NDArray[np.float32],
) -> Iterator[Candidate]:
    at = len(candidates)
    for candidate, own, row in zip(candidates, sentences, rows, strict=False):
        of_sentences = rows[at : at + len(own)] if own else None
        at += len(own)
        passage = replace(candidate.passage, vector=row, sentence_vectors=of_sentences)
        yield replace(candidate, passage=passage, dense=float(row @ vector))


def _snippet(result: WebResult) -> SourceDocument | None:
    if not result.snippet.strip():
        return None
    block = Block(kind=BlockKind.PARAGRAPH, text=" ".join(result.snippet.split()))
    return SourceDocument(
        source=result.url, title=result.title, url=result.url, blocks=(block,),
        posted_at=result.published,
    )  # fmt: skip


def _numbered(documents: Sequence[PreparedDocument]) -> Iterator[StoredPassage]:
    number = 0
    for prepared in documents:
        document = prepared.document
        for passage in prepared.passages[:PASSAGES_A_PAGE]:
            number -= 1
            url = None if document.url is None else urljoin(document.url, passage.anchor)
            yield StoredPassage(
                passage_id=PassageId(number),
                library_id=WEB,
                text=passage.text,
                title=document.title,
                lemmas=passage.lemmas,
                sentences=tuple(passage.sentences),
                sources=(
                    PassageSource(source=document.source, url=url, title=document.title),
                ),
                posted_at=document.posted_at,
            )  # fmt: skip
