"""Which rude word a masked piece of text means."""

import re
from dataclasses import dataclass
from typing import Final

from services.moderation.models import Severity
from services.moderation.text.lexicon import STAR, Kind, Lexicon
from services.moderation.text.variants import in_other_layouts, plainly, variants

EDGE: Final = " .,!?;:()[]{}\"'«»…-–—_~^`/\\"
SHORT: Final = 3
_STARRED: Final = re.compile(r"(?=.*[a-zа-я])(?=.*[*#%])[a-zа-я0-9*#%@$!]{3,24}")
_LETTER: Final = re.compile("[a-zа-я]")
_SIGN: Final = re.compile(r"[^a-zа-я0-9]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """Finds what is meant, by the lexicon."""

    lexicon: Lexicon

    def unmasked(self, core: str, chunk: str) -> str | None:
        """Find the rude word behind stars, signs, digits or another layout.

        Args:
            core: A chunk without the marks at its ends.
            chunk: With them; in another layout they may be letters.
        """
        if _STARRED.fullmatch(core) and (found := self._behind_stars(core)) is not None:
            return found
        parts = [part for part in _SIGN.split(core) if part]
        if len(parts) > 1 and all(
            len(part) >= SHORT and self.lexicon.is_ordinary(part) for part in parts
        ):
            return None
        return self.rude(core) or (self.rude(chunk) if chunk != core else None)

    def _behind_stars(self, core: str) -> str | None:
        masked = re.sub("[#%]", STAR, core)
        if STAR not in masked.strip(STAR) and masked.startswith(STAR) == masked.endswith(STAR):
            # Stars around a word make it bold.
            return None
        found = (self.lexicon.filled(spelt) for spelt in (masked, plainly(masked)))
        return next((word for word in found if word is not None), None)

    def of_word(self, word: str, chunk: str) -> str:
        """Find what a word of plain letters means; mostly itself."""
        return self.rude(word) or (self.rude(chunk) if chunk != word else None) or word

    def rude(self, core: str) -> str | None:
        """Find a rude word that may be meant."""
        if not _LETTER.search(core):
            return None
        for word in variants(core):
            if len(word) >= SHORT and self._is_meant(word, core):
                return word
        # So much can be read into other keys that only words which people write count.
        known = self.lexicon.vocabulary.rude_set
        return next((word for word in in_other_layouts(core) if word in known), None)

    def _is_meant(self, word: str, core: str) -> bool:
        """Tell whether a reading is rude; less is read into Latin letters: names fit many roots."""
        if word[0].isascii() or not core.isascii() or not core.isalpha():
            return self.lexicon.is_rude(word)
        entry = self.lexicon.entry(word)
        is_grave = entry is not None and entry.kind is Kind.OBSCENE
        is_grave = is_grave and entry is not None and entry.severity is Severity.GRAVE
        return is_grave or word in self.lexicon.vocabulary.rude_set
