"""Where the files of a picture pipeline lie, and what they tell before it is loaded; no torch."""

from pathlib import Path
from typing import Final

import msgspec

from services.errors import InvalidInputError
from services.workers.hub.files import ModelFiles, locate, no_safetensors, stored_bytes

_INDEX: Final = "model_index.json"
_READ: Final = (_INDEX, "*/*.safetensors", "*/*.json", "*/*.txt", "*/*.model")
# Copies of the same weights, and those for other runtimes.
_LEFT: Final = ("*.fp16*", "*.bf16*", "*.non_ema*", "*_ema*", "onnx/*", "openvino/*", "flax/*")


class _Index(msgspec.Struct, frozen=True):
    class_name: str | list[str] = msgspec.field(name="_class_name", default="")


def describe_pipeline(name: str) -> ModelFiles:
    """Find a pipeline by its folder or hub id, fetching it when it is not here; blocks.

    Returns:
        Its class is the only architecture; the weights of all its parts are counted.

    Raises:
        InvalidInputError: It is no pipeline of diffusers, or a part has no safetensors.
        UnavailableError: It is not here and cannot be fetched.
    """
    folder = locate(name, read=_READ, left=_LEFT)
    index = folder / _INDEX
    if not index.is_file():
        raise InvalidInputError(
            f"the model {name} has no {_INDEX}: it is no pipeline of diffusers; choose one such as"
            " stabilityai/sdxl-turbo"
        )
    try:
        class_name = msgspec.json.decode(index.read_bytes(), type=_Index).class_name
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{_INDEX} of the model {name} cannot be read") from error
    return ModelFiles(
        name=name,
        folder=folder,
        architectures=(class_name,) if isinstance(class_name, str) else tuple(class_name),
        model_type="diffusers",
        is_encoder_decoder=False,
        sees=False,
        quantized=False,
        own_code=not isinstance(class_name, str),
        stored=stored_bytes(_weights(folder, name), name),
    )


def _weights(folder: Path, name: str) -> list[Path]:
    weights: list[Path] = []
    # Schedulers and tokenizers have configurations of other names, and no weights.
    for config in sorted(folder.glob("*/config.json")):
        part = config.parent
        found = [path for path in part.glob("*.safetensors") if not _is_copy(path)]
        if not found:
            raise no_safetensors(part, f"{name}/{part.name}")
        weights += found
    return weights


def _is_copy(path: Path) -> bool:
    return any(path.match(pattern) for pattern in _LEFT if "/" not in pattern)
