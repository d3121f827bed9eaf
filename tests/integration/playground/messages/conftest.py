from collections.abc import AsyncIterator

import pytest

from playground.server import Running, running_playground
from tests.fakes.town_time import FakeTime


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def server(time: FakeTime) -> AsyncIterator[Running]:
    async with running_playground(now=time) as running:
        yield running
