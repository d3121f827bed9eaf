import time

from hypothesis import given
from hypothesis import strategies as st

from services.moderation.text.folding import fold

_MESSY = st.text(
    st.one_of(
        st.sampled_from("аеорсухкйёxyаb3@*. \u200b\u0306\u0301ﬁⅷΑаＡ"),
        st.characters(),
    )
)


@given(_MESSY)
def test_each_letter_knows_where_it_comes_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(folded.origins)
    assert all(0 <= at < len(text) for at in folded.origins)


@given(_MESSY)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


def test_what_looks_alike_is_written_alike() -> None:
    assert fold("Ｆｕｃｋ ᴀʟʟ").text == "fuck all"
    assert fold("м\u200bу\u0301д\u00adа\u2060к").text == "мудак"
    assert fold("и\u0306ЁЖ").text == "йеж"


def test_time_grows_with_length_alone() -> None:
    def spent(text: str) -> int:
        begun = time.process_time_ns()
        fold(text)
        return time.process_time_ns() - begun

    short, long = "ａ\u0301б " * 2_000, "ａ\u0301б " * 20_000
    fold(short)
    assert min(spent(long) for _ in range(3)) < 40 * min(spent(short) for _ in range(3))
