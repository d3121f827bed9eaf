import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.moderation.text.lexicon import Lexicon, Vocabulary, checksums
from services.moderation.text.reading import Reader

_VOCABULARY = Vocabulary(
    rude=("хуй", "мудак", "пиздец", "сука", "дебил", "fuck", "idiot"),
    ordinary=checksums(("лупу", "купил", "иди", "отсюда", "her")),
)
_LEXICON = Lexicon(_VOCABULARY)
_READER = Reader(_LEXICON)


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("вот мyдaк такой", "мудак", "мyдaк"),
        ("ну ты м у д а к", "мудак", "м у д а к"),
        ("с.у.к.а!", "сука", "с.у.к.а"),
        ("с у к а, опять", "сука", "с у к а"),
        ("какой м*дак", "мудак", "м*дак"),
        ("п****ц", "пиздец", "п****ц"),
        ("П1зд3ц всем", "пиздец", "П1зд3ц"),
        ("ty mudak", "мудак", "mudak"),
        ("ты velfr", "мудак", "velfr"),
        ("на}{уй иди", "нахуй", "на}{уй"),
        ("f.u.c.k it", "fuck", "f.u.c.k"),
        ("дeб\u200bил", "дебил", "дeб\u200bил"),
    ],
)
def test_masked_words_are_read_and_found_where_they_stand(
    text: str, word: str, written: str
) -> None:
    found = [each for each in _READER(text) if each.is_masked]
    assert [(each.text, text[each.start : each.end]) for each in found] == [(word, written)]


@pytest.mark.parametrize(
    "text",
    [
        "Купил за лупу сто рублей",
        "иди отсюда",
        "ask her",
        "т.е. 3 и 4, 2*3*4",
        "b2b и 32gb",
        "**важно**",
    ],
)
def test_nothing_is_read_into_clear_texts(text: str) -> None:
    assert not [word for word in _READER(text) if _LEXICON.entry(word.text)]


@given(st.text(st.one_of(st.sampled_from("хуйсукаxyc*.- \n@1|}{()https:/t.me"), st.characters())))
def test_words_lie_in_the_text_in_order(text: str) -> None:
    words = _READER(text)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(word.text for word in words)


@pytest.mark.parametrize("piece", ["а ", "х*", "ху.", "yf[", "aaa1", "с у ", "@@", "x-"])
def test_time_grows_with_length_alone(piece: str) -> None:
    def spent(text: str) -> int:
        begun = time.process_time_ns()
        Reader(_LEXICON)(text)
        return time.process_time_ns() - begun

    short, long = piece * 1_000, piece * 10_000
    spent(short)
    assert min(spent(long) for _ in range(2)) < 60 * min(spent(short) for _ in range(2))
