"""DETOX and TRANSLATE by transformers' models with an encoder and a decoder."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.errors import ModelError
from services.inference.kinds import DetoxPayload, DetoxResult, TranslatePayload, TranslateResult
from services.inference.models import Priority
from services.workers.backends import Opening, RunningJob
from services.workers.batch_lines import BatchLimits
from services.workers.batching import BatchStats, MicroBatcher
from services.workers.hub.batched import longest_of, one_by_one_if_too_large
from services.workers.hub.files import ModelFiles, describe
from services.workers.hub.halting import Halt
from services.workers.hub.languages import Translations, Wording, detox_wording
from services.workers.hub.loading import LoadedModel, Wanted, recipe
from services.workers.hub.plain_text import PlainText
from services.workers.shelf import Recipe, Shelf

SEQ2SEQ: Final = Wanted(
    what="a sequence-to-sequence model, such as T5ForConditionalGeneration",
    fits=lambda files: files.is_encoder_decoder and not files.sees,
    auto_class="AutoModelForSeq2SeqLM",
)

_LIMITS: Final = BatchLimits(items=16, tokens=2048, waiting=1024)
# Only to sort texts by length before they are read; real tokens are counted in the thread.
_LETTERS_A_TOKEN: Final = 3
_MOST_BEAMS: Final = 4
_BEAMS: Final = 2
# Russian takes more tokens than English, and politeness more words than rudeness.
_GROWTH: Final = 2
_SPARE_TOKENS: Final = 16
_LONGEST_ANSWER: Final = 1024
_LONGEST_TEXT: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A text to write anew.

    Attributes:
        text: As it was.
        wording: How the model is told what to do with it.
        halt: Wished when nobody waits for it any more.
    """

    text: str
    wording: Wording
    halt: Halt


class Seq2Seq:
    """A loaded model with its tokenizer; texts of many jobs go through it together."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Take a model and run it once."""
        self._model = loaded.model
        self._tokenizer = loaded.reader
        self._device = loaded.device
        self._name = loaded.files.name
        self._longest = min(longest_of(loaded), _LONGEST_TEXT)
        own = self._model.generation_config.num_beams
        self._beams = min(own or _BEAMS, _MOST_BEAMS)
        self.model_type = loaded.files.model_type
        self.translations = Translations(self._tokenizer, self._model.config)
        self._plain_text = PlainText(self._tokenizer, *self.translations.target_tokens)
        self._compute([Asked(text="a", wording=Wording(), halt=Halt())])
        self._batcher = MicroBatcher(
            self._compute,
            tokens_of=lambda asked: len(asked.text) // _LETTERS_A_TOKEN,
            limits=_LIMITS,
            name="seq2seq",
        )

    async def write(
        self, texts: Sequence[str], wording: Wording, priority: Priority
    ) -> tuple[str, ...]:
        """Write texts anew, in their order; a cancelled call leaves the model within a step.

        One without a letter stays as it is.

        Raises:
            ModelError: One is longer than the model reads.
            UnavailableError: The device's memory is too small.
        """
        halt = Halt()
        asked = [Asked(text=text, wording=wording, halt=halt) for text in texts if text.strip()]
        try:
            written = iter(await self._batcher.run(asked, priority=priority))
        finally:
            halt.wish()
        return tuple(next(written) if text.strip() else text for text in texts)

    @property
    def stats(self) -> BatchStats:
        """Tell what was done up to now."""
        return self._batcher.stats

    def put_away(self) -> None:
        """End its thread; blocks."""
        self._batcher.shut()

    def _compute(self, batch: Sequence[Asked]) -> list[str]:
        written = [""] * len(batch)
        for wording in dict.fromkeys(asked.wording for asked in batch):
            alike = [at for at, asked in enumerate(batch) if asked.wording == wording]
            with one_by_one_if_too_large(self._name, len(batch)):
                answers = self._answers([batch[at] for at in alike], wording)
            for at, answer in zip(alike, answers, strict=True):
                written[at] = answer.strip()
        return written

    def _answers(self, batch: Sequence[Asked], wording: Wording) -> list[str]:
        import torch  # noqa: PLC0415 - a worker that serves no such model starts without it

        def all_left(ids: Any, _scores: object, **_more: object) -> Any:  # noqa: ANN401
            left = all(asked.halt.wished for asked in batch)
            return torch.full((ids.shape[0],), left, dtype=torch.bool, device=ids.device)

        ids = [self._ids(asked.text, wording) for asked in batch]
        padded = self._tokenizer.pad({"input_ids": ids}, return_tensors="pt").to(self._device)
        room = _GROWTH * max(map(len, ids)) + _SPARE_TOKENS
        forced = {} if wording.first is None else {"forced_bos_token_id": wording.first}
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=padded.input_ids, attention_mask=padded.attention_mask,
                num_beams=self._beams, do_sample=False, stopping_criteria=[all_left],
                max_new_tokens=min(room, self._longest, _LONGEST_ANSWER), **forced,
            )  # fmt: skip
        # Not every tokenizer takes the code of a language for a special token.
        rows = [[token for token in row if token != wording.first] for row in output.tolist()]
        answers: list[str] = self._tokenizer.batch_decode(rows, skip_special_tokens=True)
        return answers

    def _ids(self, text: str, wording: Wording) -> list[int]:
        if wording.source is not None:
            self._tokenizer.src_lang = wording.source
        ids: list[int] = self._tokenizer(wording.prefix + self._plain_text(text)).input_ids
        if len(ids) > self._longest:
            raise ModelError(
                f"a text has {len(ids)} tokens and {self._name} reads at most {self._longest}"
            )
        return ids


class Seq2SeqDetoxifier:
    """Puts texts politely; it need not be told which words are rude."""

    def __init__(self, model: Recipe[Seq2Seq], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: DetoxPayload, job: RunningJob) -> DetoxResult:
        """See ``Backend.run``."""
        texts = [rude.text for rude in payload.texts]
        async with self._shelf.use(self._model) as model:
            wording = detox_wording(model.model_type, payload.language)
            return DetoxResult(texts=await model.write(texts, wording, job.priority))

    async def close(self) -> None:
        """See ``Backend.close``; the shelf puts the model away."""


class Seq2SeqTranslator:
    """Translates texts."""

    def __init__(self, model: Recipe[Seq2Seq], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: TranslatePayload, job: RunningJob) -> TranslateResult:
        """See ``Backend.run``."""
        async with self._shelf.use(self._model) as model:
            wording = model.translations.wording(payload.source, payload.target)
            return TranslateResult(texts=await model.write(payload.texts, wording, job.priority))

    async def close(self) -> None:
        """See ``Backend.close``; the shelf puts the model away."""


def seq2seq_recipe(files: ModelFiles, opening: Opening) -> Recipe[Seq2Seq]:
    """Tell how such a model is loaded.

    Raises:
        InvalidInputError: It is no sequence-to-sequence model.
    """
    return recipe(files, SEQ2SEQ, opening, ready=Seq2Seq, put_away=Seq2Seq.put_away)


async def open_translator(name: str, opening: Opening) -> Seq2SeqTranslator:
    """Open ``transformers:<name>`` for TRANSLATE.

    Raises:
        InvalidInputError: It is no sequence-to-sequence model.
        UnavailableError: It is missing, or the memory is too small for it.
    """
    files = await asyncio.to_thread(describe, name)
    model = seq2seq_recipe(files, opening)
    async with opening.shelf.use(model):
        return Seq2SeqTranslator(model, opening.shelf)
