"""A Redis of a test's own, to kill and to start again at the same address."""

import signal
import subprocess
from pathlib import Path

from tests.conftest import redis_binary


class OwnRedis:
    """A server process on a unix socket.

    Args:
        home: Where its files and its socket are.
        options: Beyond the persistence of production.
    """

    def __init__(self, home: Path, *options: str) -> None:
        self._home = home
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{home / 'redis.sock'}"

    def start(self) -> None:
        """Start it; it answers as soon as it has read its log."""
        self._process = subprocess.Popen(
            [redis_binary(), "--port", "0", "--unixsocket", str(self._home / "redis.sock"),
             "--dir", str(self._home), "--save", "", "--appendonly", "yes", *self._options],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it and wait for that; SIGTERM lets it write what it has."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=20)
