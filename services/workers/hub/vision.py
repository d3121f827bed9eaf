"""DESCRIBE by transformers' models that look at pictures."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from services.errors import ModelError
from services.inference.kinds import DescribePayload, DescribeResult
from services.workers.backends import Opening, RunningJob
from services.workers.hub.files import describe
from services.workers.hub.halting import Halt, in_thread
from services.workers.hub.loading import LoadedModel, Wanted, import_quietly, recipe
from services.workers.hub.pictures import decode_picture
from services.workers.hub.plain_text import PlainText
from services.workers.hub.steps import SteppedModel, greedy
from services.workers.shelf import Recipe, Shelf
from services.workers.turns import Turns

if TYPE_CHECKING:
    from PIL.Image import Image

_ENDINGS: Final = ("ForConditionalGeneration", "ForVisionText2Text", "ForCausalLM")

SEEING: Final = Wanted(
    what="a model that looks at pictures, such as Qwen2VLForConditionalGeneration",
    fits=lambda files: files.sees and any(name.endswith(_ENDINGS) for name in files.architectures),
    auto_class="AutoModelForImageTextToText",
    reader="AutoProcessor",
)

_ASKED: Final = "Describe what is to be seen in the picture in a few sentences."
_RULES: Final = "Say only what the picture shows. Answer in {language}."
_LANGUAGES: Final = {"ru": "Russian", "en": "English", "fa": "Persian"}
_QUESTION_LIMIT: Final = 2000
_GREY: Final = (128, 128, 128)


class SeeingModel:
    """A loaded model with its processor, for one picture at a time."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Take a model and show it a picture; blocks."""
        self._loaded = loaded
        self._tokenizer = loaded.reader.tokenizer
        self._model = SteppedModel(loaded)
        self._config = greedy(loaded.model, self._tokenizer)
        loaded.model.generation_config = self._config
        self.turns = Turns()
        place = getattr(loaded.reader, "image_token", None) or "<image>"
        self._plain_text = PlainText(self._tokenizer, str(place))
        from PIL import Image  # noqa: PLC0415 - the processor has imported it

        self.say(Image.new("RGB", (64, 64), _GREY), "", "", max_tokens=2, halt=Halt())

    def say(
        self, picture: "Image", question: str, language: str, *, max_tokens: int, halt: Halt
    ) -> str:
        """Say what is to be seen; blocks.

        Raises:
            HaltedError: The end was wished.
            UnavailableError: The device's memory is too small.
        """
        inputs = self._inputs(picture, question, language)
        written = self._model.generate(
            halt, **inputs, generation_config=self._config, max_new_tokens=max_tokens
        )[0].tolist()
        asked = inputs["input_ids"][0].tolist() if "input_ids" in inputs else []
        # Some give the prompt back before the answer, others do not.
        answer = written[len(asked) :] if written[: len(asked)] == asked else written
        text: str = self._tokenizer.decode(answer, skip_special_tokens=True)
        return text.replace("\ufffd", "").strip()

    def close(self) -> None:
        """End what it began."""
        self._model.close()

    def _inputs(self, picture: "Image", question: str, language: str) -> dict[str, Any]:
        torch = import_quietly("torch")
        text = self._text(self._plain_text(question[:_QUESTION_LIMIT]).strip(), language)
        read = self._loaded.reader(images=[picture], text=text, return_tensors="pt")
        kind = self._loaded.model.dtype
        return {
            name: value.to(self._loaded.device, kind if torch.is_floating_point(value) else None)
            for name, value in read.items()
        }

    def _text(self, question: str, language: str) -> str | None:
        """Write the prompt; models that only name what they see, as BLIP does, get none."""
        reader = self._loaded.reader
        rules = _RULES.format(language=_LANGUAGES.get(language, "the language of the question"))
        if getattr(reader, "chat_template", None):
            words = {"type": "text", "text": f"{question or _ASKED}\n{rules}"}
            content = [{"type": "image"}, words]
            text: str = reader.apply_chat_template(
                [{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True
            )
            return text
        if (place := getattr(reader, "image_token", None)) is not None:
            return f"USER: {place}\n{question or _ASKED} {rules}\nASSISTANT:"
        return f"Question: {question} Answer:" if question else None


class Describer:
    """Says what is to be seen in a picture."""

    def __init__(self, model: Recipe[SeeingModel], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: DescribePayload, job: RunningJob) -> DescribeResult:
        """See ``Backend.run``."""
        if payload.max_tokens < 1:
            raise ModelError("there is no token to say what the picture shows")
        picture = await asyncio.to_thread(decode_picture, await job.fetch(payload.image))
        async with self._shelf.use(self._model) as model, model.turns.take(job.priority):

            def say(halt: Halt) -> str:
                return model.say(
                    picture, payload.question, payload.language,
                    max_tokens=payload.max_tokens, halt=halt,
                )  # fmt: skip

            try:
                text = await in_thread(say)
            except ValueError as error:
                # Some take no picture that is two hundred times as wide as it is high.
                raise ModelError(
                    f"the model cannot look at {picture.width} by {picture.height} pixels"
                ) from error
        if not text:
            raise ModelError("the model said nothing of the picture")
        return DescribeResult(text=text)

    async def close(self) -> None:
        """The shelf has the model."""


async def open_describer(name: str, opening: Opening) -> Describer:
    """Open ``transformers:<folder or hub id>`` for DESCRIBE.

    Raises:
        InvalidInputError: It is no model that looks at pictures.
        UnavailableError: It is missing, or memory is too small.
    """
    files = await asyncio.to_thread(describe, name)
    model = recipe(files, SEEING, opening, ready=SeeingModel, put_away=SeeingModel.close)
    async with opening.shelf.use(model):
        return Describer(model, opening.shelf)
