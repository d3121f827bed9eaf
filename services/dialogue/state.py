from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from services.dialogue.models import Turn

_CHARACTERS_PER_TOKEN: Final = 3
_TURN_OVERHEAD_TOKENS: Final = 8


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a language model reads; Cyrillic takes more than English."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def turn_tokens(turn: Turn) -> int:
    """Estimate what a turn costs in a prompt."""
    return _TURN_OVERHEAD_TOKENS + sum(map(estimate_tokens, (turn.question, turn.answer)))


def trim(turns: Sequence[Turn], *, budget_tokens: int) -> tuple[Turn, ...]:
    """Keep the newest turns that fit the budget together, oldest first.

    The newest turn always stays, so that a follow-up resolves; its answer is cut to the budget.
    """
    kept: list[Turn] = []
    left = budget_tokens
    for turn in reversed(turns):
        cost = turn_tokens(turn)
        if cost > left:
            break
        kept.append(turn)
        left -= cost
    if not kept and turns:
        return (_cut(turns[-1], budget_tokens),)
    return tuple(reversed(kept))


def _cut(turn: Turn, budget_tokens: int) -> Turn:
    question = turn.question[: budget_tokens * _CHARACTERS_PER_TOKEN // 2]
    bare = replace(turn, question=question, answer="")
    room = max(0, budget_tokens - turn_tokens(bare)) * _CHARACTERS_PER_TOKEN
    return replace(bare, answer=turn.answer[:room])
