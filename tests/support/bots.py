"""Bots of several frameworks and the playground they talk to, each a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.processes import Process

BOTS = Path(__file__).resolve().parents[1] / "bots"
COMMANDS = {
    "aiogram": (sys.executable, str(BOTS / "aiogram_echo.py")),
    "python-telegram-bot": (sys.executable, str(BOTS / "ptb_echo.py")),
    "telegraf": ("node", str(BOTS / "telegraf_echo.mjs")),
}
NO_TELEGRAF = "telegraf is not installed; run deploy/test-tools.sh"
END_S = 20.0


@dataclass(frozen=True, slots=True)
class Town:
    """A playground process."""

    base: str
    token: str
    process: Process


@contextmanager
def playground_process(folder: Path, *arguments: str) -> Iterator[Town]:
    """Runs ``samovar playground`` on a free port until the block ends."""
    log = folder / "playground.log"
    process = Process(("playground", "--port", "0", "--json", *arguments), variables={}, log=log)
    process.start()
    try:
        process.until(lambda: "\n" in process.said())
        first = json.loads(process.said().splitlines()[0])
        yield Town(first["base"], first["token"], process)
    finally:
        process.end()


@contextmanager
def running_bot(
    framework: str, base: str, token: str, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a bot of ``tests/bots`` until the block ends; skips without its framework."""
    if framework == "telegraf" and not is_telegraf_here():
        pytest.skip(NO_TELEGRAF)
    with (folder / f"{framework}.log").open("wb") as log:
        bot = subprocess.Popen(
            COMMANDS[framework],
            env={**os.environ, "TELEGRAM_API": base, "BOT_TOKEN": token},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield bot
    finally:
        _end(bot)


def is_telegraf_here() -> bool:
    """Whether Node and the package are installed."""
    return shutil.which("node") is not None and (BOTS / "node_modules" / "telegraf").is_dir()


def _end(bot: subprocess.Popen[bytes]) -> None:
    bot.send_signal(signal.SIGTERM)
    try:
        bot.wait(timeout=END_S)
    except subprocess.TimeoutExpired:
        os.killpg(bot.pid, signal.SIGKILL)
        bot.wait(timeout=END_S)
