import argparse
import asyncio
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bot.building.inference import open_inference
from bot.building.knowledge import Knowledge, build_embedding, open_knowledge
from bot.building.redis import open_redis
from bot.building.sql import open_sql
from bot.building.web import open_pages
from bot.cli._quiet import quiet_settings
from bot.clock import SystemClock
from bot.nursery import AsyncioNursery
from bot.settings import Settings
from services.adapters.http.pages import PageReader
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.knowledge.embedding import EmbeddingProgress
from services.knowledge.ingest import DeletionQuestion, IngestReport
from services.knowledge.models import OWNER_LIBRARY, AudienceKind, LibraryId
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.names import printable
from services.knowledge.readers.reading import read_path
from services.knowledge.readers.resuming import Resume
from services.knowledge.readers.telegram_messages import public_base

_INDEXED_WITHIN_S: Final = 120.0
_TELL_EVERY_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is answered from a library, as the command line says it."""

    kind: AudienceKind
    chat_id: int | None = None
    people: tuple[int, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "sources", nargs="+", metavar="PATH_OR_URL",
        help="a Telegram Desktop export (result.json), PDF, DOCX, EPUB, CSV, Markdown, text, "
        "HTML, a zip of such files, a folder, a web page",
    )  # fmt: skip
    parser.add_argument("--tenant", default=OWNER_LIBRARY, help="the library; default: owner")
    parser.add_argument("--link", help="https://t.me/<name> of the exported public chat")
    parser.add_argument(
        "--audience", type=_audience, metavar="WHO",
        help="who is answered from the library: everyone, members:<chat id>, people:<id>,<id>",
    )  # fmt: skip
    parser.add_argument(
        "--yes", action="store_true", help="agree to the removal of more than 10%% of an export"
    )
    parser.add_argument(
        "--no-wait", action="store_true",
        help="do not wait for vectors; a running bot makes them, or the next ingest",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Index the sources; status 1 when none of them could be read."""
    settings = quiet_settings()
    if args.link:
        public_base(args.link)
    started = time.monotonic()
    report, problem = asyncio.run(_ingest(args, settings))
    print(_shown(report, time.monotonic() - started, as_json=args.json))
    if problem is not None:
        print(f"samovar: found by words only, vectors have to wait: {problem}", file=sys.stderr)
        return 1
    if report.skipped and not report.documents:
        print(f"samovar: nothing could be read: {report.skipped[0].reason}", file=sys.stderr)
        return 1
    return 0


def _shown(report: IngestReport, seconds: float, *, as_json: bool) -> str:
    skips = [{"source": skip.source, "reason": skip.reason} for skip in report.skipped]
    values = asdict(report) | {"skipped": skips, "seconds": round(seconds, 3)}
    if as_json:
        return json.dumps(values, ensure_ascii=False)
    lines = [printable(f"skipped {skip.source}: {skip.reason}") for skip in report.skipped]
    total = ", ".join(f"{key} {value}" for key, value in values.items() if key != "skipped")
    return "\n".join([*lines, total])


async def _ingest(
    args: argparse.Namespace, settings: Settings
) -> tuple[IngestReport, UnavailableError | None]:
    """Store and index the sources; a pool that is down keeps only the vectors waiting."""
    async with AsyncExitStack() as stack:
        sessions = await stack.enter_async_context(open_sql(settings))
        nursery = AsyncioNursery()
        knowledge = await stack.enter_async_context(open_knowledge(settings, sessions, nursery))
        stack.push_async_callback(nursery.close)
        library_id = LibraryId(args.tenant)
        await _prepare_library(knowledge.libraries, library_id, args.audience)
        pages = await stack.enter_async_context(open_pages(settings))
        report = await knowledge.ingest(
            library_id,
            _read(args.sources, args.link, pages, await knowledge.ingest.resume(library_id)),
            confirm=_Confirm(agreed=args.yes), progress=_Reading(),
        )  # fmt: skip
        await _wait_for_index(knowledge, library_id)
        if not args.no_wait and (await knowledge.passages.backlog(library_id)).passages:
            try:
                await _embed(settings, knowledge, nursery, library_id)
            except UnavailableError as error:
                return report, error
        return report, None


async def _embed(
    settings: Settings, knowledge: Knowledge, nursery: AsyncioNursery, library_id: LibraryId
) -> None:
    replica = f"ingest-{secrets.token_hex(6)}"
    async with (
        open_redis(settings) as redis_url,
        open_inference(
            settings, redis_url, replica_id=replica, nursery=nursery, spawn_worker=True,
            kinds=[JobKind.EMBED],
        ) as inference,
    ):  # fmt: skip
        embedding = build_embedding(settings, knowledge, inference.embedder)
        await embedding.finish(library_id, _Progress())
        await _wait_for_index(knowledge, library_id)


async def _prepare_library(
    libraries: SqlLibraries, library_id: LibraryId, audience: Audience | None
) -> None:
    """Make the library; nobody but the owner's own is open to everyone unless asked for."""
    default = AudienceKind.EVERYONE if library_id == OWNER_LIBRARY else AudienceKind.PEOPLE
    library = await libraries.ensure(
        library_id, title=library_id, audience=default, now=SystemClock().now()
    )
    if audience is None and library.audience is AudienceKind.PEOPLE and not library.change_number:
        print(
            f"samovar: nobody is answered from {library_id!r} until --audience says who",
            file=sys.stderr,
        )
    if audience is not None:
        await libraries.set_audience(
            library_id, audience.kind, chat_id=audience.chat_id, people=audience.people
        )


async def _wait_for_index(knowledge: Knowledge, library_id: LibraryId) -> None:
    """Let the one who ingests find it at once; the index comes in any case."""
    library = await knowledge.libraries.find(library_id)
    if library is not None and not await knowledge.applier.wait_applied(
        library_id, library.change_number, timeout_s=_INDEXED_WITHIN_S
    ):
        print("samovar: the search index is not up to date yet", file=sys.stderr)


async def _read(
    sources: Sequence[str], link: str | None, pages: PageReader, resume: Resume
) -> AsyncIterator[ReadSource]:
    for source in sources:
        if source.startswith(("http://", "https://")):
            yield await pages.read(source)
            continue
        files = read_path(Path(source), link=link, resume=resume)
        while (result := await asyncio.to_thread(next, files, None)) is not None:
            yield result


def _audience(text: str) -> Audience:
    kind, _, ids = text.partition(":")
    try:
        numbers = tuple(int(part) for part in ids.split(",") if part)
        if kind == "everyone" and not numbers:
            return Audience(kind=AudienceKind.EVERYONE)
        if kind == "members" and len(numbers) == 1:
            return Audience(kind=AudienceKind.MEMBERS, chat_id=numbers[0])
        if kind == "people" and numbers:
            return Audience(kind=AudienceKind.PEOPLE, people=numbers)
    except ValueError:
        pass
    msg = "write everyone, members:<chat id> or people:<id>,<id>"
    raise argparse.ArgumentTypeError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Confirm:
    """Asks at a terminal; elsewhere only --yes agrees."""

    agreed: bool

    async def __call__(self, question: DeletionQuestion) -> bool:
        if self.agreed or not sys.stdin.isatty():
            return self.agreed
        text = (
            f"{question.missing} of {question.known} posts of {question.export} are missing in "
            "this export. Remove them from the library? [y/N] "
        )
        print(text, end="", file=sys.stderr, flush=True)
        answer = await asyncio.to_thread(sys.stdin.readline)
        return answer.strip().lower() in {"y", "yes"}


class _Reading:
    """Tells on standard error how far a large file is, now and then."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, done_bytes: int, total_bytes: int, documents: int) -> None:
        now = time.monotonic()
        if now - self._told < _TELL_EVERY_S:
            return
        self._told = now
        share = 100 * done_bytes // max(1, total_bytes)
        print(f"read: {share}%, {documents} documents", file=sys.stderr, flush=True)


class _Progress:
    """Tells on standard error how far the embedding is, now and then."""

    def __init__(self) -> None:
        self._told = -_TELL_EVERY_S

    def __call__(self, progress: EmbeddingProgress) -> None:
        now = time.monotonic()
        if progress.left and now - self._told < _TELL_EVERY_S:
            return
        self._told = now
        done, total = progress.done, progress.done + progress.left
        left = "" if progress.seconds_left is None else f", {_duration(progress.seconds_left)} left"
        print(f"vectors: {done} of {total} passages{left}", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    return f"about {seconds / 60:.0f} min" if seconds >= 90 else f"about {seconds:.0f} s"  # noqa: PLR2004  minutes say enough
