"""Evidence for tests: passages with sentences, as the pipeline sees them."""

from collections.abc import Sequence

from services.answering.evidence import SentenceView, views
from services.answering.models import RankedPassage
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage
from services.knowledge.sentences import sentence_spans

LEMMATIZER = MorphologicalLemmatizer()


def passage(
    number: int, text: str, *, title: str = "", library: str = "owner", score: float = 0.0
) -> RankedPassage:
    """A passage with its sentences; lines stay lines."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        spans += [(at + start, at + end) for start, end in sentence_spans(line)]
        at += len(line) + 1
    stored = StoredPassage(
        passage_id=PassageId(number), library_id=LibraryId(library), text=text, title=title,
        lemmas=" ".join(LEMMATIZER.content_lemmas(f"{title}\n{text}")), sentences=tuple(spans),
        sources=(PassageSource(source=f"doc-{number}", url=f"https://example.org/{number}",
                               title=title),),
    )  # fmt: skip
    return RankedPassage(passage=stored, score=score)


def sentences(evidence: Sequence[RankedPassage]) -> list[SentenceView]:
    """All sentences of the evidence, without vectors."""
    return views(evidence, None, LEMMATIZER)
