"""A model that looks at pictures, of a hundred thousand random numbers."""

from pathlib import Path
from typing import Final

from services.workers.hub.loading import import_quietly
from services.workers.selftest.tiny.causal import byte_tokenizer

_LINES: Final = ("A samovar and two cups on a table.", "Самовар и две чашки на столе.")
_IMAGE: Final = "<image>"
_SIDE: Final = 32
_PATCH: Final = 8
_TEMPLATE: Final = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n"
    "{% for part in message['content'] %}"
    "{{ '<image>' if part['type'] == 'image' else part['text'] }}{% endfor %}<|end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)


def save_tiny_vision(folder: Path, *, seed: int = 3) -> Path:
    """Save a LLaVA with its processor; what it says of a picture is noise, and always the same.

    Args:
        folder: Where to.
        seed: Of its random numbers.
    """
    transformers, torch = import_quietly("transformers"), import_quietly("torch")
    tokenizer = byte_tokenizer(_LINES)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|start|>", _IMAGE]})
    config = transformers.LlavaConfig(
        vision_config=transformers.CLIPVisionConfig(
            hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
            image_size=_SIDE, patch_size=_PATCH, projection_dim=32,
        ),
        text_config=transformers.Qwen2Config(
            vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128,
            num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=512, bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
        ),
        image_token_index=tokenizer.convert_tokens_to_ids(_IMAGE),
        vision_feature_layer=-1,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = transformers.LlavaForConditionalGeneration(config)
    side = {"height": _SIDE, "width": _SIDE}
    pictures = transformers.CLIPImageProcessorPil(size=side, crop_size=side)
    processor = transformers.LlavaProcessor(
        pictures, tokenizer, patch_size=_PATCH, vision_feature_select_strategy="default",
        num_additional_image_tokens=1, chat_template=_TEMPLATE,
    )  # fmt: skip
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
