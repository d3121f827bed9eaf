import pytest

from handlers.rendering.answers import body
from handlers.rendering.direction import directed
from services.answering.models import Citation

RLM, LRI, PDI = "\u200f", "\u2066", "\u2069"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("زبان C++ خوب است [1].", f"زبان {LRI}C++{PDI} خوب است{RLM} [1]."),
        ("این را Telegram می‌گوید [2].", f"این را {LRI}Telegram{PDI} می‌گوید{RLM} [2]."),
        ("خبر را بخوان از Telegram [1][2].", f"خبر را بخوان از {LRI}Telegram{PDI}{RLM} [1][2]."),
        ("Telegram پیام‌رسان است [1].", f"{RLM}{LRI}Telegram{PDI} پیام‌رسان است{RLM} [1]."),
        ("سلام دنیا", "سلام دنیا"),
        ("", ""),
    ],
)
def test_a_persian_line_reads_from_the_right(text: str, shown: str) -> None:
    assert directed(text) == shown


@pytest.mark.parametrize("text", ["Щи варят в Telegram [1].", "Plain C++ text [1].", "123 [1]"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert directed(text) == text


def test_markers_of_a_persian_answer_are_links_all_the_same() -> None:
    source = Citation(n=1, source="a", url="https://a.example/1", title="", quote="")
    html = body("زبان C++ خوب است [1].", (source,)).html()
    assert '<a href="https://a.example/1">[1]</a>' in html


def test_lines_are_judged_one_by_one() -> None:
    first, second = directed("متن فارسی بلند اینجا هست\nC++ [1]").split("\n")
    assert not first.startswith(RLM)
    assert second == f"{RLM}{LRI}C++{PDI}{RLM} [1]"
