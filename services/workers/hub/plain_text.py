"""People's texts without what spells a special token of a model."""

import re
from typing import Any, Final

_PASSES: Final = 2


class PlainText:
    """Takes from a text what spells a special token: it would speak as the prompt itself."""

    def __init__(self, tokenizer: Any, *more: str) -> None:  # noqa: ANN401 - transformers'
        """Look at the special tokens of a tokenizer.

        Args:
            tokenizer: Of transformers.
            more: Further texts that mean something to its model.
        """
        added = tokenizer.added_tokens_decoder.values()
        special = {str(token) for token in added if token.special}
        special |= {str(token) for token in (*tokenizer.all_special_tokens, *more) if token}
        longest_first = sorted(special, key=len, reverse=True)
        self._special = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        """Give the text without them."""
        # What is left when one is taken out of another can be a third; a space between keeps who
        # hides thousands in each other from thousands of passes.
        passes = 0
        while (clean := self._special.sub("" if passes < _PASSES else " ", text)) != text:
            text = clean
            passes += 1
        return text
