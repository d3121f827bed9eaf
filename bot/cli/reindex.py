import argparse
import asyncio
import json
import secrets
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.building.inference import open_inference
from bot.building.knowledge import open_knowledge
from bot.building.redis import open_redis
from bot.building.sql import open_sql
from bot.cli._quiet import quiet_settings
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.errors import NotFoundError
from services.inference.kinds import JobKind
from services.inference.models import EmbedRole, Priority
from services.inference.ports import TextEmbedder
from services.knowledge.demo_library import read_articles, store_vectors
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.models import LibraryId
from services.knowledge.prepared import PreparedPassage, passage_text, prepare

_REBUILT_WITHIN_S: Final = 3600.0
_JOB_WITHIN_S: Final = 120.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--tenant", help="only this library; default: all")
    parser.add_argument(
        "--demo-vectors", type=Path, metavar="FOLDER",
        help="instead, make the vectors that ship with the demo library's articles",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Rebuild indexes from SQL, by the running bot if there is one, else here."""
    settings = quiet_settings()
    started = time.monotonic()
    if args.demo_vectors:
        done = {"bytes": asyncio.run(_make_demo_vectors(settings, args.demo_vectors))}
    else:
        done = {"libraries": asyncio.run(_reindex(settings, args.tenant))}
    report = {**done, "seconds": round(time.monotonic() - started, 3)}
    print(json.dumps(report) if args.json else ", ".join(f"{k} {v}" for k, v in report.items()))
    return 0


async def _reindex(settings: Settings, tenant: str | None) -> int:
    async with AsyncExitStack() as stack:
        sessions = await stack.enter_async_context(open_sql(settings))
        nursery = AsyncioNursery()
        knowledge = await stack.enter_async_context(open_knowledge(settings, sessions, nursery))
        stack.push_async_callback(nursery.close)
        wanted = {library.library_id for library in await knowledge.libraries.all()}
        if tenant is not None:
            wanted &= {LibraryId(tenant)}
            if not wanted:
                raise NotFoundError(f"there is no library {tenant!r}")
        for library_id in sorted(wanted):
            change = await knowledge.libraries.request_rebuild(library_id)
            await knowledge.applier.wait_rebuilt(library_id, change, timeout_s=_REBUILT_WITHIN_S)
        return len(wanted)


async def _make_demo_vectors(settings: Settings, folder: Path) -> int:
    documents = await asyncio.to_thread(
        prepare, read_articles(folder).documents, MorphologicalLemmatizer()
    )
    nursery = AsyncioNursery()
    async with AsyncExitStack() as stack:
        redis_url = await stack.enter_async_context(open_redis(settings))
        inference = await stack.enter_async_context(
            open_inference(
                settings, redis_url, replica_id=f"reindex-{secrets.token_hex(6)}",
                nursery=nursery, spawn_worker=True, kinds=[JobKind.EMBED],
            )
        )  # fmt: skip
        stack.push_async_callback(nursery.close)
        passages = [passage for document in documents for passage in document.passages]
        rows = [await _rows(inference.embedder, passage) for passage in passages]
    hashes = [passage.text_hash for passage in passages]
    return store_vectors(folder, settings.embed_backend, list(zip(hashes, rows, strict=True)))


async def _rows(embedder: TextEmbedder, passage: PreparedPassage) -> NDArray[np.float32]:
    sentences = [passage.text[start:end] for start, end in passage.sentences]
    return await embedder.embed(
        [passage_text(passage.context, passage.text), *sentences],
        role=EmbedRole.PASSAGE, priority=Priority.LOW, deadline_s=_JOB_WITHIN_S,
    )  # fmt: skip
