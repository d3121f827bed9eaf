"""A masked language model of a few kilobytes with random weights."""

from pathlib import Path
from typing import Final

from services.workers.hub.loading import import_quietly

_LETTERS: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789"
_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WORDS: Final = ("мир", "чай", "друг", "очень", "добрый", "tea", "kind", "friend", "very", "good")
LONGEST: Final = 512
"""Tokens that the model reads at most."""


def build_masked(folder: Path) -> Path:
    """Save a tiny BERT and its tokenizer as safetensors, for detox by filling gaps.

    Returns:
        The folder.
    """
    torch, transformers = import_quietly("torch"), import_quietly("transformers")
    words = [*_SPECIAL, *".,!?-:", *_WORDS, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
    vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = transformers.BertTokenizer(
        vocab=vocabulary, do_lower_case=True, strip_accents=False, model_max_length=LONGEST
    )
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=LONGEST,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        transformers.BertForMaskedLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
