"""The tiny jobs that a device is tried with, one for each tiny model."""

import importlib
import io
import math
import warnings
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from services.inference.kinds import (
    Blob,
    DescribePayload,
    DescribeResult,
    DetoxPayload,
    DetoxResult,
    DrawPayload,
    DrawResult,
    EmbedPayload,
    EmbedResult,
    EntailPayload,
    EntailResult,
    GeneratePayload,
    GenerateResult,
    JobKind,
    Payload,
    Result,
    RewritePayload,
    RewriteResult,
    RudeText,
    ScorePayload,
    ScoreResult,
    SpeakPayload,
    SpeakResult,
    TextPair,
    ToxicityPayload,
    ToxicityResult,
    TranscribePayload,
    TranscribeResult,
    TranslatePayload,
    TranslateResult,
)
from services.inference.models import EmbedRole, PromptMessage
from services.inference.protocol import unpack_vectors
from services.workers.hub.loading import import_quietly

_MESSAGES: Final = (PromptMessage(role="user", content="Is the samovar hot?"),)
_TEXTS: Final = ("The tea is hot.", "Чай горячий.", "A samovar stands on the table.")
_RUDE: Final = (RudeText(text="Ты дурак!", spans=((3, 8),)), RudeText(text="Добрый день"))
_TOKENS: Final = 16
_STEPS: Final = 4
_SIDE: Final = 64
_SOUND_HZ: Final = 16_000
_PNG: Final = b"\x89PNG"
_OGG: Final = b"OggS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A job and the tiny model that does it.

    Attributes:
        kind: Of the job.
        model: For people: ``transformers: seq2seq``.
        builder: Module and function that saves the model into a folder.
        payload: What is asked.
        sound: Tells whether a result can be one; its files are in the mapping by their keys.
        files: Makes the pictures and sounds that it is about, by their keys.
    """

    kind: JobKind
    model: str
    builder: str
    payload: Payload
    sound: Callable[[Result, Mapping[str, bytes]], bool]
    files: Callable[[], dict[str, bytes]] = dict

    @property
    def backend_kind(self) -> str:
        """What stands before the colon in settings."""
        return self.model.partition(":")[0]

    def build(self, folder: Path) -> Path:
        """Save the model; blocks.

        Raises:
            UnavailableError: A package is missing.
        """
        for package in ("torch", "transformers", self.backend_kind):
            import_quietly(package)
        module, _, function = self.builder.partition(":")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            saved: Path = getattr(importlib.import_module(module), function)(folder)
        return saved


_TONE: Final = Blob(key="tone", media_type="audio/wav", size=2 * _SOUND_HZ)
_GRADIENT: Final = Blob(key="gradient", media_type="image/png", size=_SIDE * _SIDE)


def _tone() -> dict[str, bytes]:
    """Write a second of sound as a WAV file."""
    moments = np.arange(_SOUND_HZ) / _SOUND_HZ
    samples = (np.sin(2 * math.pi * 440 * moments) * 20_000).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_SOUND_HZ)
        sound.writeframes(samples.tobytes())
    return {_TONE.key: file.getvalue()}


def _gradient() -> dict[str, bytes]:
    """Write a small picture as a PNG file."""
    from PIL import Image  # noqa: PLC0415 - comes with the models' packages

    shades = np.linspace(0, 255, _SIDE, dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.stack([np.tile(shades, (_SIDE, 1))] * 3, axis=-1)).save(file, format="PNG")
    return {_GRADIENT.key: file.getvalue()}


def _is_text(result: Result, _files: Mapping[str, bytes]) -> bool:
    return isinstance(result, GenerateResult | RewriteResult | DescribeResult | TranscribeResult)


def _are_vectors(result: Result, _files: Mapping[str, bytes]) -> bool:
    if not isinstance(result, EmbedResult):
        return False
    vectors = unpack_vectors(result)
    lengths = np.linalg.norm(vectors, axis=1)
    return len(vectors) == len(_TEXTS) and bool(np.allclose(lengths, 1.0, atol=1e-2))


def _are_scores(result: Result, _files: Mapping[str, bytes]) -> bool:
    if not isinstance(result, ScoreResult | ToxicityResult):
        return False
    return len(result.scores) == len(_TEXTS) and all(map(math.isfinite, result.scores))


def _are_judgements(result: Result, _files: Mapping[str, bytes]) -> bool:
    if not isinstance(result, EntailResult):
        return False
    sums = [one.entail + one.neutral + one.contradict for one in result.judged]
    return len(sums) == len(_TEXTS) and bool(np.allclose(sums, 1.0, atol=1e-2))


def _are_texts(result: Result, _files: Mapping[str, bytes]) -> bool:
    if isinstance(result, DetoxResult):
        return len(result.texts) == len(_RUDE)
    return isinstance(result, TranslateResult) and len(result.texts) == len(_TEXTS)


def _is_picture(result: Result, made: Mapping[str, bytes]) -> bool:
    if not isinstance(result, DrawResult):
        return False
    return all(made[picture.key].startswith(_PNG) for picture in result.pictures)


def _is_voice(result: Result, made: Mapping[str, bytes]) -> bool:
    return isinstance(result, SpeakResult) and made[result.audio.key].startswith(_OGG)


_TINY: Final = "services.workers.selftest.tiny"

CASES: Final = (
    Case(
        kind=JobKind.GENERATE, model="transformers: causal",
        builder=f"{_TINY}.causal:save_tiny_causal", sound=_is_text,
        payload=GeneratePayload(
            messages=_MESSAGES, evidence=(), language="en", max_sentences=3, max_tokens=_TOKENS
        ),
    ),
    Case(
        kind=JobKind.REWRITE, model="transformers: causal",
        builder=f"{_TINY}.causal:save_tiny_causal", sound=_is_text,
        payload=RewritePayload(messages=_MESSAGES, max_tokens=_TOKENS),
    ),
    Case(
        kind=JobKind.EMBED, model="transformers: encoder",
        builder=f"{_TINY}.encoders:build_encoder", sound=_are_vectors,
        payload=EmbedPayload(texts=_TEXTS, role=EmbedRole.PASSAGE),
    ),
    Case(
        kind=JobKind.SCORE, model="transformers: cross-encoder",
        builder=f"{_TINY}.encoders:build_cross_encoder", sound=_are_scores,
        payload=ScorePayload(query="Is the tea hot?", texts=_TEXTS),
    ),
    Case(
        kind=JobKind.ENTAIL, model="transformers: entailment",
        builder=f"{_TINY}.encoders:build_entailer", sound=_are_judgements,
        payload=EntailPayload(
            pairs=tuple(TextPair(premise=text, hypothesis="The tea is hot.") for text in _TEXTS)
        ),
    ),
    Case(
        kind=JobKind.TOXICITY, model="transformers: classifier",
        builder=f"{_TINY}.encoders:build_classifier", sound=_are_scores,
        payload=ToxicityPayload(texts=_TEXTS),
    ),
    Case(
        kind=JobKind.DETOX, model="transformers: seq2seq",
        builder=f"{_TINY}.seq2seq:build_seq2seq", sound=_are_texts,
        payload=DetoxPayload(texts=_RUDE, language="ru"),
    ),
    Case(
        kind=JobKind.DETOX, model="transformers: masked",
        builder=f"{_TINY}.masked:build_masked", sound=_are_texts,
        payload=DetoxPayload(texts=_RUDE, language="ru"),
    ),
    Case(
        kind=JobKind.TRANSLATE, model="transformers: seq2seq",
        builder=f"{_TINY}.seq2seq:build_seq2seq", sound=_are_texts,
        payload=TranslatePayload(texts=_TEXTS, source="en", target="ru"),
    ),
    Case(
        kind=JobKind.DRAW, model="diffusers: Stable Diffusion",
        builder=f"{_TINY}.diffusion:build_pipeline", sound=_is_picture,
        payload=DrawPayload(prompt="a samovar", width=_SIDE, height=_SIDE, steps=_STEPS),
    ),
    Case(
        kind=JobKind.DESCRIBE, model="transformers: vision",
        builder=f"{_TINY}.vision:save_tiny_vision", sound=_is_text, files=_gradient,
        payload=DescribePayload(
            image=_GRADIENT, question="What is it?", language="en", max_tokens=_TOKENS
        ),
    ),
    Case(
        kind=JobKind.TRANSCRIBE, model="transformers: Whisper",
        builder=f"{_TINY}.speech:build_recognizer", sound=_is_text, files=_tone,
        payload=TranscribePayload(audio=_TONE, language="en"),
    ),
    Case(
        kind=JobKind.SPEAK, model="transformers: VITS",
        builder=f"{_TINY}.speech:build_voice", sound=_is_voice,
        payload=SpeakPayload(text="Чай горячий.", language="ru"),
    ),
)  # fmt: skip
