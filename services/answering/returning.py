"""Going back to an earlier topic: "вернёмся к борщу: сколько он хранится?"."""

import re
from collections.abc import Sequence
from typing import Final

from services.dialogue.models import Turn
from services.knowledge.ports import Lemmatizer

_LEAD: Final = re.compile(
    r"^\W*(?:(?:так вот|ладно|хорошо|теперь|а|и|ну|тогда|опять|снова|ещё раз|еще раз|ok|okay|so|"
    r"now|well|and)[\s,]+)*"
    r"(?:(?:давай(?:те)?\s+)?(?:верн[её]мся|вернусь|вернись|возвращаясь|обратно|назад|возвращаюсь)"
    r"\s+(?:снова\s+)?(?:к|ко|на)|(?:снова|опять|ещ[её] раз|теперь опять|дальше)\s+(?:про|о|об)|"
    r"(?:насч[её]т|по поводу|касательно|что касается|про|по)|"
    r"(?:let's |let us )?(?:go(?:ing)? back|back|return(?:ing)?|coming back|getting back) to|"
    r"(?:regarding|concerning|as for|about)|برگردیم به|در مورد|درباره)\s+"
    r"(?P<topic>[^,:;.?!—–]{2,50}?)(?:\s+(?:ещ[её]|снова|опять|again))?\s*"
    r"(?:[,:;.?!—–]|\s-)\s*(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_STEM: Final = 5
"""Letters that two forms of a word which the dictionary does not know have in common."""


def returned(
    question: str, turns: Sequence[Turn], lemmatizer: Lemmatizer
) -> tuple[str, tuple[Turn, ...]] | None:
    """Find the turn that a question goes back to.

    Returns:
        What is asked, and the turns with that one as the last; None when it goes back to nothing
        that was asked about.
    """
    found = _LEAD.match(question)
    if found is None:
        return None
    wanted = _stems(found["topic"], lemmatizer)
    for turn in reversed(turns):
        if wanted & _stems(turn.query, lemmatizer):
            others = tuple(other for other in turns if other is not turn)
            return found["rest"], (*others, turn)
    return None


def _stems(text: str, lemmatizer: Lemmatizer) -> set[str]:
    return {lemma[:_STEM] for lemma in lemmatizer.content_lemmas(text)}
