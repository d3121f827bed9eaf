"""Where models come from, what is refused, and in which words."""

import importlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.errors import InvalidInputError, UnavailableError
from services.workers.hub import loading
from services.workers.hub.causal import CAUSAL
from services.workers.hub.files import describe, locate
from services.workers.hub.loading import LoadedModel, Wanted, load_model, recipe, refuse_unfit
from services.workers.selftest.tiny.causal import save_tiny_causal
from tests.support.hub import LocalHub, local_hub
from tests.support.opening import opening

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
constants = pytest.importorskip("huggingface_hub.constants")
torch.set_num_threads(1)

_CLASSIFIER = Wanted(
    what="a classifier, such as BertForSequenceClassification",
    fits=lambda _files: True,
    auto_class="AutoModelForSequenceClassification",
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_causal(tmp_path_factory.mktemp("saved"), dtype="bfloat16")


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


@pytest.fixture
def hub(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    (tmp_path / "hub").mkdir()
    served = Path(shutil.copytree(saved, tmp_path / "hub" / "tiny"))
    (served / "pytorch_model.bin").write_bytes(b"pickled")
    with local_hub({"somebody/tiny": served}) as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        pattern = "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.url + pattern)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        yield hub


def test_a_folder_is_described_without_loading_it(folder: Path) -> None:
    files = describe(str(folder))
    assert files.architectures == ("Qwen2ForCausalLM",)
    assert files.stored_dtype == "bfloat16"
    assert not files.is_encoder_decoder
    assert files.bytes_in("bfloat16") == sum(files.stored.values())
    assert files.bytes_in("float32") == 2 * files.bytes_in("bfloat16")


@pytest.mark.parametrize(
    ("dtype", "device", "expected"),
    [
        ("auto", "cpu", "float32"),
        ("auto", "cuda:0", "bfloat16"),
        ("float16", "cuda:0", "float16"),
        ("bfloat16", "cpu", "bfloat16"),
    ],
)
def test_auto_is_as_stored_on_a_gpu_and_float32_on_the_cpu(
    folder: Path, dtype: str, device: str, expected: str
) -> None:
    files = describe(str(folder))
    made = recipe(files, CAUSAL, opening(dtype=dtype, device=device), ready=_itself)
    assert loading.dtype_of(files, opening(dtype=dtype, device=device)) == expected
    assert made.memory == files.bytes_in(expected)
    assert made.name == str(folder)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_model_is_loaded_in_the_dtype_and_takes_the_memory_that_was_told(
    folder: Path, dtype: str
) -> None:
    made = recipe(describe(str(folder)), CAUSAL, opening(dtype=dtype), ready=_itself)
    loaded = made.load()
    taken = sum(p.numel() * p.element_size() for p in loaded.model.parameters())
    assert loaded.model.dtype == getattr(torch, dtype)
    assert not loaded.model.training
    assert taken == made.memory
    made.unload(loaded)
    assert {p.device.type for p in loaded.model.parameters()} == {"meta"}


def test_recipes_of_one_use_share_a_key_and_others_do_not(folder: Path) -> None:
    files = describe(str(folder))
    keys = {
        recipe(files, CAUSAL, opening(), ready=_itself).key,
        recipe(files, CAUSAL, opening(dtype="auto"), ready=_itself).key,
    }
    others = {
        recipe(files, CAUSAL, opening(dtype="bfloat16"), ready=_itself).key,
        recipe(files, CAUSAL, opening(), ready=_other).key,
        recipe(files, _CLASSIFIER, opening(), ready=_itself).key,
    }
    assert len(keys) == 1
    assert len(others | keys) == 4


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(InvalidInputError, match="there is no folder /nowhere/model"):
        describe("/nowhere/model")


def test_pickled_weights_are_never_read(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04evil")
    with pytest.raises(InvalidInputError, match=r"has only pickled weights .* never read; choose"):
        describe(str(folder))


def test_a_folder_without_weights_or_configuration_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(InvalidInputError, match="has none; choose one"):
        describe(str(folder))
    (folder / "config.json").unlink()
    with pytest.raises(InvalidInputError, match=r"has no config.json"):
        describe(str(folder))


@pytest.mark.parametrize("size", [0, 4, 100, 3000])
def test_a_weight_file_that_is_cut_off_is_refused(folder: Path, size: int) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:size])
    with pytest.raises(InvalidInputError, match=r"cut off|no safetensors file|cannot be loaded"):
        load_model(describe(str(folder)), CAUSAL, opening())


def test_a_part_that_is_missing_is_named(folder: Path) -> None:
    transformers.AutoModelForCausalLM.from_pretrained(folder).save_pretrained(
        folder, max_shard_size="100KB"
    )
    (folder / "model.safetensors").unlink(missing_ok=True)
    assert sum(describe(str(folder)).stored.values()) > 100_000
    next(folder.glob("model-00002-*")).unlink()
    with pytest.raises(UnavailableError, match=r"model-00002-.* is missing; fetch it again"):
        describe(str(folder))


def test_a_wrong_architecture_is_told_before_anything_is_loaded(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = ["BertForMaskedLM"]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InvalidInputError, match="is BertForMaskedLM; needed is a causal"):
        refuse_unfit(describe(str(folder)), CAUSAL)


def test_a_head_that_was_never_trained_is_not_filled_with_chance(folder: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"lacks 1 of the weights .* score\.weight"):
        load_model(describe(str(folder)), _CLASSIFIER, opening())


def test_a_family_that_needs_its_own_code_is_refused_and_the_code_is_not_run(
    folder: Path,
) -> None:
    trap = folder / "ran"
    (folder / "modeling_evil.py").write_text(f"open({str(trap)!r}, 'w')\nclass Evil: ...\n")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "evil", "auto_map": {
        "AutoConfig": "modeling_evil.Evil", "AutoModelForCausalLM": "modeling_evil.Evil",
    }}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InvalidInputError, match=r"needs Python code of its own, .* never run"):
        load_model(describe(str(folder)), CAUSAL, opening())
    assert not trap.exists()


def test_a_model_that_does_not_run_is_freed_and_said(folder: Path) -> None:
    seen: list[LoadedModel] = []
    made = recipe(describe(str(folder)), CAUSAL, opening(), ready=lambda m: _fail(m, seen))
    with pytest.raises(InvalidInputError, match="was loaded and does not run: shapes differ"):
        made.load()
    assert {p.device.type for p in seen[0].model.parameters()} == {"meta"}


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(UnavailableError, match=r"torch is not installed; .* pip install torch"):
        loading.import_quietly("torch")


def test_a_model_comes_from_the_hub_once_without_its_pickles(hub: LocalHub) -> None:
    files = describe("somebody/tiny")
    assert files.architectures == ("Qwen2ForCausalLM",)
    assert files.name == "somebody/tiny"
    assert "model.safetensors" in hub.fetched
    assert "tokenizer.json" in hub.fetched
    assert "pytorch_model.bin" not in hub.fetched
    load_model(files, CAUSAL, opening())
    hub.fetched.clear()
    hub.models.clear()
    # What is here is used, whether the hub has it still or not.
    assert describe("somebody/tiny").folder == files.folder
    assert hub.fetched == []


def test_what_was_fetched_by_half_is_fetched_again(hub: LocalHub) -> None:
    weights = describe("somebody/tiny").folder / "model.safetensors"
    weights.unlink()
    assert describe("somebody/tiny").folder / "model.safetensors" == weights
    assert weights.exists()


def test_an_unknown_model_is_said_to_be_unknown(hub: LocalHub) -> None:
    with pytest.raises(InvalidInputError, match="knows no model somebody/else"):
        locate("somebody/else")


def test_without_network_the_error_says_how_to_get_the_model(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UnavailableError) as caught:
        locate("somebody/tiny")
    assert str(caught.value) == (
        "the model somebody/tiny is not on this machine and the hub cannot be reached: fetch it"
        " with `hf download somebody/tiny`, or name a folder that holds it"
    )


def _itself(loaded: LoadedModel) -> LoadedModel:
    return loaded


def _other(loaded: LoadedModel) -> LoadedModel:
    return loaded


def _fail(loaded: LoadedModel, seen: list[LoadedModel]) -> None:
    seen.append(loaded)
    raise RuntimeError("shapes differ")
