"""Encoders of some hundred kilobytes with random weights: vectors, scores, entailment, toxicity."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    BertTokenizer,
    PreTrainedModel,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

_LETTERS: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789"
_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST: Final = 64
"""Tokens that the models read at most."""
DIMS: Final = 32
"""Numbers of a vector of the encoder."""
ENTAILMENT_LABELS: Final = ("entailment", "neutral", "contradiction")
"""Labels of the judge of pairs."""
TOXIC_LABELS: Final = ("neutral", "toxic")
"""Labels of the classifier."""


def build_encoder(folder: Path, *, seed: int = 1) -> Path:
    """Save a tiny BERT without a head as safetensors, for EMBED.

    Returns:
        The folder.
    """
    return _save(folder, BertModel, BertConfig, {}, seed=seed)


def build_cross_encoder(folder: Path, *, seed: int = 1) -> Path:
    """Save a tiny BERT with one label as safetensors, for SCORE.

    Returns:
        The folder.
    """
    return _save(folder, BertForSequenceClassification, BertConfig, {"num_labels": 1}, seed=seed)


def build_entailer(
    folder: Path, *, labels: tuple[str, ...] = ENTAILMENT_LABELS, seed: int = 1
) -> Path:
    """Save a tiny BERT with the labels of natural language inference, for ENTAIL.

    Returns:
        The folder.
    """
    return build_classifier(folder, labels=labels, seed=seed)


def build_classifier(
    folder: Path,
    *,
    labels: tuple[str, ...] = TOXIC_LABELS,
    problem_type: str | None = None,
    roberta: bool = False,
    seed: int = 1,
) -> Path:
    """Save a tiny classifier as safetensors, for TOXICITY.

    Args:
        folder: Where to.
        labels: Its labels.
        problem_type: As the configuration tells how the labels go together.
        roberta: An XLM-RoBERTa, which counts positions from the one after its padding.
        seed: Of its random numbers.

    Returns:
        The folder.
    """
    head: dict[str, Any] = {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: number for number, label in enumerate(labels)},
        "problem_type": problem_type,
    }
    if roberta:
        head |= {"max_position_embeddings": LONGEST + 1, "pad_token_id": 0, "type_vocab_size": 1}
        return _save(folder, XLMRobertaForSequenceClassification, XLMRobertaConfig, head, seed=seed)
    return _save(folder, BertForSequenceClassification, BertConfig, head, seed=seed)


def _save(
    folder: Path,
    model: type[PreTrainedModel],
    config: type[Any],
    head: Mapping[str, Any],
    *,
    seed: int,
) -> Path:
    tokenizer = _tokenizer()
    sizes = {
        "vocab_size": len(tokenizer), "hidden_size": DIMS, "num_hidden_layers": 2,
        "num_attention_heads": 4, "intermediate_size": 64, "max_position_embeddings": LONGEST,
        # Larger than usual, so that texts differ clearly.
        "initializer_range": 0.2,
    }  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model(config(**{**sizes, **head})).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer() -> BertTokenizer:
    words = [*_SPECIAL, *".,!?-:", *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
    return BertTokenizer(
        vocab={word: number for number, word in enumerate(words)},
        do_lower_case=True, strip_accents=False, model_max_length=LONGEST,
    )  # fmt: skip
