from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.support.town import CPU_WORKER, RunningTown, Town, running_town

OwnTown = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture(scope="session")
def shared_processes() -> Iterator[RunningTown]:
    """One town for all tests that break nothing."""
    with running_town() as town:
        yield town


@pytest.fixture
async def town(shared_processes: RunningTown) -> AsyncIterator[Town]:
    """The typed client of the shared town; let people of your own move in: ``new_person``."""
    async with Town.connect(shared_processes.base) as client:
        assert isinstance(client, Town)
        client.processes = shared_processes
        yield client


@pytest.fixture
def samovar_town() -> OwnTown:
    """Make a town of the test's own, to kill and to configure.

    ``async with samovar_town(env={...}, worker=[...] or None, limits="faq") as town:``; then
    ``town.user("alice")``, ``town.processes.bot.kill()``, ``town.processes.restart_bot()``.
    """

    @asynccontextmanager
    async def make(
        *,
        env: Mapping[str, str] | None = None,
        worker: Sequence[str] | None = CPU_WORKER,
        limits: str = "off",
        bot: bool = True,
    ) -> AsyncIterator[Town]:
        with running_town(env=env, worker=worker, limits=limits, bot=bot) as processes:
            async with Town.connect(processes.base) as client:
                assert isinstance(client, Town)
                client.processes = processes
                yield client

    return make
