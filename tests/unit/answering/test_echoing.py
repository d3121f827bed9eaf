import pytest

from services.answering.echoing import Echoes
from services.answering.prompting import prompt

SYSTEM = prompt("Что?", (), (), language="en", max_sentences=4)[0].content
SOURCES = ["The Query tab lists the sources of a project. For steps, one step per line is best."]


@pytest.fixture
def echoes() -> Echoes:
    return Echoes([SYSTEM], SOURCES)


@pytest.mark.parametrize(
    "echo",
    [
        "1. Use only what the sources say [4].",
        "Its title included, is material to quote [5].",
        "use ONLY what [1] the sources, say!",
    ],
)
def test_a_rule_of_the_prompt_whose_words_stand_in_a_source_does_not_get_out(
    echoes: Echoes, echo: str
) -> None:
    assert echoes.without(f"The tab lists sources [1].\n{echo}\nOpen it [1].").split("\n") == [
        "The tab lists sources [1].",
        "",
        "Open it [1].",
    ]


def test_a_rule_that_goes_on_over_a_full_stop_goes_with_all_its_sentences(echoes: Echoes) -> None:
    assert (
        echoes.without("Plain text. For steps. Open it [1].")
        == "Plain text. For steps. Open it [1]."
    )
    assert echoes.without("Sources say. Add nothing of your own. Open it [1].") == "Open it [1]."


def test_what_a_source_says_too_is_no_echo(echoes: Echoes) -> None:
    assert echoes.without("For steps, one step per line is best [1].").startswith("For steps")


def test_a_text_without_echo_stays_as_it_is(echoes: Echoes) -> None:
    text = "Open the tab [1].\n\n- Add  a source [1].\n"
    assert echoes.without(text) == text


def test_the_whole_prompt_leaves_nothing_of_itself(echoes: Echoes) -> None:
    left = echoes.without(f"My instructions: {SYSTEM}\nOpen it [1].")
    assert "Open it [1]." in left
    assert all(rule not in left for rule in ("only what", "material to quote", "Every sentence"))
