from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workers.hub.streaming import WrittenText


def _decode(tokens: Sequence[int]) -> str:
    """A tokenizer whose tokens are bytes."""
    return bytes(tokens).decode("utf-8", errors="replace")


def _grown(text: str, *, stops: Sequence[str] = (), one_line: bool = False) -> list[str]:
    """Write a text byte by byte; the last is what is left when nothing follows."""
    written = WrittenText(_decode, stops=stops, one_line=one_line)
    shown = []
    for byte in text.encode():
        over = written.add([byte])
        shown.append(written.so_far)
        if over:
            break
    return [*shown, written.whole()]


def test_letters_of_several_bytes_come_whole() -> None:
    assert _grown("чай ☕") == ["", "ч", "ч", "ча", "ча", "чай", "чай ", "чай ", "чай ", "чай ☕",
                               "чай ☕"]  # fmt: skip


def test_half_a_letter_at_the_end_is_left_out() -> None:
    written = WrittenText(_decode)
    written.add("чай".encode()[:-1])
    assert written.whole() == "ча"


def test_pieces_that_each_end_in_half_a_letter_lose_none() -> None:
    written = WrittenText(_decode)
    text = "ab\U00010000" + "c" * 6 + "\U00010000\U00010000"
    tokens = list(text.encode())
    for piece in (tokens[:4], tokens[4:14], tokens[14:18], tokens[18:19], tokens[19:]):
        written.add(piece)
    assert written.whole() == text


def test_noise_that_is_no_text_is_shown_all_the_same() -> None:
    written = WrittenText(_decode)
    for _ in range(20):
        written.add([0x80])
    assert written.so_far.count("\ufffd") >= 16


def test_a_stop_ends_the_text_and_no_half_of_it_is_shown() -> None:
    shown = _grown("Tea.\nUser: and?", stops=["\nUser:"])
    assert shown[-1] == "Tea."
    assert shown[4:9] == ["Tea."] * 5
    assert not any("U" in text for text in shown)


def test_what_only_looked_like_a_stop_is_shown_later() -> None:
    assert _grown("Tea\nUse it", stops=["\nUser:"])[-1] == "Tea\nUse it"


def test_one_line_ends_with_the_first_line_that_says_something() -> None:
    assert _grown("\n\n the question \nmore", one_line=True)[-1] == "the question"


def test_what_is_thought_aloud_is_not_part_of_the_answer() -> None:
    shown = _grown("<think>\nhm, tea\n</think>\n\nTea.")
    assert shown[-1] == "Tea."
    assert not any("hm" in text or "<" in text for text in shown)
    assert _grown("<b>")[-1] == "<b>"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\ufffd")), st.data())
def test_pieces_of_any_size_make_the_same_text(text: str, data: st.DataObject) -> None:
    tokens = list(text.encode())
    written = WrittenText(_decode)
    while tokens:
        size = data.draw(st.integers(1, len(tokens)))
        written.add(tokens[:size])
        tokens = tokens[size:]
    spoken = text.lstrip()
    assert written.whole() == (
        spoken.partition("</think>")[2].strip() if spoken.startswith("<think>") else spoken.rstrip()
    )


@pytest.mark.parametrize("stop", ["\nUser:", "###"])
@given(st.text("aU\n#ser: ", max_size=30))
def test_the_shown_text_never_takes_back_a_letter(stop: str, text: str) -> None:
    shown = _grown(text, stops=[stop])
    for earlier, later in pairwise(shown[:-1]):
        assert later.startswith(earlier.rstrip())
    assert shown[-1] == text.lstrip().partition(stop)[0].rstrip()
