"""A question to a cited answer: the steps in reading order, nothing else."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from services.answering.citations import VerifiedText, Verifier
from services.answering.clarifying import asked_back
from services.answering.entailing import JudgedVerifier
from services.answering.evidence import to_evidence
from services.answering.following import follow_ups
from services.answering.generation import (
    GroundedGenerator,
    Written,
    generation_request,
)
from services.answering.languages import language_of
from services.answering.looking import Found, look_closely
from services.answering.models import (
    Answer,
    Decision,
    Question,
    SearchQuery,
    Stage,
)
from services.answering.personal import (
    MemoryRecall,
    considered,
    decide_by_memory,
    with_memories,
)
from services.answering.ports import (
    AnswerProgress,
    Decider,
    EntailmentJudge,
    Reranker,
    StandaloneRewriter,
)
from services.answering.prompting import BUDGET_TOKENS, Told
from services.answering.recovering import as_read
from services.answering.retrieval import HybridRetriever
from services.answering.rewriting import accepts_offer
from services.answering.searching import Searched, search_libraries
from services.answering.timing import Stopwatch
from services.answering.websearch import WebRetriever, search_web
from services.clock import Clock
from services.dialogue.models import DialogueState, Turn
from services.dialogue.ports import DialogueStore
from services.errors import ModelError, UnavailableError
from services.inference.models import EmbedRole
from services.inference.ports import TextEmbedder, TextGenerator
from services.knowledge.models import LibraryId
from services.knowledge.ports import Lemmatizer, PassageIndex, PassageStore

log = structlog.get_logger(__name__)

Vector = NDArray[np.float32]
WITHOUT_SEARCH: Final = frozenset({Decision.SMALL_TALK, Decision.DIALOGUE, Decision.MEMORY})
OFFERED: Final = 3
"""Nearest passages that an abstention offers."""
EMBED_DEADLINE_S: Final = 10.0
"""A query vector that is not there by then is done without: the search is lexical alone."""


@dataclass(frozen=True, kw_only=True)
class AnswerQuestion:
    """Answers one question from the libraries of its scope, and remembers the turn.

    Attributes:
        generate_deadline_s: Seconds until the pool is given up and the answer composed here.
        prompt_tokens: Most tokens of a language model's prompt.
        by_model: The owner wants answers to be written by a language model.
        web: None while the owner has connected no search engine.
        judge: Tells beside the rules what a passage says; None: rules alone.
    """

    dialogue: DialogueStore
    embedder: TextEmbedder
    generator: TextGenerator
    index: PassageIndex
    passages: PassageStore
    lemmatizer: Lemmatizer
    decider: Decider
    rewriter: StandaloneRewriter
    reranker: Reranker
    clock: Clock
    generate_deadline_s: float = 120.0
    prompt_tokens: int = BUDGET_TOKENS
    by_model: bool = False
    web: WebRetriever | None = None
    memories: MemoryRecall | None = None
    judge: EntailmentJudge | None = None

    async def __call__(self, question: Question, progress: AnswerProgress) -> Answer:
        """Answer a question.

        Small talk comes back with the id of a Fluent message as its text, and a question about the
        dialogue itself with the person's earlier questions, one a line; both without citations.

        Raises:
            BusyError: The pool is full, and a language model was to write; nothing is remembered.
            CancelledByPersonError: Stop, Cancel or a newer question ended it; nothing is
                remembered then.
            UnavailableError: The dialogue store, the library or the index is down. A pool that is
                down is no error: the search is then lexical and the answer composed here.
        """
        watch = Stopwatch(self.clock)
        state = await self.dialogue.load(question.dialogue)
        decided = await self.decider.decide(question, state)
        decided = await decide_by_memory(self.memories, question, decided)
        if decided.decision in WITHOUT_SEARCH:
            answer = self._plain(question, decided.decision, decided.text)
        else:
            answer = await self._from_sources(question, decided.decision, state, progress, watch)
        answer = replace(answer, question=question.text, timings_ms=watch.timings_ms())
        await self.dialogue.append(question.dialogue, self._turn(question, answer))
        return answer

    @staticmethod
    def _plain(question: Question, decision: Decision, text: str) -> Answer:
        return Answer(
            question=question.text,
            query=SearchQuery(text=question.text),
            decision=decision,
            language=language_of(question.text, question.language),
            text=text,
            citations=(),
            abstained=False,
        )

    async def _from_sources(
        self,
        question: Question,
        wanted: Decision,
        state: DialogueState,
        progress: AnswerProgress,
        watch: Stopwatch,
    ) -> Answer:
        async with watch.stage(Stage.REWRITE, progress):
            query = await self.rewriter.standalone(question, state)
        question = as_read(question, query)
        async with watch.stage(Stage.SEARCH, progress):
            vector, background = await self._embed(query)
            query, recalled = await with_memories(
                self.memories, question, query, vector, self.lemmatizer
            )
            lemmas = await asyncio.to_thread(self.lemmatizer.content_lemmas, query.text)
            brought = await search_web(
                self.web, query, wanted, lemmas=lemmas, vector=vector,
                language=language_of(question.text, question.language),
            )  # fmt: skip
            searched = Searched(
                query=query, lemmas=lemmas, vector=vector, candidates=brought.candidates
            )
            if not brought.candidates:
                searched = await self._search(
                    question.scope, query, state, lemmas, vector=vector, background=background
                )
        async with watch.stage(Stage.RERANK, progress):
            ranked = await self.reranker.rerank(
                searched.query, searched.candidates, searched.ranked_by
            )
            found = await asyncio.to_thread(
                look_closely, searched, ranked, question.length, self.lemmatizer
            )
            accepted = accepts_offer(question.text, state)
            choices = () if accepted else await asyncio.to_thread(
                asked_back, question.text, state.turns, found.sentences, found.candidates,
                self.lemmatizer,
            )  # fmt: skip
        written = Written(verified=VerifiedText(text="", citations=(), dropped=0))
        if accepted or (found.answerable and not choices):
            async with watch.stage(Stage.GENERATE, progress):
                told = Told(turns=state.turns, memories=considered(recalled, by_model=True))
                written = await self._write(question, found, told, progress)
        answer = self._answer(question, found, written, choices)
        offered = answer.abstained and self.web is not None and wanted is not Decision.WEB
        if not answer.abstained:
            answer = replace(
                answer,
                considered=considered(recalled, by_model=self.by_model),
                follow_ups=await asyncio.to_thread(
                    follow_ups,
                    found.query.text,
                    found.candidates,
                    answer.citations,
                    self.lemmatizer,
                ),
            )
        return replace(answer, decision=brought.decision, note=brought.note, web_offered=offered)

    async def _embed(self, query: SearchQuery) -> tuple[Vector | None, Vector | None]:
        """Give the vector of a query and, where something was asked before, of that."""
        texts = [text for text in (query.text, query.background) if text]
        try:
            vectors = await self.embedder.embed(
                texts, role=EmbedRole.QUERY, deadline_s=EMBED_DEADLINE_S
            )
        except (UnavailableError, ModelError) as error:
            log.warning("search_without_vector", code=error.code)
            return None, None
        rows = [np.asarray(row, dtype=np.float32) for row in vectors]
        return rows[0], rows[1] if len(rows) > 1 else None

    async def _search(
        self,
        scope: Sequence[LibraryId],
        query: SearchQuery,
        state: DialogueState,
        lemmas: Sequence[str],
        *,
        vector: Vector | None,
        background: Vector | None,
    ) -> Searched:
        answered = [turn for turn in state.turns if turn.decision == Decision.SOURCES]
        earlier = answered[-1].passage_ids if query.continues and answered else ()
        retriever = HybridRetriever(index=self.index, store=self.passages)
        return await search_libraries(
            retriever,
            scope,
            query,
            lemmas=lemmas,
            vector=vector,
            earlier=earlier,
            background=background,
        )

    async def _write(
        self, question: Question, found: Found, told: Told, progress: AnswerProgress
    ) -> Written:
        request = generation_request(
            question,
            found.query,
            found.evidence,
            to_evidence(found.evidence, found.sentences, found.scores),
            language=language_of(question.text, question.language),
            steps=found.steps,
            deadline_s=self.generate_deadline_s + question.patience_s,
            told=told,
            budget_tokens=self.prompt_tokens,
        )
        verifier = Verifier(found.evidence, found.sentences, self.lemmatizer)
        check = JudgedVerifier(verifier, self.judge)
        generator = GroundedGenerator(generator=self.generator, by_model=self.by_model)
        return await generator.write(request, check, progress)

    @staticmethod
    def _answer(
        question: Question, found: Found, written: Written, choices: tuple[str, ...]
    ) -> Answer:
        verified = written.verified
        abstained = not verified.text and not (choices and found.answerable)
        return Answer(
            question=question.text,
            query=found.query,
            decision=Decision.SOURCES,
            language=language_of(question.text, question.language),
            text=verified.text,
            citations=verified.citations,
            abstained=abstained,
            candidates=found.candidates,
            evidence=found.evidence,
            offered=found.evidence[:OFFERED] if abstained else (),
            choices=choices,
            writer=written.writer,
            nearest=found.nearest,
        )

    def _turn(self, question: Question, answer: Answer) -> Turn:
        return Turn(
            question=question.text,
            query=answer.query.text,
            answer=answer.text,
            passage_ids=tuple(int(ranked.passage.passage_id) for ranked in answer.evidence),
            decision=answer.decision.value,
            abstained=answer.abstained,
            asked_at=question.asked_at,
        )
