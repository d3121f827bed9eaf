import json
from pathlib import Path

from bot.devices.model_memory import model_bytes, needs_of
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
    config = {
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 1000,
        "num_hidden_layers": 5, "num_attention_heads": 10, "num_key_value_heads": 5,
        "max_position_embeddings": 1250,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    return folder


# Keys and values, layers, heads that have them, their width.
CACHED_A_TOKEN = 2 * 5 * 5 * 100
OF_EIGHT_TEXTS = 8 * 1250 * CACHED_A_TOKEN
MOST_ON_CPU = 8192 * CACHED_A_TOKEN


def measured(kind: JobKind, backend: str, dtype: str, *, on_cpu: bool = False) -> int | None:
    return model_bytes(kind, backend, on_cpu=on_cpu, dtype=dtype)


def test_a_model_is_measured_by_its_headers(tmp_path: Path) -> None:
    backend = f"transformers:{language_model(tmp_path)}"
    assert measured(JobKind.DETOX, backend, "auto") == 120 * MB
    assert measured(JobKind.DETOX, backend, "float16") == 120 * MB
    assert measured(JobKind.DETOX, backend, "float32") == 240 * MB
    assert measured(JobKind.DETOX, backend, "auto", on_cpu=True) == 240 * MB


def test_what_writes_has_a_cache_beside_its_weights(tmp_path: Path) -> None:
    backend = f"transformers:{language_model(tmp_path)}"
    with_cache = 120 * MB + 2 * OF_EIGHT_TEXTS
    assert measured(JobKind.GENERATE, backend, "auto") == with_cache
    assert measured(JobKind.REWRITE, backend, "auto") == with_cache


def test_the_parts_of_a_pipeline_are_added_up_once_each(tmp_path: Path) -> None:
    weights = "diffusion_pytorch_model.safetensors"
    copy = "diffusion_pytorch_model.fp16.safetensors"
    write_weights(tmp_path / "unet" / weights, {"a": ("F32", 80 * MB)})
    write_weights(tmp_path / "unet" / copy, {"a": ("F16", 40 * MB)})
    write_weights(tmp_path / "vae" / weights, {"a": ("F32", 20 * MB)})
    write_weights(tmp_path / "everything_in_one.safetensors", {"a": ("F32", 100 * MB)})
    for part in ("unet", "vae"):
        (tmp_path / part / "config.json").write_text("{}")
    (tmp_path / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    backend = f"diffusers:{tmp_path}"
    assert measured(JobKind.DRAW, backend, "auto") == 120 * MB
    assert measured(JobKind.DRAW, backend, "bfloat16") == 60 * MB


def test_what_is_not_here_or_broken_is_not_measured(tmp_path: Path) -> None:
    assert measured(JobKind.SCORE, "transformers:nobody/nothing-of-this-name", "auto") is None
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 20)
    assert measured(JobKind.SCORE, f"transformers:{tmp_path}", "auto") is None
    assert measured(JobKind.DRAW, f"diffusers:{tmp_path}", "auto") is None


def settings(**values: object) -> Settings:
    return Settings.model_validate({"redis_url": None, **values})


def test_needs_come_from_the_files(tmp_path: Path) -> None:
    backend = f"transformers:{language_model(tmp_path)}"
    known = settings(generate_backend=f"openai:x@http://u:p@h/v1,{backend},packaged:extractive")
    kinds = (JobKind.EMBED, JobKind.GENERATE)
    (embed, generate), notes = needs_of(known, kinds, on_cpu=False)
    assert (embed.on_device, embed.memory) == (False, 0)
    assert (generate.on_device, generate.memory) == (True, 120 * MB + 2 * OF_EIGHT_TEXTS)
    assert generate.without == "openai:x@http://u:p@h/v1,packaged:extractive"
    assert notes == []
    (generate,), _ = needs_of(known, [JobKind.GENERATE], on_cpu=True)
    assert generate.memory == 240 * MB + 4 * MOST_ON_CPU


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


def test_a_configuration_without_the_usual_numbers_stops_no_plan(tmp_path: Path) -> None:
    language_model(tmp_path)
    for config in ({"text_config": None}, {"hidden_size": None, "num_hidden_layers": None}):
        (tmp_path / "config.json").write_text(json.dumps(config))
        assert measured(JobKind.GENERATE, f"transformers:{tmp_path}", "auto") == 120 * MB
