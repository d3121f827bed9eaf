"""Tiny translators whose tokenizers read by SentencePiece."""

import importlib
import json
import shutil
import warnings
from pathlib import Path

from services.workers.hub.loading import import_quietly

_LINES = (
    "the samovar is hot and the tea is good", "самовар горячий и чай хороший",
    "a kind friend drinks tea", "добрый друг пьёт чай",
)  # fmt: skip
_OWN = ("<s>", "<pad>", "</s>", "<unk>")
_TARGETS = (">>rus<<", ">>deu<<")
_SIZES = {
    "d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
    "decoder_attention_heads": 2, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32,
    "max_position_embeddings": 128, "init_std": 1.0,
}  # fmt: skip


def save_sentencepiece_model(folder: Path, family: str) -> Path:
    """Save a model of a family: ``marian`` for one pair, ``marian-multi`` or ``m2m100``."""
    sentencepiece = importlib.import_module("sentencepiece")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_LINES * 20), model_prefix=str(folder / "trained"), vocab_size=50,
        hard_vocab_limit=False, bos_id=0, pad_id=1, eos_id=2, unk_id=3, minloglevel=2,
    )  # fmt: skip
    reader = sentencepiece.SentencePieceProcessor(model_file=str(folder / "trained.model"))
    pieces = [reader.id_to_piece(number) for number in range(reader.get_piece_size())]
    own = [piece for piece in pieces if piece not in _OWN]
    import_quietly("torch").manual_seed(0)
    if family == "m2m100":
        return _save_m2m100(folder, own)
    return _save_marian(folder, own, _TARGETS if family == "marian-multi" else ())


def _save_marian(folder: Path, pieces: list[str], targets: tuple[str, ...]) -> Path:
    transformers = import_quietly("transformers")
    words = ["</s>", "<unk>", *pieces, *targets, "<pad>"]
    vocabulary = {word: number for number, word in enumerate(words)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    for side in ("source", "target"):
        shutil.copy(folder / "trained.model", folder / f"{side}.spm")
    with warnings.catch_warnings():
        # It recommends a package that tidies punctuation.
        warnings.simplefilter("ignore")
        tokenizer = transformers.MarianTokenizer(
            source_spm=str(folder / "source.spm"), target_spm=str(folder / "target.spm"),
            vocab=str(folder / "vocab.json"), source_lang="en", target_lang="ru",
        )  # fmt: skip
    padding = vocabulary["<pad>"]
    config = transformers.MarianConfig(
        vocab_size=len(words), pad_token_id=padding, decoder_start_token_id=padding,
        eos_token_id=0, forced_eos_token_id=0, **_SIZES,
    )  # fmt: skip
    transformers.MarianMTModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _save_m2m100(folder: Path, pieces: list[str]) -> Path:
    transformers = import_quietly("transformers")
    vocabulary = {word: number for number, word in enumerate([*_OWN, *pieces])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    tokenizer = transformers.M2M100Tokenizer(
        vocab_file=str(folder / "vocab.json"), spm_file=str(folder / "trained.model"),
        src_lang="en", tgt_lang="ru",
    )  # fmt: skip
    config = transformers.M2M100Config(
        vocab_size=len(tokenizer) + len(tokenizer.lang_code_to_id), pad_token_id=1, bos_token_id=0,
        eos_token_id=2, decoder_start_token_id=2, **_SIZES,
    )  # fmt: skip
    transformers.M2M100ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
