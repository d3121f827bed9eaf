"""Earlier questions lean on a search, and never outweigh what is asked."""

from dataclasses import replace

import numpy as np

from services.answering.background import leaning_vector
from services.answering.models import SearchQuery
from services.answering.retrieval import HybridRetriever
from services.answering.rewriting import QueryRewriter
from services.answering.searching import Searched, search_libraries
from services.dialogue.models import DialogueState
from tests.fakes.answering import FakeLibrary
from tests.unit.answering.evidence_builder import LEMMATIZER, passage
from tests.unit.answering.test_rewriting import rewritten, turn
from tests.unit.answering.test_searching import OWNER as LIBRARY
from tests.unit.answering.test_searching import unit

REWRITER = QueryRewriter(lemmatizer=LEMMATIZER)
WASHINGTON = turn("What is worth seeing in Washington?", "What is worth seeing in Washington?")


async def search(query: SearchQuery) -> Searched:
    texts = ("The Spy Museum of Berlin.", "The Spy Museum of Washington.", "Washington is a city.")
    vectors = (unit(0), unit(0), unit(1))
    library = FakeLibrary(
        tuple(
            replace(passage(number, text).passage, vector=vector, sentence_vectors=vector[None])
            for number, (text, vector) in enumerate(zip(texts, vectors, strict=True), start=1)
        )
    )
    return await search_libraries(
        HybridRetriever(index=library, store=library), [LIBRARY], query,
        lemmas=LEMMATIZER.content_lemmas(query.text), vector=unit(0),
        background=unit(1) if query.background else None,
    )  # fmt: skip


def first(searched: Searched) -> int:
    return int(searched.candidates[0].passage.passage_id)


async def test_what_the_dialogue_began_with_decides_between_equals() -> None:
    alone = REWRITER.rewrite("Is the Spy Museum free?", DialogueState())
    later = REWRITER.rewrite("Is the Spy Museum free?", DialogueState(turns=(WASHINGTON,)))
    assert not alone.background
    assert later.background == WASHINGTON.question
    assert first(await search(alone)) == 1
    assert first(await search(later)) == 2


async def test_sentences_are_compared_with_the_question_alone() -> None:
    later = REWRITER.rewrite("Is the Spy Museum free?", DialogueState(turns=(WASHINGTON,)))
    searched = await search(later)
    assert "washington" not in searched.lemmas
    assert searched.vector is not None
    assert np.array_equal(searched.vector, unit(0))
    assert searched.ranked_by is not None
    assert searched.ranked_by[0] > 9 * searched.ranked_by[1] > 0


def test_without_a_vector_nothing_leans() -> None:
    assert leaning_vector(None, unit(0)) is None
    assert leaning_vector(unit(0), None) is not None


def test_a_verb_is_no_name() -> None:
    assert (
        rewritten("Tell me about the Bronze Age collapse.", "What empires survived?",
                  "What came after it?")
        == "What came after Bronze Age collapse?"
    )  # fmt: skip


def test_two_things_that_are_compared_are_both_meant() -> None:
    assert (
        rewritten("What is the keto diet?", "What is paleo?", "How are they different?")
        == "How are keto diet and paleo different?"
    )
