"""Every stateful method is called over HTTP; every answer and update has its type."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import TelegramMethod

from playground.methods import all_answers
from tests.integration.playground.probe.frame import fresh_probe

HERE = Path(__file__).parent
AREAS = sorted(
    module.name
    for module in pkgutil.iter_modules([str(HERE)])
    if module.name not in {"frame", "conftest"} and not module.name.startswith("test_")
)


async def test_every_stateful_method_answers_in_its_type(
    capsys: pytest.CaptureFixture[str],
) -> None:
    called: set[type[TelegramMethod[Any]]] = set()
    kinds: set[str] = set()
    updates = 0
    for area in AREAS:
        module = importlib.import_module(f"tests.integration.playground.probe.{area}")
        async with fresh_probe() as probe:
            await module.probe(probe)
            await probe.hears()
        called |= probe.called
        kinds |= {update.event_type for update in probe.updates}
        updates += len(probe.updates)
    stateful = set(all_answers())
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{len(called & stateful)} of {len(stateful)} stateful methods called,"
            f" {updates} updates of {len(kinds)} types checked"
        )
    missing = sorted(model.__api_method__ for model in stateful - called)
    assert not missing, f"no probe calls {missing}"
