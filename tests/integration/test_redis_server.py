"""The data directory's own Redis: started once, shared, stopped by the last, never leaked."""

import asyncio
import shutil
import socket
import sys
from pathlib import Path

import coredis
import psutil
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.building.redis import keep_redis, open_redis
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.redis.server import local_server
from services.adapters.redis.server_check import check_server
from services.errors import UnavailableError
from tests.support.pool import until

pytestmark = pytest.mark.services

HOLD = """
import asyncio, sys
from pathlib import Path
from services.adapters.redis.server import local_server

async def hold():
    async with local_server(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.sleep(300)

asyncio.run(hold())
"""


async def server_pid(url: str) -> int:
    async with Redis.from_url(url) as client:
        return int((await client.info("server"))["process_id"])


def gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


async def holding_process(directory: Path) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(directory), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 60)
    while b"unix://" not in line or b"redis_started" in line:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
    return process, line.decode().strip()


async def test_both_clients_read_the_address_and_data_outlives_the_server(data_dir: Path) -> None:
    settings = Settings.model_validate({"data": data_dir, "redis_url": None})
    async with open_redis(settings) as url, coredis.Redis.from_url(url) as client:
        await client.set("kept", "yes")
        pid = await server_pid(url)
        async with open_redis(settings) as again:
            assert again == url
        assert not gone(pid)
    assert gone(pid)
    async with open_redis(settings) as url, Redis.from_url(url) as other:
        assert await other.get("kept") == b"yes"
        assert await server_pid(url) != pid
        report = await check_server(url)
    assert report.warnings == ()


async def test_a_server_that_dies_is_started_again_with_its_data(data_dir: Path) -> None:
    settings = Settings.model_validate({"data": data_dir, "redis_url": None})
    nursery = AsyncioNursery()
    async with open_redis(settings) as url:
        nursery.start(keep_redis(settings), name="keep_redis")
        async with Redis.from_url(url) as client:
            await client.set("kept", "yes")
        pid = await server_pid(url)
        psutil.Process(pid).kill()
        async with Redis.from_url(url) as client:
            await until(lambda: _reads(client, "kept"), timeout_s=30)
        second = await server_pid(url)
        assert second != pid
        await nursery.close()
    assert gone(second)


async def _reads(client: Redis, key: str) -> bool:
    try:
        return bool(await client.get(key))
    except (RedisError, OSError):
        return False


async def test_a_killed_starter_takes_nothing_away_and_leaves_nothing_behind(
    data_dir: Path,
) -> None:
    directory = data_dir / "redis"
    starter, url = await holding_process(directory)
    async with local_server(directory) as mine:
        assert mine == url
        pid = await server_pid(url)
        starter.kill()
        await starter.wait()
        assert await server_pid(mine) == pid
    assert gone(pid)


async def test_what_the_last_killed_holder_left_is_attached_to_and_stopped(data_dir: Path) -> None:
    directory = data_dir / "redis"
    starter, url = await holding_process(directory)
    pid = await server_pid(url)
    starter.kill()
    await starter.wait()
    assert not gone(pid)
    async with local_server(directory) as mine:
        assert await server_pid(mine) == pid
    assert gone(pid)


async def test_a_path_too_long_or_odd_for_a_socket_works(data_dir: Path) -> None:
    directory = data_dir / ("a b#c?" + "x" * 100) / "redis"
    async with local_server(directory) as url, coredis.Redis.from_url(url) as client:
        await client.ping()
        folder = Path(url.removeprefix("unix://")).parent
        assert folder.is_dir()
    assert not folder.exists()
    odd = data_dir / "a b#c?"
    async with local_server(odd) as url, coredis.Redis.from_url(url) as client:
        await client.ping()
        assert await server_pid(url)


async def test_a_copied_directory_gets_a_server_of_its_own(data_dir: Path) -> None:
    async with local_server(data_dir / "one") as url:
        shutil.copytree(
            data_dir / "one", data_dir / "two", ignore=shutil.ignore_patterns("*.sock", "lock")
        )
        async with local_server(data_dir / "two") as other:
            assert other != url
            assert await server_pid(other) != await server_pid(url)


async def test_a_directory_that_cannot_be_is_said_so(data_dir: Path) -> None:
    (data_dir / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot keep Redis data"):
        async with local_server(data_dir / "file" / "redis"):
            pass


async def test_a_silent_address_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"redis://:secret@127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnavailableError, match="does not answer") as failure:
            await check_server(url)
    assert "secret" not in str(failure.value)


async def test_settings_that_break_promises_are_named(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as client:
        await client.config_set("maxmemory-policy", "allkeys-lru")
        await client.config_set("appendonly", "no")
        try:
            report = await check_server(redis_url)
        finally:
            await client.config_set("maxmemory-policy", "noeviction")
            await client.config_set("appendonly", "yes")
    assert [warning.split("`")[1] for warning in report.warnings] == [
        "appendonly no",
        "maxmemory-policy allkeys-lru",
    ]
