"""Vectors that are kept between runs, and made by several workers at once."""

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.inference.models import EmbedRole, Priority
from services.inference.ports import TextEmbedder

TEXTS_A_JOB: Final = 8
JOBS_AT_ONCE: Final = 4
TOLD_EVERY: Final = 200


class CachedEmbedder:
    """A ``TextEmbedder`` that remembers by the hash of role and text, on disk."""

    def __init__(self, inner: TextEmbedder, path: Path, model: str) -> None:
        """Remember vectors of ``model`` in the SQLite file ``path``."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._inner = inner
        self._model = model
        self._known = sqlite3.connect(path)
        self._known.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, row BLOB)")

    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.LOW,
        deadline_s: float = 600.0,
    ) -> NDArray[np.float32]:
        """Embed texts; see the port."""
        missing = [text for text in dict.fromkeys(texts) if self._find(text, role) is None]
        for at in range(0, len(missing), TEXTS_A_JOB):
            some = missing[at : at + TEXTS_A_JOB]
            rows = await self._inner.embed(
                some, role=role, priority=priority, deadline_s=deadline_s
            )
            self._keep(some, role, rows)
        return np.stack([self._row(text, role) for text in texts])

    async def prepare(self, texts: Sequence[str], *, role: EmbedRole, name: str) -> None:
        """Embed what is not known yet, a few jobs at a time, telling how far it is."""
        missing = [text for text in dict.fromkeys(texts) if self._find(text, role) is None]
        jobs = [missing[at : at + TEXTS_A_JOB] for at in range(0, len(missing), TEXTS_A_JOB)]
        turn = asyncio.Semaphore(JOBS_AT_ONCE)
        done = 0

        async def one(some: list[str]) -> None:
            nonlocal done
            async with turn:
                await self.embed(some, role=role)
            done += len(some)
            if done % TOLD_EVERY < TEXTS_A_JOB:
                sys.stderr.write(f"{name}: {done} of {len(missing)} vectors\n")

        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(one(job))

    def close(self) -> None:
        """Close the file."""
        self._known.close()

    def _keep(self, texts: Sequence[str], role: EmbedRole, rows: NDArray[np.float32]) -> None:
        values = [
            (self._key(text, role), np.asarray(row, dtype="<f4").tobytes())
            for text, row in zip(texts, rows, strict=True)
        ]
        with self._known:
            self._known.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", values)

    def _find(self, text: str, role: EmbedRole) -> bytes | None:
        row = self._known.execute(
            "SELECT row FROM vectors WHERE key = ?", (self._key(text, role),)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def _row(self, text: str, role: EmbedRole) -> NDArray[np.float32]:
        found = self._find(text, role)
        if found is None:
            raise LookupError("a vector that was just made is not there")
        return np.frombuffer(found, dtype="<f4")

    def _key(self, text: str, role: EmbedRole) -> bytes:
        return sha256(f"{self._model}\0{role}\0{text}".encode()).digest()
