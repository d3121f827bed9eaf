from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.building.inference import Inference
from bot.building.knowledge import Knowledge
from bot.building.web import open_web
from bot.settings import Settings
from services.adapters.sql.engine import Sessions
from services.adapters.sql.rank_weights import SqlRankWeights
from services.answering.dates import DatedRewriter
from services.answering.deciding import RuleDecider
from services.answering.entailing import ModelEntailmentJudge
from services.answering.inline import (
    ComposingGenerator,
    InlineAnswers,
    NoDialogue,
    PublicScope,
)
from services.answering.model_rewriting import ModelRewriter
from services.answering.personal import MemoryRecall
from services.answering.pipeline import AnswerQuestion
from services.answering.ports import Reranker, StandaloneRewriter
from services.answering.prompting import BUDGET_TOKENS
from services.answering.recovering import QueryRecovery, RecoveringRewriter
from services.answering.reranking import CrossEncoderReranker, ScoreSumReranker
from services.answering.rewriting import QueryRewriter, RuleRewriter
from services.answering.websearch import WebRetriever
from services.answering.weighing import RankWeightsStore
from services.clock import Clock
from services.dialogue.ports import DialogueStore
from services.inference.abilities import PoolEntailer, PoolRewriter, PoolScorer
from services.inference.kinds import JobKind
from services.inference.ports import Entailer, PairScorer, TextEmbedder, TextGenerator, TextRewriter
from services.knowledge.ports import Lemmatizer, PassageIndex, PassageStore, Vocabulary
from services.tasks import Nursery


def build_answering(
    *,
    dialogue: DialogueStore,
    embedder: TextEmbedder,
    generator: TextGenerator,
    index: PassageIndex,
    passages: PassageStore,
    lemmatizer: Lemmatizer,
    clock: Clock,
    generate_deadline_s: float,
    by_model: bool = False,
    prompt_tokens: int = BUDGET_TOKENS,
    web: WebRetriever | None = None,
    memories: MemoryRecall | None = None,
    vocabulary: Vocabulary | None = None,
    fitted: RankWeightsStore | None = None,
    scorer: PairScorer | None = None,
    by_text: TextRewriter | None = None,
    entailer: Entailer | None = None,
) -> AnswerQuestion:
    """Put the answering pipeline together; it owns nothing that must be closed.

    Args:
        dialogue: States of all dialogues.
        embedder: Vectors from the pool.
        generator: Text from the pool.
        index: Both retrieval legs.
        passages: Passages by id.
        lemmatizer: The one that the index was built with.
        clock: Time.
        generate_deadline_s: Seconds for the pool to write an answer.
        by_model: The owner wants answers to be written by a language model; one without is then
            said to be a stand-in.
        prompt_tokens: Most tokens of a language model's prompt.
        web: None where no search engine is connected.
        memories: None where nobody is remembered, as in a command.
        vocabulary: Words of the libraries, by which garbled questions are read; None: they are
            taken as typed.
        fitted: Weights that were fitted for libraries.
        scorer: The cross-encoder; None where the owner has chosen none.
        by_text: The model that rewrites follow-ups; None: rules alone.
        entailer: The model that judges citations; None: rules alone.
    """
    rules = QueryRewriter(lemmatizer=lemmatizer)
    rewriter: StandaloneRewriter = (
        RuleRewriter(rules) if by_text is None else ModelRewriter(rules=rules, rewriter=by_text)
    )
    if vocabulary is not None:
        recovery = QueryRecovery(vocabulary=vocabulary, lemmatizer=lemmatizer)
        rewriter = RecoveringRewriter(rewriter, recovery)
    reranker: Reranker = ScoreSumReranker(lemmatizer=lemmatizer, fitted=fitted)
    if scorer is not None:
        reranker = CrossEncoderReranker(scorer=scorer, others=reranker)
    return AnswerQuestion(
        dialogue=dialogue,
        embedder=embedder,
        generator=generator,
        index=index,
        passages=passages,
        lemmatizer=lemmatizer,
        decider=RuleDecider(),
        rewriter=DatedRewriter(rewriter),
        reranker=reranker,
        clock=clock,
        generate_deadline_s=generate_deadline_s,
        by_model=by_model,
        prompt_tokens=prompt_tokens,
        web=web,
        memories=memories,
        judge=None if entailer is None else ModelEntailmentJudge(entailer=entailer),
    )


def build_inline_answers(
    answering: AnswerQuestion, *, scopes: PublicScope, nursery: Nursery, clock: Clock
) -> InlineAnswers:
    """Make the quick form of the pipeline: no model, no dialogue, no memory, no web."""
    quick = replace(
        answering, generator=ComposingGenerator(), dialogue=NoDialogue(), by_model=False, web=None,
        memories=None, judge=None,
    )  # fmt: skip
    return InlineAnswers(answer=quick, scopes=scopes, nursery=nursery, clock=clock)


@asynccontextmanager
async def open_answering(
    settings: Settings,
    *,
    sessions: Sessions,
    knowledge: Knowledge,
    inference: Inference,
    dialogue: DialogueStore,
    clock: Clock,
    by_model: bool = False,
    memories: MemoryRecall | None = None,
) -> AsyncIterator[AnswerQuestion]:
    """Put the pipeline together as the settings say, over the parts of this process.

    Args:
        settings: Which models, which deadline, which search engine.
        sessions: Where fitted weights are.
        knowledge: The libraries.
        inference: The pool.
        dialogue: States of all dialogues.
        clock: Time.
        by_model: See ``build_answering``.
        memories: See ``build_answering``.
    """
    async with open_web(settings, inference.embedder, knowledge.lemmatizer) as web:
        yield build_answering(
            dialogue=dialogue,
            embedder=inference.embedder,
            generator=inference.generator,
            index=knowledge.index,
            passages=knowledge.passages,
            lemmatizer=knowledge.lemmatizer,
            clock=clock,
            generate_deadline_s=settings.answer_deadline_s,
            by_model=by_model,
            prompt_tokens=settings.prompt_tokens,
            web=web,
            memories=memories,
            vocabulary=knowledge.index,
            fitted=SqlRankWeights(sessions),
            scorer=PoolScorer(inference.calls) if settings.score_backend else None,
            by_text=PoolRewriter(inference.calls) if settings.rewrite_backend else None,
            entailer=PoolEntailer(inference.calls) if settings.entail_backend else None,
        )


def answering_kinds(settings: Settings) -> list[JobKind]:
    """List what an answer asks the pool for."""
    kinds = [JobKind.EMBED, JobKind.GENERATE]
    if settings.score_backend:
        kinds.append(JobKind.SCORE)
    if settings.rewrite_backend:
        kinds.append(JobKind.REWRITE)
    if settings.entail_backend:
        kinds.append(JobKind.ENTAIL)
    return kinds
