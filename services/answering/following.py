"""What a person may want to ask next: things that were found beside the answer."""

from collections.abc import Sequence
from typing import Final

from services.answering.models import Citation, RankedPassage
from services.knowledge.ports import Lemmatizer

MOST: Final = 2
LONGEST: Final = 40
"""Characters that a button shows on a phone."""
LOOKED_AT: Final = 10


def follow_ups(
    query: str,
    candidates: Sequence[RankedPassage],
    citations: Sequence[Citation],
    lemmatizer: Lemmatizer,
) -> tuple[str, ...]:
    """Name up to two near subjects, so that a tap goes on with them.

    Said alone after a question, a subject asks the same of it ("Борщ" after "Как варить щи?").

    Args:
        query: What was answered.
        candidates: What was found, best first.
        citations: Of the answer; their documents are no news.
        lemmatizer: Gives words their lemmas.
    """
    known = [frozenset(lemmatizer.content_lemmas(query))]
    known += [frozenset(lemmatizer.content_lemmas(citation.title)) for citation in citations]
    cited = {citation.source for citation in citations}
    found: list[str] = []
    for ranked in candidates[:LOOKED_AT]:
        source = ranked.passage.sources[0]
        subject = _subject(ranked)
        lemmas = frozenset(lemmatizer.content_lemmas(subject))
        is_new = lemmas and not any(lemmas <= other or other <= lemmas for other in known if other)
        if is_new and source.source not in cited and len(found) < MOST:
            known.append(lemmas)
            found.append(subject)
    return tuple(found)


def _subject(ranked: RankedPassage) -> str:
    """Take a title that fits on a button; text without a title names nothing."""
    title = ranked.passage.title.rpartition("›")[2] or ranked.passage.sources[0].title
    line = " ".join(title.split()).rstrip(".:;,!?…")
    return line if len(line) <= LONGEST else ""
