"""The whole town as one file: a zip of ``town.json`` and the files that were sent."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Final

from playground.encoding import Json
from playground.refusals import SimError
from playground.saving.hints import plan_for
from playground.saving.plans import Blobs, Broken, Record
from playground.town import Town

FORMAT: Final = "samovar playground"
VERSION: Final = 1
TOWN: Final = "town.json"
FILES: Final = "files/"
MOST_BYTES: Final = 2 << 30


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A town at one moment, ready to be written."""

    head: Json
    blobs: Blobs


def plan_of_town() -> Record:
    """Give the plan of the whole town.

    Raises:
        Unsavable: Something in it cannot be saved; the text names the field.
    """
    plan = plan_for(Town)
    assert isinstance(plan, Record)  # noqa: S101 - a dataclass
    return plan


def snapshot(town: Town) -> Snapshot:
    """Take the town as it is now."""
    blobs = Blobs()
    head: Json = {
        "format": FORMAT, "version": VERSION, "saved_at": town.now(),
        "offset_s": town.clock.offset_s, "seq": town.events.seq,
        "town": plan_of_town().dump(town, blobs),
    }  # fmt: skip
    return Snapshot(head, blobs)


def pack(taken: Snapshot) -> bytes:
    """Give the bytes of the file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(TOWN, json.dumps(taken.head, ensure_ascii=False))
        for name, content in taken.blobs.by_name.items():
            archive.writestr(FILES + name, content, compress_type=zipfile.ZIP_STORED)
    return packed.getvalue()


def unpack(content: bytes) -> Snapshot:
    """Read such a file.

    Raises:
        SimError: It is none, is damaged, or of another version.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise SimError(400, "the saved town is too large")
            head = json.loads(archive.read(TOWN))
            names = [name for name in archive.namelist() if name.startswith(FILES)]
            blobs = {name.removeprefix(FILES): archive.read(name) for name in names}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, RuntimeError) as error:
        raise SimError(400, "this is not a saved town, or it is damaged") from error
    _check(head)
    return Snapshot(head, Blobs(blobs))


def _check(head: object) -> None:
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise SimError(400, "this is not a saved town, or it is damaged")
    if head.get("version") != VERSION:
        found = str(head.get("version"))[:20]
        raise SimError(400, f"the town was saved in version {found}, this one reads {VERSION}")


def restore(town: Town, taken: Snapshot) -> None:
    """Put a saved town in place of this one, which stays as it is when that fails.

    Raises:
        SimError: It does not fit together.
    """
    head = taken.head
    try:
        values = plan_of_town().values(head["town"], taken.blobs)
        offset_s, saved_at, seq = float(head["offset_s"]), float(head["saved_at"]), int(head["seq"])
    except (Broken, KeyError, TypeError, ValueError) as error:
        raise SimError(400, f"the saved town is damaged: {str(error)[:200]}") from error
    bots = values["users"].bots.keys()
    if bots != values["queues"].keys() or bots != values["profiles"].keys():
        raise SimError(400, "the saved town is damaged: bots without their updates or profiles")
    before = list(town.queues.values())
    for name, value in values.items():
        setattr(town, name, value)
    town.clock.resume(offset_s, saved_at)
    town.connect()
    town.deliveries.clear()
    town.events.reset(at_least=seq)
    for queue in before:
        queue.changed.notify()


def to_file(town: Town) -> bytes:
    """Save a town."""
    return pack(snapshot(town))


def from_file(town: Town, content: bytes) -> None:
    """Load a town.

    Raises:
        SimError: It cannot be loaded; nothing has changed.
    """
    restore(town, unpack(content))
