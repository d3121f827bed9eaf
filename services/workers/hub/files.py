"""Where the files of a model lie, and what they tell before anything is loaded; no torch."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import structlog

from services.errors import InvalidInputError, UnavailableError

log = structlog.get_logger(__name__)

_READ: Final = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
_LEFT: Final = ("onnx/*", "openvino/*", "original/*", "consolidated*")
_PICKLES: Final = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_HUB_ID: Final = re.compile(r"[\w.-]+(/[\w.-]+)?", re.ASCII)
# As the format's own readers do.
_LONGEST_HEADER: Final = 100_000_000
_FLOATS: Final = {"F64": ("float32", 8), "F32": ("float32", 4), "F16": ("float16", 2),
                  "BF16": ("bfloat16", 2)}  # fmt: skip
_WIDTH: Final = {"float32": 4, "float16": 2, "bfloat16": 2}

_StructT = TypeVar("_StructT", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model on this machine's disk.

    Attributes:
        name: As it is written in the settings.
        folder: Where its files lie.
        architectures: Classes that it was saved from, such as ``Qwen2ForCausalLM``.
        model_type: Family of its configuration, such as ``qwen2``.
        is_encoder_decoder: It reads a text and writes another one.
        sees: It takes pictures.
        quantized: Its weights need a quantization package.
        own_code: It came with Python code, which is never run.
        stored: Bytes of its weights by safetensors' name of the number format.
    """

    name: str
    folder: Path
    architectures: tuple[str, ...]
    model_type: str
    is_encoder_decoder: bool
    sees: bool
    quantized: bool
    own_code: bool
    stored: Mapping[str, int] = field(hash=False)

    @property
    def stored_dtype(self) -> str:
        """Name the number format of most of its weights: float32, float16 or bfloat16."""
        floats = {name: size for name, size in self.stored.items() if name in _FLOATS}
        return _FLOATS[max(floats, key=lambda name: floats[name])][0] if floats else "float32"

    def bytes_in(self, dtype: str) -> int:
        """Tell the bytes of its weights in memory."""
        if self.quantized:
            return sum(self.stored.values())
        return sum(
            size * _WIDTH[dtype] // _FLOATS[name][1] if name in _FLOATS else size
            for name, size in self.stored.items()
        )


class _Config(msgspec.Struct, frozen=True):
    architectures: tuple[str, ...] | None = None
    model_type: str = ""
    is_encoder_decoder: bool = False
    vision_config: Any = None
    quantization_config: Any = None
    auto_map: Any = None


class _Index(msgspec.Struct, frozen=True):
    weight_map: dict[str, str]


class _Tensor(msgspec.Struct, frozen=True):
    dtype: str
    data_offsets: tuple[int, int]


def describe(name: str) -> ModelFiles:
    """Find a model by its folder or hub id, fetching it when it is not here; blocks.

    Raises:
        InvalidInputError: It is none that transformers reads, or has no safetensors.
        UnavailableError: It is not here and cannot be fetched.
    """
    folder = locate(name)
    config = _read(folder / "config.json", _Config, name)
    return ModelFiles(
        name=name,
        folder=folder,
        architectures=config.architectures or (),
        model_type=config.model_type,
        is_encoder_decoder=config.is_encoder_decoder,
        sees=config.vision_config is not None,
        quantized=config.quantization_config is not None,
        own_code=config.auto_map is not None,
        stored=stored_bytes(_weights(folder, name), name),
    )


def locate(name: str, *, read: Sequence[str] = _READ, left: Sequence[str] = _LEFT) -> Path:
    """Find the folder of a model; of a hub's, that in the cache, or it is fetched once.

    Args:
        name: A folder, or a hub id such as ``Qwen/Qwen2.5-0.5B-Instruct``.
        read: Patterns of the files to fetch.
        left: Patterns of files that are not needed all the same.

    Raises:
        InvalidInputError: It is neither.
        UnavailableError: It is not here and cannot be fetched.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if not _HUB_ID.fullmatch(name) or name.startswith("."):
        raise InvalidInputError(
            f"there is no folder {name}, and it is no hub id such as Qwen/Qwen3"
        )
    return _from_hub(name, list(read), list(left))


def stored_bytes(weights: Iterable[Path], name: str) -> dict[str, int]:
    """Add up the tensors of safetensors files by number format; reads the headers only.

    Raises:
        InvalidInputError: One is no safetensors file.
    """
    stored: dict[str, int] = {}
    for path in weights:
        for tensor in _tensors(path, name):
            begin, end = tensor.data_offsets
            stored[tensor.dtype] = stored.get(tensor.dtype, 0) + end - begin
    return stored


def _weights(folder: Path, name: str) -> list[Path]:
    single = folder / "model.safetensors"
    if single.is_file():
        return [single]
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        raise no_safetensors(folder, name)
    shards = [folder / each for each in set(_read(index, _Index, name).weight_map.values())]
    missing = sorted(shard.name for shard in shards if not shard.is_file())
    if missing:
        raise UnavailableError(
            f"the model {name} is not complete: {missing[0]} is missing; fetch it again",
            dependency="workers",
        )
    return shards


def no_safetensors(folder: Path, name: str) -> InvalidInputError:
    """Say that a model has no weights, or only such as could run code when they are read."""
    pickled = any(path.suffix in _PICKLES for path in folder.iterdir())
    has = "has only pickled weights (.bin, .pt), which are never read" if pickled else "has none"
    return InvalidInputError(
        f"weights must be *.safetensors, and the model {name} {has}; choose one that has them, or"
        " save it anew with save_pretrained"
    )


def _tensors(path: Path, name: str) -> list[_Tensor]:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 0 < length <= _LONGEST_HEADER:
            raise InvalidInputError(f"{path.name} of the model {name} is no safetensors file")
        header = file.read(length)
    try:
        entries = msgspec.json.decode(header, type=dict[str, msgspec.Raw])
        entries.pop("__metadata__", None)
        return [msgspec.json.decode(entry, type=_Tensor) for entry in entries.values()]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            f"{path.name} of the model {name} is no safetensors file, or is cut off"
        ) from error


def _read(path: Path, kind: type[_StructT], name: str) -> _StructT:
    if not path.is_file():
        raise InvalidInputError(f"the model {name} has no {path.name}: transformers cannot read it")
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path.name} of the model {name} cannot be read") from error


def _from_hub(name: str, read: list[str], left: list[str]) -> Path:
    try:
        import httpx2  # noqa: PLC0415 - it and the next come by an extra
        from huggingface_hub import errors, snapshot_download  # noqa: PLC0415
    except ImportError as error:
        raise not_installed("huggingface_hub") from error
    try:
        # What is here is used as it is: the same model after every start, with or without network.
        return Path(
            snapshot_download(
                name, allow_patterns=read, ignore_patterns=left, local_files_only=True
            )
        )
    except errors.LocalEntryNotFoundError:
        pass
    log.info("model_fetched", model=name)
    try:
        return Path(snapshot_download(name, allow_patterns=read, ignore_patterns=left))
    except errors.GatedRepoError as error:
        raise UnavailableError(
            f"the hub gives {name} only to those who accepted its terms: accept them on"
            f" https://huggingface.co/{name}, then log in with: hf auth login",
            dependency="workers",
        ) from error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        raise InvalidInputError(
            f"the hub knows no model {name}, and there is no such folder here"
        ) from error
    except (OSError, httpx2.HTTPError) as error:
        raise UnavailableError(
            f"the model {name} is not on this machine and the hub cannot be reached: fetch it with"
            f" `hf download {name}`, or name a folder that holds it",
            dependency="workers",
        ) from error


def not_installed(package: str) -> UnavailableError:
    """Say what to install."""
    return UnavailableError(
        f"{package} is not installed; install it with: pip install torch 'transformers>=5.23,<6'",
        dependency="workers",
    )
