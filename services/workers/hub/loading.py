"""Loading of transformers' models: safetensors only, no code of theirs, errors in sentences."""

import contextlib
import gc
import importlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from services.errors import InvalidInputError, ServiceError, UnavailableError
from services.workers.backends import Opening
from services.workers.hub.files import ModelFiles, not_installed
from services.workers.shelf import Recipe

if TYPE_CHECKING:
    from torch.nn import Module
    from transformers import PreTrainedConfig

log = structlog.get_logger(__name__)

ReadyT = TypeVar("ReadyT")

UNREADABLE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)
"""What transformers and diffusers raise for files that do not belong together; the text says which.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a kind of job needs of a model.

    Attributes:
        what: For people: ``a causal language model, such as Qwen2ForCausalLM``.
        fits: Tells by its files whether a model is one.
        auto_class: Class of transformers that loads it, such as ``AutoModelForCausalLM``.
        reader: Class that reads its input, such as ``AutoTokenizer`` or ``AutoProcessor``.
        may_lack: Beginnings of names of weights that are never used, such as ``pooler.``.
    """

    what: str
    fits: Callable[[ModelFiles], bool]
    auto_class: str
    reader: str = "AutoTokenizer"
    may_lack: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model on its device, in evaluation mode, and what reads its input.

    Attributes:
        model: Of transformers.
        reader: Its tokenizer or processor.
        device: ``cpu`` or ``cuda:0``.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
        files: Where it came from.
    """

    model: Any
    reader: Any
    device: str
    dtype: str
    files: ModelFiles


def recipe(
    files: ModelFiles,
    wanted: Wanted,
    opening: Opening,
    *,
    ready: Callable[[LoadedModel], ReadyT],
    put_away: Callable[[ReadyT], None] = lambda _: None,
    working_memory: int = 0,
) -> Recipe[ReadyT]:
    """Tell the shelf how to load a model; backends with the same ``ready`` share it.

    Args:
        files: The model.
        wanted: What the kind of job needs.
        opening: Says device and number format.
        ready: Makes of the loaded model what the backend uses, and runs it once; a function or
            class that stands in a module, as its name is part of the key.
        put_away: Ends what ``ready`` began; the weights are freed after it.
        working_memory: Bytes beside the weights that it holds for good, such as a cache.

    Raises:
        InvalidInputError: It is no model for the kind.
    """
    refuse_unfit(files, wanted)
    dtype = dtype_of(files, opening)
    loaded: list[LoadedModel] = []

    def load() -> ReadyT:
        model = load_model(files, wanted, opening)
        try:
            with _run_errors(files, model.dtype):
                result = ready(model)
        except BaseException:
            free(model.model)
            raise
        loaded.append(model)
        return result

    def unload(result: ReadyT) -> None:
        put_away(result)
        free(loaded.pop().model)

    use = f"{wanted.auto_class}:{ready.__module__}.{getattr(ready, '__qualname__', ready)}"
    return Recipe(
        key=f"transformers:{files.folder}:{dtype}:{opening.device}:{use}",
        memory=files.bytes_in(dtype) + working_memory,
        load=load,
        unload=unload,
        name=files.name,
    )


def refuse_unfit(files: ModelFiles, wanted: Wanted) -> None:
    """Refuse a model that cannot do the kind of job.

    Raises:
        InvalidInputError: The message names what it is and what is needed.
    """
    if not wanted.fits(files):
        raise _unfit(files, wanted)


def _unfit(files: ModelFiles, wanted: Wanted) -> InvalidInputError:
    what = ", ".join(files.architectures) or files.model_type or "of no known architecture"
    return InvalidInputError(f"the model {files.name} is {what}; needed is {wanted.what}")


def dtype_of(files: ModelFiles, opening: Opening) -> str:
    """Choose the number format: ``auto`` is as stored on a GPU and float32 on the CPU."""
    if opening.dtype != "auto":
        return opening.dtype
    return "float32" if opening.device == "cpu" else files.stored_dtype


def config_of(files: ModelFiles) -> "PreTrainedConfig":
    """Read the configuration of a model; blocks.

    Raises:
        InvalidInputError: transformers does not know its family.
        UnavailableError: transformers is not installed.
    """
    transformers = import_quietly("transformers")
    try:
        config: PreTrainedConfig = transformers.AutoConfig.from_pretrained(
            files.folder, trust_remote_code=False, local_files_only=True
        )
    except UNREADABLE as error:
        raise _unreadable(files, error) from error
    return config


def load_model(files: ModelFiles, wanted: Wanted, opening: Opening) -> LoadedModel:
    """Load a model and its reader; blocks.

    Raises:
        InvalidInputError: Its files do not belong together, lack weights, or are of a family
            that the kind has no use for.
        UnavailableError: A package is missing, or memory is too small.
    """
    transformers = import_quietly("transformers")
    torch = import_quietly("torch")
    families = getattr(getattr(transformers, wanted.auto_class), "_model_mapping", None)
    if families is not None and type(config_of(files)) not in families:
        raise _unfit(files, wanted)
    dtype = dtype_of(files, opening)
    log.info("model_loading", model=files.name, dtype=dtype, device=opening.device)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = getattr(transformers, wanted.reader).from_pretrained(
                files.folder, trust_remote_code=False, local_files_only=True
            )
            model, report = getattr(transformers, wanted.auto_class).from_pretrained(
                files.folder,
                dtype=getattr(torch, dtype),
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                output_loading_info=True,
            )
            _refuse_incomplete(files, wanted, report["missing_keys"])
            model = model.to(opening.device).eval()
    except ServiceError:
        raise
    except ImportError as error:
        raise UnavailableError(
            f"the model {files.name} needs another package: {first_line(error)}",
            dependency="workers",
        ) from error
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise too_little_memory(files.name) from error
    except (*UNREADABLE, importlib.import_module("safetensors").SafetensorError) as error:
        raise _unreadable(files, error) from error
    return LoadedModel(model=model, reader=reader, device=opening.device, dtype=dtype, files=files)


def import_quietly(package: str) -> ModuleType:
    """Import torch, transformers or diffusers, which then report by our log alone.

    Raises:
        UnavailableError: It is not installed; the message says how to do that.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(package)
            if package != "torch":
                reporting = importlib.import_module(f"{package}.utils.logging")
                reporting.set_verbosity_error()
                reporting.disable_progress_bar()
    except ImportError as error:
        raise not_installed(package) from error
    return module


def free(*modules: "Module") -> None:
    """Give the memory of torch modules back, whoever still refers to them; blocks."""
    torch = import_quietly("torch")
    for module in modules:
        module.to("meta")
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@contextlib.contextmanager
def memory_errors(name: str) -> Iterator[None]:
    """Turn the device's want of memory into ``UnavailableError``."""
    torch = import_quietly("torch")
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise too_little_memory(name) from error


@contextlib.contextmanager
def _run_errors(files: ModelFiles, dtype: str) -> Iterator[None]:
    try:
        with memory_errors(files.name):
            yield
    except ServiceError:
        raise
    except UNREADABLE as error:
        hint = "" if dtype == "float32" else "; SAMOVAR_MODEL_DTYPE=float32 may help"
        raise InvalidInputError(
            f"the model {files.name} was loaded and does not run: {first_line(error)}{hint}"
        ) from error


def too_little_memory(name: str) -> UnavailableError:
    """Say that the device has no room."""
    return UnavailableError(
        f"the device has too little memory for the model {name}: choose a smaller one or"
        " SAMOVAR_MODEL_DTYPE=bfloat16, or let another worker serve this kind",
        dependency="workers",
    )


def _refuse_incomplete(files: ModelFiles, wanted: Wanted, missing: set[str]) -> None:
    # transformers fills what is missing with random numbers and would answer at random.
    lacks = sorted(name for name in missing if not name.startswith(wanted.may_lack or "\0"))
    if lacks:
        raise InvalidInputError(
            f"the model {files.name} lacks {len(lacks)} of the weights that are needed, such as"
            f" {lacks[0]}; needed is {wanted.what}"
        )


def _unreadable(files: ModelFiles, error: Exception) -> InvalidInputError:
    if files.own_code:
        return InvalidInputError(
            f"the model {files.name} needs Python code of its own, which is never run; choose one"
            " that transformers knows"
        )
    return InvalidInputError(f"the model {files.name} cannot be loaded: {first_line(error)}")


def first_line(error: Exception) -> str:
    """Take what an error says without its explanations."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
