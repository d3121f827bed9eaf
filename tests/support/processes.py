"""Real ``samovar`` processes for tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

START_S = 180.0
"""A busy machine takes long to import; a test waits for the state, never for the time."""


class Process:
    """A ``samovar`` command that a test starts, kills and starts again; always ended by its pid."""

    def __init__(
        self, arguments: Sequence[str], *, variables: Mapping[str, str], log: Path
    ) -> None:
        self.arguments = tuple(arguments)
        self.variables = dict(variables)
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Id of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; its output is appended to the log."""
        assert not self.running
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", *self.arguments],
                env={**os.environ, **self.variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it as a power cut does, its children with it."""
        self._signal(signal.SIGKILL, everyone=True)

    def stop(self) -> int:
        """End it politely; give the exit status."""
        self._signal(signal.SIGTERM, everyone=False)
        assert self._process is not None
        return self._process.returncode

    def freeze(self) -> None:
        """Let it stand still."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until it has done something; it must not end meanwhile."""
        ends_at = time.monotonic() + START_S
        while not condition():
            assert self.running, f"{self.arguments} ended:\n{self.said()[-3000:]}"
            assert time.monotonic() < ends_at, f"{self.arguments} hangs:\n{self.said()[-3000:]}"
            time.sleep(0.05)

    def said(self) -> str:
        """Read its output so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def end(self) -> None:
        """End it in whatever state it is."""
        if self.running:
            self._signal(signal.SIGTERM, everyone=False)

    def _signal(self, number: signal.Signals, *, everyone: bool) -> None:
        process = self._process
        assert process is not None
        if everyone:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def answers(url: str) -> bool:
    """Tell whether a URL answers with success."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False


def free_port() -> int:
    """Find a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
