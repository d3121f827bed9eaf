"""What a masked word may have been before it was masked."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Final

from services.keyboards import in_other_layout
from services.moderation.text.homoglyphs import CYRILLIC_READINGS, LATIN_READINGS, SHAPES, SOUNDS

MOST_VARIANTS: Final = 32
_SHAPED: Final = {letter: readings[0] for letter, readings in CYRILLIC_READINGS.items()} | {
    "u": "уи", "n": "пи", "b": "вь", "h": "н",
}  # fmt: skip
LONGEST: Final = 40
_FRAGMENT: Final = 3
_ROW: Final = re.compile(r"(.)\1{2,}")
_PAIR: Final = re.compile(r"(.)\1")
_ROWS: Final = re.compile(r"(.)\1+")
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")
_CYRILLIC: Final = re.compile("[а-я]")
_LATIN: Final = re.compile("[a-z]")
_LATIN_SHAPED: Final = re.compile(r"[aceopxyukmhtbnr0346@$1]+")
_SPOKEN: Final = re.compile(r"[a-z'`0346@$1]+")
_SIGNS_BETWEEN: Final = re.compile(r"(?<=\w)[^\w*]{1,3}(?=\w)|_+|[\u2010-\u2015.,'’`~·•|/\\-]+")


def squeezed(word: str) -> str:
    """Write rows of three and more equal letters as one."""
    return _ROW.sub(r"\1", word)


def variants(core: str) -> Iterator[str]:
    """Give what a piece of text without spaces may say, the likelier first; never very many."""
    if len(core) > LONGEST:
        return
    drawn = core
    for shape, letter in SHAPES:
        drawn = drawn.replace(shape, letter)
    joined = _SIGNS_BETWEEN.sub("", drawn) if _is_torn(drawn) else drawn
    for spelt in dict.fromkeys((core, drawn, joined)):
        for squeeze in dict.fromkeys(
            (spelt, _ROW.sub(r"\1\1", spelt), squeezed(spelt), _ROWS.sub(r"\1", spelt))
        ):
            yield from _read(squeeze)


def in_other_layouts(core: str) -> list[str]:
    """Give what the keys mean in the other layout."""
    return (
        [spelt.lower() for spelt in in_other_layout(core) if spelt.isalpha()]
        if len(core) <= LONGEST
        else []
    )


def _read(word: str) -> Iterator[str]:
    has_cyrillic, has_latin = bool(_CYRILLIC.search(word)), bool(_LATIN.search(word))
    if word.isalpha() and has_cyrillic != has_latin:
        yield word
    if has_cyrillic:
        yield from _spelt(word, CYRILLIC_READINGS, _CYRILLIC)
    elif _LATIN_SHAPED.fullmatch(word):
        yield from _spelt(word, _SHAPED, _CYRILLIC)
    if has_latin and not _is_wholly(word, _LATIN):
        yield from _spelt(word, LATIN_READINGS, _LATIN)
    if has_latin and not has_cyrillic and _SPOKEN.fullmatch(word):
        yield from in_russian(word)


def _is_torn(core: str) -> bool:
    """Tell a word with signs between its letters from words with signs between them."""
    parts = [part for part in re.split(r"[\W_]+", core) if part]
    return len(parts) > 1 and (max(map(len, parts)) <= _FRAGMENT or len(parts[0]) == 1)


def _is_wholly(word: str, letters: re.Pattern[str]) -> bool:
    return all(letters.match(letter) for letter in word)


def _spelt(word: str, readings: Mapping[str, str], plain: re.Pattern[str]) -> Iterator[str]:
    options = [letter if plain.match(letter) else readings.get(letter, "") for letter in word]
    if all(options):
        yield from ("".join(letters) for letters in islice(product(*options), MOST_VARIANTS))


def in_russian(word: str) -> Iterator[str]:
    """Spell a Russian word that is written in Latin letters."""
    options: list[tuple[str, ...]] = []
    at = 0
    while at < len(word):
        sounds = next((pair for pair in SOUNDS if word.startswith(pair[0], at)), None)
        options.append(sounds[1] if sounds else (word[at],))
        at += len(sounds[0]) if sounds else 1
    for letters in islice(product(*options), MOST_VARIANTS):
        spelt = "".join(letters)
        yield spelt
        if spelt.endswith(("ат", "ит", "ет", "ят", "ад")):
            yield f"{spelt}ь"


def plainly(word: str) -> str:
    """Write a word of two alphabets in the one that most of its letters are of."""
    cyrillic, latin = len(_CYRILLIC.findall(word)), len(_LATIN.findall(word))
    if not cyrillic or not latin:
        return squeezed(word)
    table = (
        CYRILLIC_READINGS if cyrillic >= latin or _CYRILLIC_ONLY.search(word) else LATIN_READINGS
    )
    plain = _CYRILLIC if table is CYRILLIC_READINGS else _LATIN
    return squeezed(
        "".join(
            letter if plain.match(letter) or letter.isdigit() else table.get(letter, letter)[0]
            for letter in word
        )
    )


_CYRILLIC_ONLY: Final = re.compile("[бгджзийлфцчшщъыьэюя]")
