import json
from pathlib import Path

from bot.model_memory import model_bytes, needs_of
from bot.settings import Settings
from services.inference.kinds import JobKind

MB = 10**6


def write_weights(path: Path, tensors: dict[str, tuple[str, int]]) -> None:
    """Write the head of a safetensors file; of its tensors only holes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head, end = {}, 0
    for name, (dtype, size) in tensors.items():
        head[name] = {"dtype": dtype, "shape": [size], "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(head).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + end)


def language_model(folder: Path) -> Path:
    write_weights(folder / "model.safetensors", {"a": ("BF16", 60 * MB), "b": ("BF16", 40 * MB)})
    config = {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_a_model_is_measured_by_its_headers(tmp_path: Path) -> None:
    backend = f"transformers:{language_model(tmp_path)}"
    assert model_bytes(backend, "auto") == 100 * MB
    assert model_bytes(backend, "float16") == 100 * MB
    assert model_bytes(backend, "float32") == 200 * MB


def test_the_parts_of_a_pipeline_are_added_up_once_each(tmp_path: Path) -> None:
    write_weights(tmp_path / "unet/diffusion_pytorch_model.safetensors", {"a": ("F32", 80 * MB)})
    write_weights(
        tmp_path / "unet/diffusion_pytorch_model.fp16.safetensors", {"a": ("F16", 40 * MB)}
    )
    write_weights(tmp_path / "vae/diffusion_pytorch_model.safetensors", {"a": ("F32", 20 * MB)})
    write_weights(tmp_path / "everything_in_one.safetensors", {"a": ("F32", 100 * MB)})
    assert model_bytes(f"diffusers:{tmp_path}", "auto") == 100 * MB
    assert model_bytes(f"diffusers:{tmp_path}", "bfloat16") == 50 * MB


def test_what_is_not_here_or_broken_is_not_measured(tmp_path: Path) -> None:
    assert model_bytes("transformers:nobody/nothing-of-this-name", "auto") is None
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 20)
    assert model_bytes(f"transformers:{tmp_path}", "auto") is None


def settings(**values: object) -> Settings:
    return Settings.model_validate({"redis_url": None, **values})


def test_needs_come_from_the_files(tmp_path: Path) -> None:
    backend = f"transformers:{language_model(tmp_path)}"
    known = settings(generate_backend=f"openai:x@http://u:p@h/v1,{backend},packaged:extractive")
    kinds = (JobKind.EMBED, JobKind.GENERATE)
    (embed, generate), notes = needs_of(known, kinds, on_cpu=False)
    assert (embed.on_device, embed.memory) == (False, 0)
    assert (generate.on_device, generate.memory) == (True, 120 * MB)
    assert generate.without == "openai:x@http://u:p@h/v1,packaged:extractive"
    assert notes == []
    (generate,), _ = needs_of(known, [JobKind.GENERATE], on_cpu=True)
    assert generate.memory == 240 * MB


def test_what_the_owner_says_wins_and_what_is_assumed_is_said() -> None:
    draw = settings(draw_backend="diffusers:someone/something", kind_memory_gb="draw=12.5")
    (need,), notes = needs_of(draw, [JobKind.DRAW], on_cpu=False)
    assert (need.memory, notes) == (12_500_000_000, [])
    (need,), notes = needs_of(
        settings(draw_backend="diffusers:someone/something"), [JobKind.DRAW], on_cpu=False
    )
    assert need.memory == 8_000_000_000
    assert notes == [
        "the size of diffusers:someone/something is not known here, 8 GB are assumed;"
        " say it with SAMOVAR_KIND_MEMORY_GB=draw=..."
    ]


def test_generating_and_rewriting_share_a_model(tmp_path: Path) -> None:
    backend = f"transformers:{language_model(tmp_path)}"
    both = settings(generate_backend=backend, rewrite_backend=backend, detox_backend=backend)
    kinds = (JobKind.GENERATE, JobKind.REWRITE, JobKind.DETOX)
    (generate, rewrite, detox), _ = needs_of(both, kinds, on_cpu=False)
    assert generate.models == rewrite.models
    assert generate.models.keys().isdisjoint(detox.models)
