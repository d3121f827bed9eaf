"""A whole Samovar for tests: the local Telegram, the bot, a worker, each a real process."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.users import Playground
from tests.support.processes import Process, answers, free_port

CPU_WORKER = ("worker", "--device", "cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTown:
    """The processes of a town and where they are.

    Attributes:
        base: Address of the local Telegram; ``Playground.connect(base)`` gives people.
        seed: What ``samovar playground --json`` printed: token, users, groups.
        data: The data directory that bot and worker share.
        worker: None when the test wanted none.
    """

    base: str
    seed: dict[str, Any]
    data: Path
    playground: Process
    bot: Process
    worker: Process | None
    bot_http: str

    def until_ready(self) -> None:
        """Wait until the bot reads updates."""
        self.bot.until(lambda: answers(f"{self.bot_http}/readyz"))

    def restart_bot(self) -> None:
        """Start the bot after ``bot.kill()`` or ``bot.stop()`` and wait until it serves."""
        self.bot.start()
        self.until_ready()

    def second_bot(self) -> Process:
        """Make another replica on the same data directory; it is not started yet.

        Beside a poller it gets 409 from the local Telegram, as it would from the real one; what it
        is good for is adoption.
        """
        variables = {**self.bot.variables, "SAMOVAR_HTTP_PORT": "0"}
        return Process(("run",), variables=variables, log=self.data / "bot2.log")


class Town(Playground):
    """The typed client of a local Telegram, with the processes behind it.

    Attributes:
        processes: To kill, to freeze, to start again.
    """

    processes: RunningTown


@contextmanager
def running_town(
    *,
    env: Mapping[str, str] | None = None,
    worker: Sequence[str] | None = CPU_WORKER,
    limits: str = "off",
    bot: bool = True,
) -> Iterator[RunningTown]:
    """Start a town and wait until its bot is ready.

    Args:
        env: Settings of the bot and the worker beyond the defaults (demo library, English).
        worker: The command of a worker, or None for a pool that is down.
        limits: Telegram's flood limits: ``off`` or ``faq``.
        bot: False: the test starts it (``town.bot.start()``).
    """
    data = Path(tempfile.mkdtemp(prefix="samovar-town-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        playground = _playground(data, limits)
        stack.callback(playground.end)
        seed = json.loads(playground.said().splitlines()[0])
        port = free_port()
        variables = {
            "SAMOVAR_DATA": str(data),
            "BOT_TOKEN": seed["token"],
            "SAMOVAR_TELEGRAM_API": seed["base"],
            "SAMOVAR_HTTP_PORT": str(port),
            "SAMOVAR_DEMO": "true",
            "SAMOVAR_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "REDIS_URL": "",
            "DATABASE_URL": "",
            **(env or {}),
        }
        log = data / "worker.log"
        town = RunningTown(
            base=seed["base"], seed=seed, data=data, playground=playground,
            bot=Process(("run",), variables=variables, log=data / "bot.log"),
            worker=Process(worker, variables=variables, log=log) if worker else None,
            bot_http=f"http://127.0.0.1:{port}",
        )  # fmt: skip
        stack.callback(town.bot.end)
        if town.worker is not None:
            stack.callback(town.worker.end)
            town.worker.start()
        if bot:
            town.restart_bot()
        if town.worker is not None:
            town.worker.until(lambda: _worker_ready(town))
        yield town


def _worker_ready(town: RunningTown) -> bool:
    assert town.worker is not None
    return "worker_ready" in town.worker.said()


def _playground(data: Path, limits: str) -> Process:
    # Ports chosen by the system; the process says which.
    arguments = ("playground", "--port", "0", "--limits", limits, "--json")
    playground = Process(arguments, variables={}, log=data / "playground.log")
    playground.start()
    playground.until(lambda: "\n" in playground.said())
    return playground
