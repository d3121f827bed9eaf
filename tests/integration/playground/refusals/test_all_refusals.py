"""What Telegram refuses, in its own words; each case names where the words are from."""

import importlib
import pkgutil
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter

from tests.integration.playground.refusals.case import Case, Scene

FEWEST = 60
HERE = Path(__file__).parent
AREAS = sorted(
    module.name
    for module in pkgutil.iter_modules([str(HERE)])
    if module.name not in {"case", "conftest"} and not module.name.startswith("test_")
)


def _cases() -> list[Case]:
    package = "tests.integration.playground.refusals"
    return [case for area in AREAS for case in importlib.import_module(f"{package}.{area}").CASES]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.words[:60])
async def test_telegram_refuses(case: Case, scene: Scene) -> None:
    with pytest.raises(TelegramAPIError) as caught:
        await case.act(scene)
    refusal = caught.value
    said = str(refusal) if isinstance(refusal, TelegramRetryAfter) else refusal.message
    assert said == case.sentence


def test_every_refusal_has_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    cases = _cases()
    assert not [case.words for case in cases if not case.source.startswith("https://")]
    different = {case.sentence for case in cases}
    with capsys.disabled():
        print(f"\n{len(different)} different refusals in {len(cases)} cases")  # noqa: T201
    assert len(different) >= FEWEST
