"""A recognizer and a voice of a few kilobytes with random weights."""

import json
from pathlib import Path
from typing import Final

import torch
from transformers import (
    GenerationConfig,
    VitsConfig,
    VitsModel,
    VitsTokenizer,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
    WhisperProcessor,
    WhisperTokenizer,
)

_LANGUAGES: Final = ("en", "ru")
_EAR_MARKS: Final = dict.fromkeys(("unk_token", "bos_token", "eos_token"), "<|endoftext|>")
_VOICE_MARKS: Final = {"pad_token": "_", "unk_token": "_"}
_LETTERS: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz .,!?-"


def build_recognizer(folder: Path) -> Path:
    """Save a tiny Whisper that knows Russian and English, as safetensors.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _whisper_tokenizer()
    ids = tokenizer.get_vocab()
    start, end = ids["<|startoftranscript|>"], ids["<|endoftext|>"]
    config = WhisperConfig(
        vocab_size=len(tokenizer), d_model=16, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=32,
        decoder_ffn_dim=32, num_mel_bins=80, max_target_positions=448,
        decoder_start_token_id=start, bos_token_id=end, eos_token_id=end, pad_token_id=end,
        begin_suppress_tokens=None, suppress_tokens=None,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = WhisperForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        is_multilingual=True, lang_to_id={f"<|{code}|>": ids[f"<|{code}|>"] for code in _LANGUAGES},
        task_to_id={name: ids[f"<|{name}|>"] for name in ("transcribe", "translate")},
        no_timestamps_token_id=ids["<|notimestamps|>"], decoder_start_token_id=start,
        bos_token_id=end, eos_token_id=end, pad_token_id=end, max_length=448,
    )  # fmt: skip
    model.save_pretrained(folder)
    WhisperProcessor(WhisperFeatureExtractor(), tokenizer).save_pretrained(folder)
    return folder


def build_voice(folder: Path) -> Path:
    """Save a tiny VITS that reads Russian and English letters, as safetensors.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {letter: number for number, letter in enumerate(f"_{_LETTERS}")}
    file = folder / "vocab.json"
    file.write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    tokenizer = VitsTokenizer(
        str(file), language="rus", normalize=True, phonemize=False, **_VOICE_MARKS
    )
    config = VitsConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        ffn_dim=32, flow_size=16, spectrogram_bins=9, upsample_initial_channel=16,
        upsample_rates=[8, 8], upsample_kernel_sizes=[16, 16], resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]], prior_encoder_num_flows=2,
        posterior_encoder_num_wavenet_layers=2, prior_encoder_num_wavenet_layers=2,
        duration_predictor_num_flows=2, depth_separable_num_layers=1,
        duration_predictor_filter_channels=16,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        VitsModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _whisper_tokenizer() -> WhisperTokenizer:
    marks = ["<|startoftranscript|>", *(f"<|{code}|>" for code in _LANGUAGES),
             "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>",
             "<|nospeech|>", "<|notimestamps|>"]  # fmt: skip
    byte_letters = [chr(number) for number in (*range(33, 127), *range(161, 173), *range(174, 256))]
    letters = [*byte_letters, *(chr(256 + number) for number in range(68))]
    vocabulary = {letter: number for number, letter in enumerate(letters)}
    vocabulary["<|endoftext|>"] = len(vocabulary)
    tokenizer = WhisperTokenizer(vocab=vocabulary, merges=[], **_EAR_MARKS)
    tokenizer.add_special_tokens({"additional_special_tokens": marks})
    return tokenizer
