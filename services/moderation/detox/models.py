"""A polite form of a text, and what it rests on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DetoxResult:
    """A polite form that may be offered.

    Attributes:
        text: What could be written instead; the text itself where nothing is rude in it.
        changed_spans: What is left out or written otherwise, as [start, end) characters of the
            text as it was.
        toxicity_before: Of the text, as the judge sees it.
        toxicity_after: Of the polite form.
    """

    text: str
    changed_spans: tuple[tuple[int, int], ...]
    toxicity_before: float
    toxicity_after: float
