"""What the files of sentence-transformers beside a model tell of how to embed with it; no torch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from services.errors import InvalidInputError
from services.workers.hub.files import ModelFiles

_MODULES: Final = "modules.json"
_E5: Final = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])")
_E5_PROMPTS: Final = ("query: ", "passage: ")
_E5_INSTRUCT_PROMPTS: Final = (
    "Instruct: Given a question, retrieve passages that answer it\nQuery: ", "",
)  # fmt: skip
_QUERY_NAMES: Final = ("query", "s2p_query", "retrieval.query", "search_query")
_PASSAGE_NAMES: Final = ("passage", "document", "corpus", "retrieval.passage", "search_document")

_FileT = TypeVar("_FileT")


class Pooling(StrEnum):
    """How the vectors of tokens become one, as sentence-transformers names it."""

    MEAN = "mean"
    FIRST = "cls"
    LAST = "lasttoken"
    MAX = "max"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRules:
    """How a model embeds.

    Attributes:
        pooling: How the vectors of tokens become one.
        query_prompt: Stands before a question.
        passage_prompt: Stands before a passage.
        longest: Tokens that it was made for; None: as many as it can.
    """

    pooling: Pooling
    query_prompt: str
    passage_prompt: str
    longest: int | None


class _Module(msgspec.Struct, frozen=True):
    type: str
    path: str


class _Prompts(msgspec.Struct, frozen=True):
    prompts: dict[str, str] = {}
    default_prompt_name: str | None = None


class _Lengths(msgspec.Struct, frozen=True):
    max_seq_length: int | None = None


def has_sentence_files(files: ModelFiles) -> bool:
    """Tell whether a model was saved by sentence-transformers."""
    return (files.folder / _MODULES).is_file()


def sentence_rules(files: ModelFiles) -> SentenceRules:
    """Read how a model embeds; without such files it is by the mean, and e5 by its prompts.

    Raises:
        InvalidInputError: The files cannot be read, or ask for what is not done here.
    """
    prompts = _read(files, "config_sentence_transformers.json", _Prompts) or _Prompts()
    lengths = _read(files, "sentence_bert_config.json", _Lengths) or _Lengths()
    query_prompt, passage_prompt = _prompts(files, prompts)
    return SentenceRules(
        pooling=_pooling(files),
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        longest=lengths.max_seq_length,
    )


def _pooling(files: ModelFiles) -> Pooling:
    pooling = Pooling.MEAN
    for module in _read(files, _MODULES, list[_Module]) or []:
        kind = module.type.rpartition(".")[2]
        if kind == "Pooling":
            pooling = _named_pooling(files, f"{module.path}/config.json")
        elif kind not in {"Transformer", "Normalize"}:
            raise InvalidInputError(
                f"the model {files.name} needs a {kind} layer of sentence-transformers, which is"
                " not there; choose one with Transformer, Pooling and Normalize alone"
            )
    return pooling


def _named_pooling(files: ModelFiles, path: str) -> Pooling:
    config = _read(files, path, dict[str, msgspec.Raw]) or {}
    flags = {name: value for name, value in config.items() if bytes(value) == b"true"}
    modes = [name.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")
             for name in flags if name.startswith("pooling_mode_")]  # fmt: skip
    if named := config.get("pooling_mode"):
        modes = [bytes(named).decode().strip('"')]
    if len(modes) != 1 or modes[0] not in list(Pooling):
        raise InvalidInputError(
            f"the model {files.name} pools by {' and '.join(modes) or 'nothing'}; known are"
            f" {', '.join(Pooling)}"
        )
    if bytes(config.get("include_prompt", msgspec.Raw(b"true"))) == b"false":
        raise InvalidInputError(
            f"the model {files.name} leaves its prompt out of the vector, which is not done here"
        )
    return Pooling(modes[0])


def _prompts(files: ModelFiles, config: _Prompts) -> tuple[str, str]:
    prompts = {name: text for name, text in config.prompts.items() if text}
    if prompts:
        default = prompts.get(config.default_prompt_name or "", "")
        return _prompt(prompts, _QUERY_NAMES, default), _prompt(prompts, _PASSAGE_NAMES, default)
    name = Path(files.name).name.lower()
    if not _E5.search(name):
        return "", ""
    return _E5_INSTRUCT_PROMPTS if "instruct" in name else _E5_PROMPTS


def _prompt(prompts: Mapping[str, str], names: tuple[str, ...], default: str) -> str:
    return next((prompts[name] for name in names if name in prompts), default)


def _read(files: ModelFiles, path: str, kind: type[_FileT]) -> _FileT | None:
    file = files.folder / path
    if not file.is_file():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} of the model {files.name} cannot be read") from error
