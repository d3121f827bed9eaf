"""How much memory the models behind the settings need, as far as their files tell."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from bot.placement import NUMBER, Need
from bot.settings import Settings
from services.errors import ServiceError
from services.inference.kinds import JobKind
from services.workers.backends import chain_of, without_address
from services.workers.hub.files import describe, stored_bytes

log = structlog.get_logger(__name__)

_GB: Final = 10**9
# For a model whose files are not on this machine yet.
_ASSUMED: Final = 8 * _GB
# Beside its weights a model holds what it computes with.
_WORKING_SHARE: Final = 1.2
_COMPUTES_HERE: Final = ("transformers", "diffusers")
# These two ask the same of a model, so one copy does for both.
_SHARED: Final = frozenset({JobKind.GENERATE, JobKind.REWRITE})
_BYTES: Final = {"float32": 4, "bfloat16": 2, "float16": 2}
_STORED_BYTES: Final = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}

Measure = Callable[[str, str], int | None]
"""Tells the bytes of a backend's model in a number format; None: its files are not here."""


def needs_of(
    settings: Settings, kinds: Sequence[JobKind], *, on_cpu: bool, measure: Measure | None = None
) -> tuple[list[Need], list[str]]:
    """Tell what each kind needs.

    Args:
        settings: Backends, number format, and what the owner says of memory.
        kinds: Those to serve.
        on_cpu: There is no GPU, where models take other number formats.
        measure: Reads sizes; by default from the files on this machine.

    Returns:
        The needs, and a sentence for each model whose size had to be assumed.
    """
    dtype = "float32" if on_cpu and settings.model_dtype == "auto" else settings.model_dtype
    needs, notes = [], []
    for kind in kinds:
        parts = chain_of(settings.backends(kind))
        here = [part for part in parts if part.partition(":")[0] in _COMPUTES_HERE]
        models, assumed = _models(kind, here, dtype, measure or model_bytes)
        if (said := settings.kind_memory_gb.get(kind)) is not None:
            models, assumed = {str(kind): round(said * _GB)} if here else {}, []
        notes += [
            f"the size of {without_address(name)} is not known here, {_ASSUMED // _GB} GB are"
            f" assumed; say it with SAMOVAR_KIND_MEMORY_GB={kind}=..."
            for name in assumed
        ]
        need = Need(
            kind=kind, backends=",".join(parts), models=models,
            on_device=bool(here) or NUMBER in settings.backends(kind),
            without=",".join(part for part in parts if part not in here),
        )  # fmt: skip
        needs.append(need)
    return needs, notes


def _models(
    kind: JobKind, backends: Sequence[str], dtype: str, measure: Measure
) -> tuple[dict[str, int], list[str]]:
    models, assumed = {}, []
    for backend in backends:
        size = measure(backend, dtype)
        if size is None:
            assumed.append(backend)
        key = backend if kind in _SHARED else f"{backend} for {kind}"
        models[key] = _ASSUMED if size is None else round(size * _WORKING_SHARE)
    return models, assumed


def model_bytes(backend: str, dtype: str) -> int | None:
    """Measure a model by the headers of its files; nothing is fetched or loaded.

    Args:
        backend: ``transformers:...`` or ``diffusers:...``, a folder or a hub id.
        dtype: ``float32``, ``bfloat16``, ``float16``, or ``auto``: as it is stored.
    """
    library, _, name = backend.partition(":")
    folder = _folder(name)
    if folder is None:
        return None
    try:
        if library == "transformers":
            files = describe(str(folder))
            return files.bytes_in(files.stored_dtype if dtype == "auto" else dtype)
        return _in_format(stored_bytes(_weights_of_parts(folder), name), dtype)
    except ServiceError as error:
        # The worker says the same again when it is to load the model.
        log.warning("model_not_measured", reason=str(error))
        return None


def _folder(name: str) -> Path | None:
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - it comes by an extra
    except ImportError:
        return None
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):
        return None


def _weights_of_parts(folder: Path) -> list[Path]:
    """Find the weights of a pipeline: each part has a folder, some parts in several formats."""
    files = sorted(folder.glob("*/*.safetensors"))
    plain = [path for path in files if len(path.suffixes) == 1]
    return plain or files


def _in_format(stored: Mapping[str, int], dtype: str) -> int:
    if dtype == "auto":
        return sum(stored.values())
    return sum(
        size * _BYTES[dtype] // _STORED_BYTES[name] if name in _STORED_BYTES else size
        for name, size in stored.items()
    )
