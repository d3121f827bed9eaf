"""Who keeps out of a live source, and what of a person is in all of them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.clock import Clock
from services.errors import NotFoundError
from services.knowledge.chat_files import ChatFileStore
from services.knowledge.chat_libraries import library_of_chat
from services.knowledge.chat_sources import remove_file
from services.knowledge.embedding import LOOK_AGAIN_S
from services.knowledge.file_intake import drop_contents
from services.knowledge.forgetting import ForgetKnowledge
from services.knowledge.ingest_ports import DocumentStore
from services.knowledge.live_index import LiveIndex
from services.knowledge.live_ports import LiveStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A member's word about their own messages; it counts whoever runs the chat."""

    store: LiveStore
    index: LiveIndex
    clock: Clock

    async def opt_out(self, chat_id: int, user_id: int) -> int:
        """Keep nothing of a person in a chat from now on, and remove what is there.

        Returns:
            How many messages were removed.
        """
        now = self.clock.now()
        await self.store.opt_out(chat_id, user_id, now)
        count = await self.store.drop_of_user(user_id, now, chat_id=chat_id)
        chat = await self.store.find(chat_id)
        if count and chat is not None:
            await self.index.bring_soon(chat.library)
        return count

    async def opt_in(self, chat_id: int, user_id: int) -> bool:
        """Let a person's messages be kept again from now on; False: they were already."""
        return await self.store.opt_in(chat_id, user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSources:
    """``PersonalData``: files that a person sent, and their messages in live sources.

    That somebody keeps out of a source outlives ``/forget``, or the next message would be kept.

    Attributes:
        incoming: Folder with a folder of each replica, of the files that are being read.
    """

    files: ChatFileStore
    live: LiveStore
    index: LiveIndex
    documents: DocumentStore
    forget: ForgetKnowledge
    clock: Clock
    incoming: Path

    @property
    def name(self) -> str:
        """Key in the export."""
        return "sources"

    async def export(self, user_id: int) -> Mapping[str, object]:
        """Give the files and messages, and where the person keeps out."""
        files = [
            {"name": file.name, "chat_id": file.chat_id, "sent_at": file.added_at.isoformat(),
             "caption": file.question, "passages": file.passages}
            for file in await self.files.of_user(user_id)
        ]  # fmt: skip
        messages = [
            {"chat_id": one.chat_id, "message_id": one.message_id, "text": one.text,
             "sent_at": one.sent_at.isoformat()}
            for one in await self.live.of_user(user_id)
        ]  # fmt: skip
        parts: dict[str, list[object]] = {
            "files": [*files], "live_messages": [*messages],
            "keeps_out_of": [*await self.live.opted_out(user_id)],
        }  # fmt: skip
        return {name: part for name, part in parts.items() if part}

    async def erase(self, user_id: int) -> dict[str, int]:
        """Remove it from SQL and the indexes; tell how much by table.

        Raises:
            DeadlineError: An index could not be built anew in time; nothing of it is found.
        """
        receipt: dict[str, int] = {}
        sent = await self.files.of_user(user_id)
        libraries = {file.library for file in sent} - {library_of_chat(user_id)}
        documents = 0
        waiting = sum([await self.files.unembedded(file.key) for file in sent])
        for file in sent:
            documents += await remove_file(file, self.files, self.documents)
        await drop_contents(self.incoming, [file.key for file in sent])
        await self.live.unsign(user_id)
        libraries |= set(await self.live.libraries_of_user(user_id))
        messages = await self.live.drop_of_user(user_id, self.clock.now())
        for library in sorted(libraries):
            # One that is being forgotten as a whole has nothing left to be told.
            with suppress(NotFoundError):
                await self.index.bring(library, wait_s=self.forget.timeout_s)
                await self.forget.sources(library, ())
        private = await self.forget.library(library_of_chat(user_id))
        if waiting:
            # Whoever waits for their vectors sees that they are gone, and takes the jobs back.
            await self.clock.sleep(2 * LOOK_AGAIN_S)
        for table, count in (
            ("chat_files", len(sent)), ("documents", documents), ("live_messages", messages),
            *private.items(),
        ):  # fmt: skip
            receipt[table] = receipt.get(table, 0) + count
        return receipt
