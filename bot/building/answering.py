from services.answering.pipeline import AnswerQuestion
from services.answering.rewriting import QueryRewriter
from services.clock import Clock
from services.dialogue.ports import DialogueStore
from services.inference.ports import TextEmbedder, TextGenerator
from services.knowledge.ports import Lemmatizer, PassageIndex, PassageStore


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
    """
    return AnswerQuestion(
        dialogue=dialogue,
        embedder=embedder,
        generator=generator,
        index=index,
        passages=passages,
        lemmatizer=lemmatizer,
        rewriter=QueryRewriter(lemmatizer=lemmatizer),
        clock=clock,
        generate_deadline_s=generate_deadline_s,
        by_model=by_model,
    )
