"""What a hand meant to type: another keyboard layout, Russian in Latin letters, a slip."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

_LATIN_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN_KEYS: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_SHIFTED: Final = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_TO_RUSSIAN: Final = str.maketrans(
    _LATIN_KEYS + _SHIFTED + "&", _RUSSIAN_KEYS + _RUSSIAN_KEYS.upper() + "?"
)
_TO_LATIN: Final = str.maketrans(_RUSSIAN_KEYS + _RUSSIAN_KEYS.upper(), _LATIN_KEYS + _SHIFTED)
_LOOKALIKES: Final = str.maketrans("aceopxyABEKMHOPCTXkm", "асеорхуАВЕКМНОРСТХкм")
_END_MARKS: Final = "?!.,;:"

# Longest first; where letters can be read in several ways, the likelier one first.
_SOUNDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("shch", ("щ",)), ("sch", ("щ", "сч")), ("sh", ("ш",)), ("ch", ("ч",)), ("zh", ("ж",)),
    ("kh", ("х",)), ("ts", ("ц", "тс")), ("yu", ("ю",)), ("ju", ("ю",)), ("ya", ("я", "ыа")),
    ("ja", ("я",)), ("yo", ("ё", "йо")), ("jo", ("ё",)), ("ye", ("е", "ые")), ("iy", ("ий",)),
    ("yy", ("ый",)), ("ij", ("ий",)), ("iu", ("ию", "ю")), ("ia", ("ия", "я")), ("a", ("а",)),
    ("b", ("б",)), ("v", ("в",)), ("w", ("в",)), ("g", ("г",)), ("d", ("д",)), ("e", ("е", "э")),
    ("z", ("з",)), ("i", ("и", "й")), ("j", ("й", "ж")), ("k", ("к",)), ("l", ("л",)),
    ("m", ("м",)), ("n", ("н",)), ("o", ("о",)), ("p", ("п",)), ("r", ("р",)), ("s", ("с",)),
    ("t", ("т",)), ("u", ("у",)), ("f", ("ф",)), ("h", ("х",)), ("c", ("ц", "к")),
    ("y", ("ы", "й")), ("x", ("кс", "х")), ("q", ("к",)), ("'", ("ь",)), ("`", ("ь",)),
)  # fmt: skip
_HARD: Final = frozenset("бвгдзклмнпрстфхчшж")
_INFINITIVE: Final = re.compile(r"\w{3,}[иа]т")
MOST_SPELLINGS: Final = 96
ALPHABETS: Final = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "abcdefghijklmnopqrstuvwxyz",
    "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
)


def in_other_layout(token: str) -> list[str]:
    """Give what the same keys write in the other layout, the likelier first.

    A mark at the end may be a letter of the other layout or just a mark.

    Example:
        >>> in_other_layout("cdfhbnm"), in_other_layout("ырсрш")
        (['сварить'], ['shchi'])
    """
    if any(letter in _RUSSIAN_KEYS for letter in token.lower()):
        return _with_end(token, _TO_LATIN)
    if any("a" <= letter <= "z" for letter in token.lower()):
        return _with_end(token, _TO_RUSSIAN)
    return []


def _with_end(token: str, keys: dict[int, int]) -> list[str]:
    bare = token.rstrip(_END_MARKS)
    end = token[len(bare) :]
    whole = [] if set(end) & set("?!") else [token.translate(keys)]
    return list(dict.fromkeys([*whole, bare.translate(keys) + end]))


def without_lookalikes(token: str) -> list[str]:
    """Write a word of both alphabets in Cyrillic alone, where its Latin letters look the same."""
    if not any(letter in _RUSSIAN_KEYS for letter in token.lower()):
        return []
    plain = token.translate(_LOOKALIKES)
    return (
        [] if plain == token or any("a" <= letter <= "z" for letter in plain.lower()) else [plain]
    )


def in_cyrillic(word: str) -> list[str]:
    """Spell a Russian word that was written in Latin letters, the likelier first.

    Letters stand for several sounds, and soft signs are often left out, so there are many
    spellings; at most ``MOST_SPELLINGS`` are given.

    Example:
        >>> in_cyrillic("shchi")[0], "сол" in in_cyrillic("sol"), "соль" in in_cyrillic("sol")
        ('щи', True, True)
    """
    plain = list(islice(_spelled(word.lower()), MOST_SPELLINGS // 4))
    soft = (with_sign for spelling in plain for with_sign in _softened(spelling))
    # In a question "svarit" is rather "сварить" than "сварит".
    verbs = [f"{spelling}ь" for spelling in plain if _INFINITIVE.fullmatch(spelling)]
    return list(islice(dict.fromkeys([*verbs, *plain, *soft]), MOST_SPELLINGS))


def _spelled(word: str) -> Iterator[str]:
    if not word:
        yield ""
        return
    for letters, sounds in _SOUNDS:
        if word.startswith(letters):
            for sound in sounds:
                yield from (sound + rest for rest in _spelled(word[len(letters) :]))
            return
    yield from (word[0] + rest for rest in _spelled(word[1:]))


def _softened(word: str) -> Iterator[str]:
    for at, letter in enumerate(word, start=1):
        if letter in _HARD:
            yield f"{word[:at]}ь{word[at:]}"


def one_slip_away(word: str) -> Iterator[str]:
    """Give the words that one slip of the hand turns into this one, the likelier slips first.

    Two letters swapped, one typed twice or too many, one wrong, one left out.
    """
    alphabet = next((letters for letters in ALPHABETS if set(word) & set(letters)), "")
    places = range(len(word))
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    yield from (word[:at] + word[at + 1 :] for at in places)
    yield from (word[:at] + letter + word[at + 1 :] for at in places for letter in alphabet)
    ends = range(len(word) + 1)
    yield from (word[:at] + letter + word[at:] for at in ends for letter in alphabet)
