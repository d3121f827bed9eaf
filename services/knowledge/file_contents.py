"""The contents of sent files and pages, had for as long as they are read."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from services.knowledge.chat_files import ChatFile, FileKey, FileSource, PageSource
from services.knowledge.models import SourceDocument
from services.knowledge.readers.models import ReadSource
from services.knowledge.readers.reading import read_file


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContents:
    """Gives what is in a file, from Telegram or from the web.

    Attributes:
        folder: Of this replica's temporary files.
    """

    source: FileSource
    pages: PageSource
    folder: Path

    @asynccontextmanager
    async def opened(self, file: ChatFile) -> AsyncIterator[AsyncIterator[ReadSource]]:
        """Have the content in portions while the context is open.

        Raises:
            FileRefusedError: Telegram does not give it out.
            UnavailableError: It cannot be fetched now.
        """
        if file.address is not None:
            yield _whole(await self.pages.read(file))
            return
        directory = await asyncio.to_thread(self._new_directory, file.key)
        try:
            path = directory / "content"
            await self.source.fetch(file, path)
            yield _portions(file, path)
        finally:
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)

    def _new_directory(self, key: FileKey) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{key}-", dir=self.folder))


async def _whole(page: ReadSource) -> AsyncIterator[ReadSource]:
    yield page


async def _portions(file: ChatFile, path: Path) -> AsyncIterator[ReadSource]:
    identity = await asyncio.to_thread(_identity, path)
    portions = read_file(path, name=file.name, source=identity, url=file.url)
    while (portion := await asyncio.to_thread(next, portions, None)) is not None:
        yield replace(portion, documents=tuple(_for_members(d, file) for d in portion.documents))


def _identity(path: Path) -> str:
    """Name a file by its content: the same one sent again is the same source."""
    with path.open("rb") as content:
        digest = sha256()
        while part := content.read(1 << 20):
            digest.update(part)
    return f"sent:{digest.hexdigest()[:32]}"


def _for_members(document: SourceDocument, file: ChatFile) -> SourceDocument:
    """Note that the message of a file opens for members only; posts have their own address."""
    if file.url is None or document.url != file.url:
        return document
    return replace(document, members_only=True)
