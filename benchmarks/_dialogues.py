"""Dialogues whose last question cannot be searched as it is typed, and messages with an outcome."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from benchmarks._library import document
from services.knowledge.models import SourceDocument

CAST_TURNS: Final = "cast19_topics.json"
CAST_RESOLVED: Final = "cast19_resolved.tsv"
_DATA = files("benchmarks") / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Questions of one person, the last of which is judged.

    Attributes:
        turns: As typed, oldest first.
        answers: What the bot said to all but the last; empty when the bench asks by itself.
        human: The last question so that it stands alone, by hand; empty when nobody wrote it.
        gold: Sources of the passages that answer it.
        offered: The bot answered the turn before with the nearest passages that it has.
    """

    kind: str
    turns: tuple[str, ...]
    human: str
    gold: tuple[str, ...]
    held_out: bool
    answers: tuple[str, ...] = ()
    offered: bool = False


class Message(msgspec.Struct, frozen=True):
    """A message whose outcome is known.

    Attributes:
        outcome: A value of ``Decision``, or ``command``.
        before: What the bot said last: ``nothing``, an ``answer``, or an ``offer``.
        split: ``dev``, on which the rules were written, or ``test``.
        held_out: Which of the two test sets. The first was read by the author of the second
            round of rules before they were written, so only figures from before are held out;
            the second was written, by that author, before these rules.
    """

    text: str
    language: str
    outcome: str
    before: str
    split: str
    held_out: int = 1


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    passage: str = ""
    text: str = ""
    kind: str = ""
    split: str = ""
    turns: tuple[str, ...] = ()
    human: str = ""
    gold: tuple[str, ...] = ()
    offered: bool = False


def read_messages() -> list[Message]:
    """Read the messages for the decision."""
    lines = (_DATA / "decisions.jsonl").read_text("utf-8").splitlines()
    return [msgspec.json.decode(line, type=Message) for line in lines]


def read_written(language: str = "ru") -> tuple[list[SourceDocument], list[Dialogue]]:
    """Read the dialogues of our own in Russian or Persian, and the library they are about."""
    lines = (_DATA / f"dialogues_{language}.jsonl").read_text("utf-8").splitlines()
    rows = [msgspec.json.decode(line, type=_Row) for line in lines]
    documents = [document(row.passage, row.text) for row in rows if row.passage]
    dialogues = [
        Dialogue(
            kind=row.kind, turns=row.turns, human=row.human, gold=row.gold,
            held_out=row.split == "test", offered=row.offered,
        )
        for row in rows if not row.passage
    ]  # fmt: skip
    return documents, dialogues


def find_cast(data: Path | None) -> Path | None:
    """Find the folder of CAsT 2019 in a data directory."""
    if data is None:
        return None
    places = (data, data / "dialogue")
    return next((place for place in places if (place / CAST_RESOLVED).is_file()), None)


def read_cast(folder: Path) -> list[Dialogue]:
    """Read the follow-ups of CAsT 2019, without gold: its passages are not at hand."""
    lines = (folder / CAST_RESOLVED).read_text("utf-8").splitlines()
    resolved = dict(line.split("\t", 1) for line in lines if "\t" in line)
    topics = json.loads((folder / CAST_TURNS).read_text("utf-8"))
    return [one for topic in topics for one in _cast(topic, resolved)]


def _cast(topic: dict[str, object], resolved: dict[str, str]) -> Iterator[Dialogue]:
    asked = topic["turn"]
    number = topic["number"]
    if not isinstance(asked, list) or not isinstance(number, int):
        return
    turns = [" ".join(str(turn["raw_utterance"]).split()) for turn in asked]
    for at, turn in enumerate(asked):
        name = f"{number}_{turn['number']}"
        if at and name in resolved:
            yield Dialogue(
                kind="cast", turns=tuple(turns[: at + 1]), human=resolved[name],
                gold=(), held_out=number % 2 == 1, answers=("",) * at,
            )  # fmt: skip
