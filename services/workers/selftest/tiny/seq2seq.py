"""A seq2seq model of a few kilobytes with random weights: it loads and runs as a real one does."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from services.workers.hub.loading import import_quietly

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_LETTERS: Final = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz"
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?-:"
)
# MADLAD names the language that it is to translate into by such a token.
_TARGETS: Final = ("<2ru>", "<2en>")
_MARKS: Final = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}


def build_seq2seq(folder: Path) -> Path:
    """Save a tiny T5 and its tokenizer as safetensors, for detox and translation.

    Returns:
        The folder.
    """
    torch, transformers = import_quietly("torch"), import_quietly("transformers")
    tokenizer = _tokenizer()
    config = transformers.T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer() -> "PreTrainedTokenizerFast":
    transformers = import_quietly("transformers")
    from tokenizers import (  # noqa: PLC0415 - comes with transformers
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
        processors,
    )

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -3.0) for letter in _LETTERS]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer.add_special_tokens(list(_TARGETS))
    fast: PreTrainedTokenizerFast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=2048, **_MARKS
    )
    return fast
