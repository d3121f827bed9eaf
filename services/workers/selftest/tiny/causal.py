"""A causal language model of a hundred thousand random numbers, to try the real path with."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from services.workers.hub.loading import import_quietly

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_LINES: Final = (
    "The samovar stands on the table and the tea is hot.",
    "A question, an answer, and a source for each of them.",
    "Самовар стоит на столе, и чай горячий.",
    "Вопрос, ответ и источник для каждого из них.",
)
CHAT_TEMPLATE: Final = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)
CONTEXT: Final = 512


def save_tiny_causal(
    folder: Path,
    *,
    chat: bool = True,
    dtype: str = "float32",
    seed: int = 0,
    layers: int = 2,
    context: int = CONTEXT,
    endless: bool = False,
) -> Path:
    """Save a model with its tokenizer; what it writes is noise, and the same each time.

    Args:
        folder: Where to.
        chat: Its tokenizer has a chat template.
        dtype: Number format of the file.
        seed: Of its random numbers.
        layers: More of them take longer.
        context: Tokens of prompt and answer together.
        endless: It never says that it has ended, so an answer is as long as it may be.
    """
    transformers, torch = import_quietly("transformers"), import_quietly("torch")
    tokenizer = byte_tokenizer(_LINES, chat_template=CHAT_TEMPLATE if chat else None)
    config = transformers.Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=layers,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=context,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = transformers.Qwen2ForCausalLM(config).to(getattr(torch, dtype))
    if endless:
        # The other tokens' scores are random, so the best is never the one that is always 0.
        with torch.no_grad():
            model.lm_head.weight[tokenizer.eos_token_id] = 0.0
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def byte_tokenizer(
    lines: Sequence[str], *, chat_template: str | None = None
) -> "PreTrainedTokenizerFast":
    """Train a byte-level tokenizer: any text goes through it and comes back unchanged."""
    transformers = import_quietly("transformers")
    import tokenizers  # noqa: PLC0415 - comes with transformers
    from tokenizers import decoders, models, pre_tokenizers, trainers  # noqa: PLC0415

    special = ["<|end|>", "<|start|>", "<|pad|>"]
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    tokenizer.train_from_iterator(lines, trainer)
    fast: PreTrainedTokenizerFast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|pad|>",  # noqa: S106
        additional_special_tokens=["<|start|>"], clean_up_tokenization_spaces=False,
    )  # fmt: skip
    fast.chat_template = chat_template
    return fast
