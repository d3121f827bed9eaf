import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.duplicates import (
    fingerprints,
    is_within,
    repeats_document,
    says_the_same,
    shape,
)

WORDS = ["".join(letters) for letters in itertools.product("бвгд", "аоу", "клмн", "аяю")]


def text_of(seed: int, length: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_a_repost_with_a_typo_mended_is_the_same() -> None:
    original = text_of(1, 100)
    words = original.split()
    words[50] = "правка"
    assert says_the_same(shape(original), shape(" ".join(words).upper() + " 🔥"))


def test_a_number_or_a_negation_makes_it_another_text() -> None:
    text = text_of(2, 100)
    assert not says_the_same(shape(f"{text} прибыль 5 млн"), shape(f"{text} прибыль 7 млн"))
    assert not says_the_same(shape(f"{text} будем ждать"), shape(f"{text} не будем ждать"))


def test_a_part_is_within_the_whole_and_not_the_other_way_round() -> None:
    whole = text_of(3, 200)
    part = " ".join(whole.split()[40:100])
    assert is_within(shape(part), shape(whole))
    assert not is_within(shape(whole), shape(part))
    # A third of a digest is no repeat of the digest as a document, most of it is.
    assert not repeats_document(shape(part), shape(whole))
    assert repeats_document(shape(" ".join(whole.split()[20:])), shape(whole))


def test_texts_without_words_repeat_nothing() -> None:
    assert not says_the_same(shape("🔥🔥"), shape("❤"))
    assert not is_within(shape(""), shape("слово за слово"))


@given(st.integers(), st.integers(0, 60), st.integers(0, 60))
def test_texts_with_a_long_run_in_common_share_a_fingerprint(
    seed: int, before: int, after: int
) -> None:
    run = text_of(seed, 16)
    one = f"{text_of(seed + 1, before)} {run} {text_of(seed + 2, after)}"
    other = f"{text_of(seed + 3, after)} {run}"
    assert set(fingerprints(one)) & set(fingerprints(other))
