"""A PostgreSQL of this test run alone, also where the tests run as root."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

NEEDED = "PostgreSQL is not installed (Debian: apt-get install postgresql)"


def initdb_path() -> Path | None:
    """Find the newest ``initdb`` of Debian's layout, or the one on PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path) if on_path else None


def _unprivileged_user() -> str | None:
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server on a unix socket in a directory of its own; give its URL."""
    initdb = initdb_path()
    assert initdb is not None, NEEDED
    home = Path(tempfile.mkdtemp(prefix="samovar-pg-"))
    user = _unprivileged_user()
    if user is not None:
        shutil.chown(home, user)
    data = home / "data"
    subprocess.run(
        [initdb, "-D", data, "-U", "samovar", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
         "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd=home,
    )  # fmt: skip
    server = subprocess.Popen(
        [initdb.parent / "postgres", "-D", data, "-k", home, "-c", "listen_addresses=",
         "-c", "fsync=off", "-c", "max_connections=60"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd=home,
    )  # fmt: skip
    try:
        asyncio.run(_until_ready(home))
        yield f"postgresql+asyncpg://samovar@/samovar?host={home}"
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


async def _until_ready(home: Path) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                connection = await asyncpg.connect(
                    host=str(home), user="samovar", database="postgres"
                )
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
                continue
            await connection.execute("CREATE DATABASE samovar")
            await connection.close()
            return
