"""A text-to-image pipeline of some hundred kilobytes with random weights."""

from pathlib import Path
from typing import Final

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from tokenizers import pre_tokenizers
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

SIDE: Final = 64
"""Width and height in pixels of the pictures that it draws by itself."""

_TEXT_WIDTH: Final = 16
_LATENTS: Final = 4


def build_pipeline(folder: Path) -> Path:
    """Save a tiny Stable Diffusion pipeline as safetensors.

    Returns:
        The folder.
    """
    tokenizer = _tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        pipeline = StableDiffusionPipeline(
            vae=_autoencoder(), text_encoder=_text_encoder(len(tokenizer)), tokenizer=tokenizer,
            unet=_denoiser(), scheduler=_scheduler(), safety_checker=None,
            feature_extractor=None, requires_safety_checker=False,
        )  # fmt: skip
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def _tokenizer() -> CLIPTokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{each}</w>" for each in letters)]
    return CLIPTokenizer(
        vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=77
    )


def _text_encoder(words: int) -> CLIPTextModel:
    config = CLIPTextConfig(
        vocab_size=words, hidden_size=_TEXT_WIDTH, intermediate_size=32, num_attention_heads=2,
        num_hidden_layers=1, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    return CLIPTextModel(config)


def _denoiser() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=SIDE // 8, in_channels=_LATENTS, out_channels=_LATENTS, layers_per_block=1,
        block_out_channels=(8, 16), down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=_TEXT_WIDTH,
        norm_num_groups=4, attention_head_dim=4,
    )  # fmt: skip


def _autoencoder() -> AutoencoderKL:
    return AutoencoderKL(
        sample_size=SIDE, latent_channels=_LATENTS, norm_num_groups=4,
        block_out_channels=(8, 8, 8, 8), down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip


def _scheduler() -> DDIMScheduler:
    return DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
        set_alpha_to_one=False, steps_offset=1,
    )  # fmt: skip
