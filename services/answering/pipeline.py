"""A question to a cited answer: the steps in reading order, nothing else."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from services.answering.abstaining import answerable, signals
from services.answering.asking import echoes, told
from services.answering.citations import VerifiedText, verify
from services.answering.comparing import on_both, sentences_on_both, sides
from services.answering.deciding import about_dialogue, small_talk
from services.answering.evidence import SentenceView, sentence_scores, to_evidence, views
from services.answering.focusing import drop_filling, keep_only, keep_steps
from services.answering.generation import (
    MOST_STEPS,
    SENTENCES,
    GroundedGenerator,
    Written,
    generation_request,
)
from services.answering.languages import language_of
from services.answering.models import (
    Answer,
    AnswerLength,
    Decision,
    Question,
    RankedPassage,
    SearchQuery,
    Stage,
)
from services.answering.ports import AnswerProgress
from services.answering.preferring import excluding, preferences, uses, wants_one_fact, wants_steps
from services.answering.reranking import EVIDENCE, rerank
from services.answering.retrieval import Candidate, HybridRetriever
from services.answering.rewriting import QueryRewriter, accepts_offer
from services.answering.steps import find_steps
from services.answering.timing import Stopwatch
from services.clock import Clock
from services.dialogue.models import DialogueState, Turn
from services.dialogue.ports import DialogueStore
from services.errors import ModelError, UnavailableError
from services.inference.models import EmbedRole
from services.inference.ports import TextEmbedder, TextGenerator
from services.knowledge.ports import Lemmatizer, PassageIndex, PassageStore

log = structlog.get_logger(__name__)

Vector = NDArray[np.float32]
OFFERED: Final = 3
"""Nearest passages that an abstention offers."""
EMBED_DEADLINE_S: Final = 10.0
"""A query vector that is not there by then is done without: the search is lexical alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the search brought, before anything is written."""

    query: SearchQuery
    candidates: tuple[RankedPassage, ...]
    evidence: tuple[RankedPassage, ...]
    sentences: tuple[SentenceView, ...]
    scores: tuple[float, ...]
    steps: int
    answerable: bool


@dataclass(frozen=True, kw_only=True)
class AnswerQuestion:
    """Answers one question from the libraries of its scope, and remembers the turn.

    Attributes:
        generate_deadline_s: Seconds until the pool is given up and the answer composed here.
        by_model: The owner wants answers to be written by a language model.
    """

    dialogue: DialogueStore
    embedder: TextEmbedder
    generator: TextGenerator
    index: PassageIndex
    passages: PassageStore
    lemmatizer: Lemmatizer
    rewriter: QueryRewriter
    clock: Clock
    generate_deadline_s: float = 120.0
    by_model: bool = False

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
        answer = self._without_sources(question, state)
        if answer is None:
            answer = await self._from_sources(question, state, progress, watch)
        answer = replace(answer, timings_ms=watch.timings_ms())
        await self.dialogue.append(question.dialogue, self._turn(question, answer))
        return answer

    def _without_sources(self, question: Question, state: DialogueState) -> Answer | None:
        kind = small_talk(question.text)
        if kind is not None:
            return self._plain(question, Decision.SMALL_TALK, kind.value)
        if about_dialogue(question.text):
            earlier = [turn.question for turn in state.turns if turn.decision == Decision.SOURCES]
            return self._plain(question, Decision.DIALOGUE, "\n".join(earlier))
        return None

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
        self, question: Question, state: DialogueState, progress: AnswerProgress, watch: Stopwatch
    ) -> Answer:
        async with watch.stage(Stage.REWRITE, progress):
            query = await asyncio.to_thread(self.rewriter.rewrite, question.text, state)
        async with watch.stage(Stage.SEARCH, progress):
            vector = await self._embed(query)
            lemmas = await asyncio.to_thread(self.lemmatizer.content_lemmas, query.text)
            candidates = await self._search(question, query, state, lemmas, vector)
        async with watch.stage(Stage.RERANK, progress):
            found = await asyncio.to_thread(
                self._rank, query, lemmas, vector, candidates, question.length
            )
        written = Written(verified=VerifiedText(text="", citations=(), dropped=0))
        if found.answerable or accepts_offer(question.text, state):
            async with watch.stage(Stage.GENERATE, progress):
                written = await self._write(question, found, progress)
        return self._answer(question, found, written)

    async def _embed(self, query: SearchQuery) -> Vector | None:
        try:
            vectors = await self.embedder.embed(
                [query.text], role=EmbedRole.QUERY, deadline_s=EMBED_DEADLINE_S
            )
        except (UnavailableError, ModelError) as error:
            log.warning("search_without_vector", code=error.code)
            return None
        return np.asarray(vectors[0], dtype=np.float32)

    async def _search(
        self,
        question: Question,
        query: SearchQuery,
        state: DialogueState,
        lemmas: Sequence[str],
        vector: Vector | None,
    ) -> list[Candidate]:
        answered = [turn for turn in state.turns if turn.decision == Decision.SOURCES]
        earlier = answered[-1].passage_ids if query.continues and answered else ()
        retriever = HybridRetriever(index=self.index, store=self.passages)
        return await retriever.search(question.scope, lemmas=lemmas, vector=vector, earlier=earlier)

    def _rank(
        self,
        query: SearchQuery,
        lemmas: Sequence[str],
        vector: Vector | None,
        candidates: Sequence[Candidate],
        length: AnswerLength,
    ) -> _Found:
        """Rerank and look at the sentences; CPU work, run in a thread."""
        ranked = excluding(query, rerank(candidates, vector), self.lemmatizer)
        compared = sides(query.text, self.lemmatizer)
        evidence = (
            on_both(compared, ranked, self.lemmatizer, EVIDENCE) if compared else ranked[:EVIDENCE]
        )
        sentences = views(evidence, vector, self.lemmatizer)
        added = preferences(query, sentences, self.lemmatizer)
        scores = sentence_scores(lemmas, sentences, added)
        supported = answerable(signals(query.text, lemmas, ranked, sentences, vector))
        if sentences and echoes(lemmas, sentences[max(range(len(scores)), key=scores.__getitem__)]):
            supported = False
        steps: list[int] = []
        if compared:
            both = sentences_on_both(
                compared, evidence, sentences, scores, self.lemmatizer,
                a_side=SENTENCES[length] // 2,
            )  # fmt: skip
            scores = keep_only([*both.one, *both.other], scores)
            supported = bool(both.one and both.other) and (supported or both.introduced)
        elif wants_steps(query.text):
            steps = self._steps(query, evidence, sentences, scores, length)
            scores = keep_steps(steps, evidence, sentences, scores)
        elif wants_one_fact(query.text):
            scores = drop_filling(query.text, sentences, scores)
        return _Found(
            query=query,
            candidates=tuple(ranked),
            evidence=tuple(evidence),
            sentences=tuple(sentences),
            scores=tuple(scores),
            steps=len(steps),
            answerable=supported and told(query.text, lemmas, sentences),
        )

    def _steps(
        self,
        query: SearchQuery,
        evidence: Sequence[RankedPassage],
        sentences: Sequence[SentenceView],
        scores: Sequence[float],
        length: AnswerLength,
    ) -> list[int]:
        steps = find_steps(evidence, sentences, scores)
        if len(steps) > MOST_STEPS[length]:
            return []
        return [i for i in steps if not uses(sentences[i].text, query.excluded, self.lemmatizer)]

    async def _write(self, question: Question, found: _Found, progress: AnswerProgress) -> Written:
        request = generation_request(
            question,
            found.query,
            found.evidence,
            to_evidence(found.evidence, found.sentences, found.scores),
            language=language_of(question.text, question.language),
            steps=found.steps,
            deadline_s=self.generate_deadline_s + question.patience_s,
        )
        check = partial(
            verify,
            evidence=found.evidence,
            sentences=found.sentences,
            lemmatizer=self.lemmatizer,
        )
        generator = GroundedGenerator(generator=self.generator, by_model=self.by_model)
        return await generator.write(request, check, progress)

    @staticmethod
    def _answer(question: Question, found: _Found, written: Written) -> Answer:
        verified = written.verified
        abstained = not verified.text
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
            writer=written.writer,
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
