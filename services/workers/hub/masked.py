"""DETOX by a masked language model: rude words are hidden and others guessed in their place.

This is condBERT without its training: what a sentence needs there, but not the word that stood
there. A word of several tokens leaves as many gaps, which are filled from left to right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from services.errors import ModelError
from services.inference.kinds import DetoxPayload, DetoxResult, RudeText
from services.inference.models import Priority
from services.workers.backends import Opening, RunningJob
from services.workers.batch_lines import BatchLimits
from services.workers.batching import BatchStats, MicroBatcher
from services.workers.hub.batched import longest_of, one_by_one_if_too_large
from services.workers.hub.files import ModelFiles
from services.workers.hub.halting import Halt
from services.workers.hub.loading import LoadedModel, Wanted, recipe
from services.workers.hub.plain_text import PlainText
from services.workers.shelf import Recipe, Shelf

if TYPE_CHECKING:
    from torch import Tensor

MASKED: Final = Wanted(
    what="a masked language model, such as BertForMaskedLM",
    fits=lambda files: any(name.endswith("ForMaskedLM") for name in files.architectures),
    auto_class="AutoModelForMaskedLM",
    # Checkpoints of BERT lack what its other tasks need.
    may_lack=("bert.pooler.", "roberta.pooler."),
)

_LIMITS: Final = BatchLimits(items=16, tokens=4096, waiting=1024)
_LETTERS_A_TOKEN: Final = 3
_MOST_GAPS: Final = 8
_BEGINS: Final = ("\u0120", "▁")
_CONTINUES: Final = "##"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A rude word.

    Attributes:
        start: Of the word in the text, in characters.
        end: Likewise.
        old: Ids of its tokens, none of which comes back.
        width: How many tokens are guessed.
    """

    start: int
    end: int
    old: frozenset[int]
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    rude: RudeText
    halt: Halt


class Masked:
    """A loaded model with its tokenizer; texts of many jobs go through it together."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Take a model and run it once."""
        self._model = loaded.model
        self._tokenizer = loaded.reader
        self._device = loaded.device
        self._name = loaded.files.name
        self._longest = longest_of(loaded)
        self._plain_text = PlainText(loaded.reader)
        self._words = _WordTokens(self._tokenizer, self._model.config.vocab_size, self._device)
        self._compute([_Asked(rude=RudeText(text="a", spans=((0, 1),)), halt=Halt())])
        self._batcher = MicroBatcher(
            self._compute,
            tokens_of=lambda asked: len(asked.rude.text) // _LETTERS_A_TOKEN,
            limits=_LIMITS,
            name="masked",
        )

    async def fill(self, texts: Sequence[RudeText], priority: Priority) -> tuple[str, ...]:
        """Put other words into the spans of texts; a text without spans stays as it is.

        A cancelled call leaves the model within a step.

        Raises:
            ModelError: One is longer than the model reads, or its spans are not inside it.
            UnavailableError: The device's memory is too small.
        """
        halt = Halt()
        asked = [_Asked(rude=rude, halt=halt) for rude in texts if rude.spans]
        try:
            filled = iter(await self._batcher.run(asked, priority=priority))
        finally:
            halt.wish()
        return tuple(next(filled) if rude.spans else rude.text for rude in texts)

    @property
    def stats(self) -> BatchStats:
        """Tell what was done up to now."""
        return self._batcher.stats

    def put_away(self) -> None:
        """End its thread; blocks."""
        self._batcher.shut()

    def _compute(self, batch: Sequence[_Asked]) -> list[str]:
        gaps = [self._gaps(asked.rude) for asked in batch]
        hidden = [self._hidden(asked.rude.text, each)
                  for asked, each in zip(batch, gaps, strict=True)]  # fmt: skip
        padded = self._padded(hidden)
        with one_by_one_if_too_large(self._name, len(batch)):
            halts = [asked.halt for asked in batch]
            found = self._guess(padded.input_ids, padded.attention_mask, gaps, halts)
        return [
            self._filled(asked.rude.text, each, ids)
            for asked, each, ids in zip(batch, gaps, found, strict=True)
        ]

    def _gaps(self, rude: RudeText) -> list[Gap]:
        gaps = []
        after = 0
        for start, end in sorted(rude.spans):
            if not after <= start < end <= len(rude.text):
                raise ModelError("the spans of rude words overlap or are not inside their text")
            after = end
            old = self._tokenizer(rude.text[start:end], add_special_tokens=False).input_ids
            width = max(1, min(len(old), _MOST_GAPS))
            gaps.append(Gap(start=start, end=end, old=frozenset(old), width=width))
        return gaps

    def _hidden(self, text: str, gaps: Sequence[Gap]) -> str:
        """Put masks into the gaps; those that the text itself spells are none."""
        pieces = []
        after = 0
        for gap in gaps:
            masks = " ".join([self._tokenizer.mask_token] * gap.width)
            pieces += [self._plain_text(text[after : gap.start]), masks]
            after = gap.end
        return "".join([*pieces, self._plain_text(text[after:])])

    def _padded(self, hidden: Sequence[str]) -> Any:  # noqa: ANN401 - BatchEncoding
        padded = self._tokenizer(list(hidden), padding=True, return_tensors="pt")
        if padded.input_ids.shape[1] > self._longest:
            raise ModelError(
                f"a text has {padded.input_ids.shape[1]} tokens and {self._name} reads at most"
                f" {self._longest}"
            )
        return padded.to(self._device)

    def _guess(
        self,
        ids: "Tensor",
        attention: "Tensor",
        gaps: Sequence[Sequence[Gap]],
        halts: Sequence[Halt],
    ) -> list[list[int]]:
        """Fill the gaps of all texts, one token of each text at a time, from left to right."""
        import torch  # noqa: PLC0415 - a worker that serves no such model starts without it

        steps = [[(gap, place == 0) for gap in each for place in range(gap.width)]
                 for each in gaps]  # fmt: skip
        found: list[list[int]] = [[] for _ in gaps]
        with torch.inference_mode():
            for step in range(max(map(len, steps))):
                if all(halt.wished for halt in halts):
                    break
                scores = self._model(input_ids=ids, attention_mask=attention).logits
                for row, wanted in enumerate(steps):
                    if step < len(wanted):
                        gap, begins = wanted[step]
                        masks = (ids[row] == self._tokenizer.mask_token_id).nonzero()
                        best = self._words.best(scores[row, masks[0, 0]], gap.old, begins=begins)
                        ids[row, masks[0, 0]] = best
                        found[row].append(best)
        return found

    def _filled(self, text: str, gaps: Sequence[Gap], ids: Sequence[int]) -> str:
        pieces = []
        after = used = 0
        for gap in gaps:
            guessed = ids[used : used + gap.width]
            used += gap.width
            word = self._tokenizer.decode(guessed, skip_special_tokens=True).strip()
            word = word.removeprefix(_CONTINUES)
            if text[gap.start].isupper():
                word = word[:1].upper() + word[1:]
            pieces += [text[after : gap.start], word]
            after = gap.end
        return "".join([*pieces, text[after:]])


class _WordTokens:
    """Which tokens may fill a gap: words and their parts, no marks and nothing special."""

    def __init__(self, tokenizer: Any, size: int, device: str) -> None:  # noqa: ANN401
        import torch  # noqa: PLC0415 - as above

        vocabulary: dict[str, int] = tokenizer.get_vocab()
        # SentencePiece and byte-level BPE mark where words begin, WordPiece where they go on.
        marks_begins = any(token.startswith(_BEGINS) for token in vocabulary)
        begins = torch.zeros(size, dtype=torch.bool)
        inside = torch.zeros(size, dtype=torch.bool)
        for token in vocabulary.keys() - set(tokenizer.all_special_tokens):
            letters = token.lstrip("".join(_BEGINS)).removeprefix(_CONTINUES)
            number = vocabulary[token]
            if number < size and any(map(str.isalpha, letters)):
                inside[number] = True
                at_begin = token.startswith(_BEGINS) if marks_begins else letters == token
                begins[number] = at_begin
        self._begins = begins.to(device)
        self._inside = inside.to(device)

    def best(self, scores: "Tensor", old: frozenset[int], *, begins: bool) -> int:
        """Choose the most probable token for a gap that is none of the old ones."""
        allowed = (self._begins if begins else self._inside).clone()
        allowed[list(old)] = False
        return int(scores.masked_fill(~allowed, -math.inf).argmax())


class MaskedDetoxifier:
    """Puts texts politely whose rude words are known."""

    def __init__(self, model: Recipe[Masked], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: DetoxPayload, job: RunningJob) -> DetoxResult:
        """See ``Backend.run``."""
        async with self._shelf.use(self._model) as model:
            return DetoxResult(texts=await model.fill(payload.texts, job.priority))

    async def close(self) -> None:
        """See ``Backend.close``; the shelf puts the model away."""


def masked_recipe(files: ModelFiles, opening: Opening) -> Recipe[Masked]:
    """Tell how such a model is loaded.

    Raises:
        InvalidInputError: It is no masked language model.
    """
    return recipe(files, MASKED, opening, ready=Masked, put_away=Masked.put_away)
