"""A picture pipeline of diffusers at work."""

import inspect
import io
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from services.errors import InvalidInputError, ModelError, UnavailableError
from services.inference.kinds import DrawPayload
from services.workers.hub.files import ModelFiles
from services.workers.hub.halting import Halt
from services.workers.hub.loading import free, import_quietly
from services.workers.hub.steps import HaltingParts
from services.workers.turns import Turns

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch.nn import Module

_LEAST_SIDE: Final = 64
_WARM_UP_STEPS: Final = 2
_MOST_STEPS: Final = 1000
_MOST_PICTURES: Final = 16
# Beyond that torch takes no seed.
_SEEDS: Final = 2**63
# Models read some hundred tokens; to cut a book into tokens takes seconds.
_LONGEST_PROMPT: Final = 10_000

Progress = Callable[[float], None]


class Painter:
    """A loaded pipeline, for one picture at a time."""

    def __init__(self, pipeline: Any, files: ModelFiles, device: str) -> None:  # noqa: ANN401
        """Take a pipeline and run it once.

        Raises:
            InvalidInputError: It does not make pictures from words.
        """
        self._pipeline = pipeline
        self._device = device
        self._name = files.name
        self._takes = inspect.signature(pipeline.__call__).parameters
        # Those that redraw pictures take a strength; those that enlarge them take no height.
        if not {"prompt", "height"} <= self._takes.keys() or "strength" in self._takes:
            raise _no_text_to_image(files)
        self.turns = Turns()
        self._parts = HaltingParts(*self._modules())
        least = DrawPayload(prompt="a", width=_LEAST_SIDE, height=_LEAST_SIDE, steps=_WARM_UP_STEPS)
        self._picture(least, 0, lambda _done: None, Halt())

    def draw(self, wanted: DrawPayload, show: Progress, halt: Halt) -> list[bytes]:
        """Draw pictures as PNG files; blocks.

        Args:
            wanted: What; each of its sides is rounded to what the model can draw.
            show: Hears how far it is, 0 to 1, after each step.
            halt: Looked at all the while.

        Raises:
            ModelError: The model's own safety filter hid a picture, or no model could draw this.
            UnavailableError: The device's memory is too small for it.
            HaltedError: The end was wished.
        """
        _refuse_impossible(wanted)
        pictures = []
        for number in range(wanted.count):
            picture = self._picture(
                wanted, number, partial(_show_part, show, number, wanted.count),
                halt,
            )  # fmt: skip
            pictures.append(_png(picture))
        return pictures

    def put_away(self) -> None:
        """Give the memory of its parts back."""
        free(*self._modules())

    def _modules(self) -> "list[Module]":
        torch = import_quietly("torch")
        parts = self._pipeline.components.values()
        return [part for part in parts if isinstance(part, torch.nn.Module)]

    def _picture(self, wanted: DrawPayload, number: int, show: Progress, halt: Halt) -> "Image":
        torch = import_quietly("torch")
        arguments = self._arguments(wanted, show)
        # Each has a seed of its own, so that the second of three can be drawn alone.
        generator = torch.Generator(self._device).manual_seed(wanted.seed + number)
        try:
            with torch.inference_mode(), warnings.catch_warnings(), self._parts.heed(halt):
                warnings.simplefilter("ignore")
                output = self._pipeline(generator=generator, **arguments)
        except (MemoryError, RuntimeError) as error:
            if not is_want_of_memory(error):
                raise
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            raise UnavailableError(
                f"the device has too little memory for a picture of {wanted.width} by"
                f" {wanted.height} pixels by {self._name}; ask for a smaller one",
                dependency="workers",
            ) from error
        if any(getattr(output, "nsfw_content_detected", None) or ()):
            raise ModelError(f"the safety filter of {self._name} hid the picture")
        picture: Image = output.images[0]
        return picture

    def _arguments(self, wanted: DrawPayload, show: Progress) -> dict[str, object]:
        def after_step(pipeline: Any, step: int, _time: object, given: Any) -> Any:  # noqa: ANN401
            steps = getattr(pipeline, "num_timesteps", None) or wanted.steps or 0
            show(min(1.0, (step + 1) / steps) if steps else 0.0)
            return given

        arguments = {
            "prompt": wanted.prompt[:_LONGEST_PROMPT],
            "negative_prompt": wanted.negative[:_LONGEST_PROMPT] or None,
            "width": self._side(wanted.width),
            "height": self._side(wanted.height),
            "num_inference_steps": wanted.steps,
            "guidance_scale": wanted.guidance,
            "callback_on_step_end": after_step,
        }
        return {
            name: value
            for name, value in arguments.items()
            if value is not None and name in self._takes
        }

    def _side(self, pixels: int) -> int:
        unit = max(8, int(getattr(self._pipeline, "vae_scale_factor", 8)))
        return max(_LEAST_SIDE, round(pixels / unit) * unit)


def is_want_of_memory(error: Exception) -> bool:
    """Tell whether an error of torch says that memory is too small."""
    torch = import_quietly("torch")
    # On the CPU it is a RuntimeError like any other.
    wants = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return wants or "can't allocate memory" in str(error)


def _refuse_impossible(wanted: DrawPayload) -> None:
    limits = (
        ("pictures", wanted.count, 1, _MOST_PICTURES),
        ("steps", 1 if wanted.steps is None else wanted.steps, 1, _MOST_STEPS),
        ("as the seed", wanted.seed, -_SEEDS, _SEEDS - _MOST_PICTURES),
    )
    for what, number, least, most in limits:
        if not least <= number <= most:
            raise ModelError(f"{number} {what} cannot be; it is {least} to {most}")


def _show_part(show: Progress, before: int, count: int, done: float) -> None:
    show((before + done) / count)


def _png(picture: "Image") -> bytes:
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def _no_text_to_image(files: ModelFiles) -> InvalidInputError:
    return InvalidInputError(
        f"the model {files.name} is {', '.join(files.architectures)}; needed is a pipeline that"
        " makes pictures from words, such as StableDiffusionPipeline"
    )
