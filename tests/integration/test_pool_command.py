"""``samovar pool`` in a terminal of its own, and without anything to look at."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

COMMAND = [sys.executable, "-m", "bot.cli", "pool"]
WITHIN_S = 100.0


def variables(**more: str) -> dict[str, str]:
    return {**os.environ, "REDIS_URL": "", "TERM": "xterm", **more}


def ended(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=variables(**more), capture_output=True, text=True,
        timeout=WITHIN_S, check=False,
    )  # fmt: skip


def test_nothing_that_runs_is_said_in_one_sentence_and_nothing_is_started(data_dir: Path) -> None:
    end = ended(SAMOVAR_DATA=str(data_dir))
    assert (end.returncode, end.stdout) == (1, "")
    assert end.stderr.startswith(f"samovar: nothing of Samovar runs in {data_dir}: start the bot")
    assert len(end.stderr.splitlines()) == 1
    assert list(data_dir.iterdir()) == []


def test_a_redis_that_is_down_is_said_in_one_sentence(data_dir: Path) -> None:
    end = ended("--json", SAMOVAR_DATA=str(data_dir), REDIS_URL="redis://127.0.0.1:1/0")
    assert (end.returncode, end.stdout) == (1, "")
    assert len(end.stderr.splitlines()) == 1


def test_an_address_that_is_none_is_said_with_what_one_looks_like(data_dir: Path) -> None:
    end = ended("--once", SAMOVAR_DATA=str(data_dir), REDIS_URL="localhost:6379")
    assert (end.returncode, end.stdout) == (1, "")
    assert "write it like redis://host:6379" in end.stderr
    assert len(end.stderr.splitlines()) == 1


def test_a_pool_without_workers_says_how_to_start_one(redis_url: str, data_dir: Path) -> None:
    end = ended("--once", SAMOVAR_DATA=str(data_dir), REDIS_URL=redis_url)
    assert (end.returncode, end.stderr) == (0, "")
    assert "0 workers on 0 hosts · 0 waiting, 0 running" in end.stdout
    assert "No worker lives." in end.stdout
    assert "samovar workers" in end.stdout


def test_the_picture_is_renewed_until_ctrl_c_and_leaves_the_terminal_as_it_was(
    redis_url: str, data_dir: Path
) -> None:
    with terminal(columns=80) as (ours, theirs):
        process = subprocess.Popen(
            COMMAND, env=variables(SAMOVAR_DATA=str(data_dir), REDIS_URL=redis_url),
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        try:
            shown = read_until(ours, process, lambda text: text.count("Samovar pool") >= 3)
            process.send_signal(signal.SIGINT)
            shown += read_until_ended(ours, process)
            assert process.returncode == 130
        finally:
            process.kill()
            process.wait()
    assert "\x1b[?1049h" in shown, "it draws beside what was there"
    assert shown.rstrip().endswith("\x1b[?1049l"), "it gives that back"
    assert "Traceback" not in shown


@contextmanager
def terminal(*, columns: int) -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    os.set_blocking(ours, False)
    try:
        yield ours, theirs
    finally:
        os.close(ours)
        os.close(theirs)


def read_until(ours: int, process: subprocess.Popen[bytes], enough: Callable[[str], bool]) -> str:
    shown, ends_at = "", time.monotonic() + WITHIN_S
    while not enough(shown):
        assert process.poll() is None, shown
        assert time.monotonic() < ends_at, shown
        time.sleep(0.05)
        shown += drained(ours)
    return shown


def read_until_ended(ours: int, process: subprocess.Popen[bytes]) -> str:
    """Read on: who writes to a terminal that nobody reads stands still."""
    shown, ends_at = "", time.monotonic() + WITHIN_S
    while process.poll() is None:
        assert time.monotonic() < ends_at, shown
        time.sleep(0.05)
        shown += drained(ours)
    return shown + drained(ours)


def drained(ours: int) -> str:
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65_536)
        except BlockingIOError:
            return shown.decode(errors="replace")
