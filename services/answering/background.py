"""What was asked before leans on a search, lightly: a question seldom says all that it is about."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.dialogue.models import Turn

VECTOR_SHARE: Final = 0.1
"""Of the background's vector beside the question's own; chosen on halves of CAsT and MTRAG-UN."""
OWN_TIMES: Final = 7
"""Weight of a lemma of the question over one of the background; chosen likewise."""


def background_of(turns: Sequence[Turn]) -> str:
    """Give the question that the dialogue began with and the one before, as typed."""
    ends = (turns[0], turns[-1]) if turns else ()
    return " ".join(dict.fromkeys(" ".join(turn.question.split()) for turn in ends))


def leaning_lemmas(own: Sequence[str], background: Iterable[str]) -> Sequence[str]:
    """Repeat what the question says, so that the background adds but a fraction of it.

    Example:
        >>> leaning_lemmas(["museum"], ["washington"]).count("museum")
        7
    """
    around = [lemma for lemma in dict.fromkeys(background) if lemma not in own]
    return [*(lemma for lemma in own for _ in range(OWN_TIMES)), *around] if around else own


def leaning_vector(
    own: NDArray[np.float32] | None, background: NDArray[np.float32] | None
) -> NDArray[np.float32] | None:
    """Turn the question's vector a little towards that of the background."""
    if own is None or background is None:
        return own
    mixed = own + VECTOR_SHARE * background
    return np.asarray(mixed / max(float(np.linalg.norm(mixed)), 1e-9), dtype=np.float32)
