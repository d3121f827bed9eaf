"""Keeps indexes until it kills itself at a given point: ``URL ROOT POINT``."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from services.adapters.search import building, dense
from services.adapters.search.applier import IndexApplier
from services.adapters.search.lexical import LexicalWriter
from services.adapters.sql.engine import create_engine, create_sessions
from services.adapters.sql.knowledge_feed import SqlChangeFeed


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(work: Callable[..., Any]) -> Callable[..., None]:
    def dying(*args: object) -> None:
        work(*args)
        die()

    return dying


def arm(point: str) -> None:
    points: dict[str, tuple[object, str, Callable[..., Any]]] = {
        "before the lexical commit": (LexicalWriter, "commit", die),
        "between vectors and their ids": (dense, "_write_at", then_die(dense._write_at)),
        "before the meta file": (building, "write_meta", die),
        "before the clean-up": (building, "remove_other_builds", die),
    }
    target, name, replacement = points[point]
    setattr(target, name, replacement)


async def main(url: str, root: str, point: str) -> None:
    arm(point)
    engine = create_engine(url)
    with ThreadPoolExecutor(2) as executor:
        feed = SqlChangeFeed(create_sessions(engine))
        await IndexApplier(Path(root), feed, executor, poll_s=0.05).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
