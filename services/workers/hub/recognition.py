"""TRANSCRIBE by transformers' models that read sound and write text, such as Whisper."""

import asyncio
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.errors import ModelError
from services.inference.kinds import SpokenSegment, TranscribePayload, TranscribeResult
from services.workers.audio import decode
from services.workers.backends import Opening, RunningJob
from services.workers.hub.files import describe
from services.workers.hub.halting import Halt, in_thread
from services.workers.hub.loading import LoadedModel, Wanted, memory_errors, recipe
from services.workers.hub.steps import HaltingParts
from services.workers.shelf import Recipe, Shelf
from services.workers.turns import Turns

SPEECH_SEQ2SEQ: Final = Wanted(
    what="a speech recognizer with a decoder, such as WhisperForConditionalGeneration",
    fits=lambda files: files.is_encoder_decoder and "whisper" in files.model_type,
    auto_class="AutoModelForSpeechSeq2Seq",
    reader="AutoProcessor",
)

_WINDOW_S: Final = 30.0
_QUIET_WITHIN_S: Final = 8.0
_LOUDNESS_S: Final = 0.1
_MOST_TOKENS: Final = 440


class Recognizer:
    """A loaded model with its processor, for one thread at a time."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Take a model and run it once."""
        self._model = loaded.model
        self._processor = loaded.reader
        self._device = loaded.device
        self._dtype = loaded.dtype
        self._name = loaded.files.name
        self._parts = HaltingParts(loaded.model)
        self.turns = Turns()
        self.rate = int(loaded.reader.feature_extractor.sampling_rate)
        self.write(np.zeros(self.rate, dtype=np.float32), None, Halt(), most_tokens=2)

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of the languages that it can be told; empty: it knows one only."""
        named = getattr(self._model.generation_config, "lang_to_id", None) or {}
        return frozenset(name.strip("<|>") for name in named)

    def write(
        self, sound: NDArray[np.float32], language: str | None, halt: Halt,
        *, most_tokens: int = _MOST_TOKENS,
    ) -> tuple[str, str]:  # fmt: skip
        """Write down what is said in at most 30 seconds; blocks.

        Returns:
            The words, and the language that they are in as far as the model tells, else "".

        Raises:
            UnavailableError: The device's memory is too small for it.
            HaltedError: The end was wished.
        """
        import torch  # noqa: PLC0415 - loaded with the model; a worker without it starts as well

        heard = self._processor(
            sound, sampling_rate=self.rate, return_tensors="pt", return_attention_mask=True
        )
        # A model for one language refuses to be told.
        told = {"language": language, "task": "transcribe"} if language and self.languages else {}
        with torch.inference_mode(), memory_errors(self._name), self._parts.heed(halt):
            features = heard.input_features.to(self._device, getattr(torch, self._dtype))
            if language is None and self.languages:
                told = {"language": self._guess(features), "task": "transcribe"}
            output = self._model.generate(
                features, attention_mask=heard.attention_mask.to(self._device), num_beams=1,
                do_sample=False, max_new_tokens=most_tokens, **told,
            )  # fmt: skip
        text: str = self._processor.batch_decode(output, skip_special_tokens=True)[0]
        return text.strip(), told.get("language") or language or ""

    def _guess(self, features: Any) -> str:  # noqa: ANN401
        number = int(self._model.detect_language(features)[0])
        named = self._model.generation_config.lang_to_id
        return next((name.strip("<|>") for name, one in named.items() if one == number), "en")


async def open_recognizer(name: str, opening: Opening) -> "SpeechRecognizer":
    """Open ``transformers:<folder or hub id>`` for speech.

    Raises:
        InvalidInputError: It is no speech recognizer.
        UnavailableError: It is missing, or memory is too small.
    """
    files = await asyncio.to_thread(describe, name)
    model = recipe(files, SPEECH_SEQ2SEQ, opening, ready=Recognizer)
    async with opening.shelf.use(model):
        return SpeechRecognizer(model, opening.shelf)


class SpeechRecognizer:
    """Writes down speech of any length, half a minute at a time, cut where it is quiet."""

    def __init__(self, model: Recipe[Recognizer], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: TranscribePayload, job: RunningJob) -> TranscribeResult:
        """See ``Backend.run``; the text is shown as it grows."""
        data = await job.fetch(payload.audio)
        async with self._shelf.use(self._model) as model:
            language = payload.language or None
            if language is not None and model.languages and language not in model.languages:
                raise ModelError(f"the speech recognizer does not know the language {language[:8]}")
            sound = await in_thread(lambda halt: decode(data, rate=model.rate, check=halt.check))
            segments: list[SpokenSegment] = []
            for start, end in windows(sound, model.rate):
                part = sound[start:end]
                async with model.turns.take(job.priority):
                    text, language = await in_thread(
                        lambda halt, part=part, told=language: model.write(part, told, halt)  # type: ignore[misc]  # both bound at once
                    )
                segments.append(
                    SpokenSegment(start_s=start / model.rate, end_s=end / model.rate, text=text)
                )
                job.show_text(_joined(segments))
        return TranscribeResult(
            text=_joined(segments), language=language or "", segments=tuple(segments)
        )

    async def close(self) -> None:
        """See ``Backend.close``; the shelf puts the model away."""


def windows(sound: NDArray[np.float32], rate: int) -> list[tuple[int, int]]:
    """Cut sound into stretches that the model can hear at once.

    A stretch is at most 30 s long and ends where its last 8 s are quietest, so that no word is
    cut. Sound without samples has no stretch.
    """
    cuts: list[tuple[int, int]] = []
    start = 0
    while start < len(sound):
        end = min(len(sound), start + int(_WINDOW_S * rate))
        if end < len(sound):
            end = _quietest(sound, end - int(_QUIET_WITHIN_S * rate), end, rate)
        cuts.append((start, end))
        start = end
    return cuts


def _quietest(sound: NDArray[np.float32], start: int, end: int, rate: int) -> int:
    step = max(1, int(_LOUDNESS_S * rate))
    count = (end - start) // step
    loudness = np.abs(sound[start : start + count * step]).reshape(count, step).mean(axis=1)
    # The latest of the quietest: the longer a stretch, the more the model knows of it.
    best = count - 1 - int(np.argmin(loudness[::-1]))
    return start + best * step + step // 2


def _joined(segments: list[SpokenSegment]) -> str:
    return " ".join(segment.text for segment in segments if segment.text)
