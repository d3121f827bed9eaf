from pathlib import Path

from playground.coverage import absent, coverage_page
from playground.methods import all_answers
from playground.registry import known_methods

DOCS = Path(__file__).parents[3] / "docs" / "playground-coverage.md"
FEWEST = 90


def test_the_documented_coverage_is_that_of_the_code() -> None:
    assert DOCS.read_text() == coverage_page(), "run: make docs"


def test_every_method_has_state_or_a_reason_for_having_none() -> None:
    without = [model for models in absent().values() for model in models]
    assert len(without) == len(set(without))
    assert set(without) | set(all_answers()) == set(known_methods().values())
    assert len(all_answers()) >= FEWEST
