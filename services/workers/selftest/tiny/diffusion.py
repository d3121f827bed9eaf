"""A text-to-image pipeline of some hundred kilobytes with random weights."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from services.workers.hub.loading import import_quietly

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTokenizer

SIDE: Final = 64
"""Width and height in pixels of the pictures that it draws by itself."""

_TEXT_WIDTH: Final = 16
_LATENTS: Final = 4


def build_pipeline(folder: Path) -> Path:
    """Save a tiny Stable Diffusion pipeline as safetensors.

    Returns:
        The folder.
    """
    torch, diffusers = import_quietly("torch"), import_quietly("diffusers")
    tokenizer = _tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        pipeline = diffusers.StableDiffusionPipeline(
            vae=_autoencoder(), text_encoder=_text_encoder(len(tokenizer)), tokenizer=tokenizer,
            unet=_denoiser(), scheduler=_scheduler(), safety_checker=None,
            feature_extractor=None, requires_safety_checker=False,
        )  # fmt: skip
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def _tokenizer() -> "CLIPTokenizer":
    transformers = import_quietly("transformers")
    from tokenizers import pre_tokenizers  # noqa: PLC0415 - comes with transformers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{each}</w>" for each in letters)]
    tokenizer: CLIPTokenizer = transformers.CLIPTokenizer(
        vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=77
    )
    return tokenizer


def _text_encoder(words: int) -> "CLIPTextModel":
    transformers = import_quietly("transformers")
    config = transformers.CLIPTextConfig(
        vocab_size=words, hidden_size=_TEXT_WIDTH, intermediate_size=32, num_attention_heads=2,
        num_hidden_layers=1, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    encoder: CLIPTextModel = transformers.CLIPTextModel(config)
    return encoder


def _denoiser() -> "UNet2DConditionModel":
    denoiser: UNet2DConditionModel = import_quietly("diffusers").UNet2DConditionModel(
        sample_size=SIDE // 8, in_channels=_LATENTS, out_channels=_LATENTS, layers_per_block=1,
        block_out_channels=(8, 16), down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=_TEXT_WIDTH,
        norm_num_groups=4, attention_head_dim=4,
    )  # fmt: skip
    return denoiser


def _autoencoder() -> "AutoencoderKL":
    autoencoder: AutoencoderKL = import_quietly("diffusers").AutoencoderKL(
        sample_size=SIDE, latent_channels=_LATENTS, norm_num_groups=4,
        block_out_channels=(8, 8, 8, 8), down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip
    return autoencoder


def _scheduler() -> "DDIMScheduler":
    scheduler: DDIMScheduler = import_quietly("diffusers").DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
        set_alpha_to_one=False, steps_offset=1,
    )  # fmt: skip
    return scheduler
