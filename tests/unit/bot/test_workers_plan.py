import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.workers import as_document, as_text, plan_for, supervise
from bot.devices.listing import Device
from bot.settings import Settings
from services.errors import InvalidInputError
from services.inference.kinds import JobKind

GB = 10**9


class MadeUpDevices:
    """A machine with the devices that a test names."""

    def __init__(self, *devices: Device) -> None:
        self.found = list(devices)

    async def devices(self) -> list[Device]:
        return self.found


H200 = Device(uuid="GPU-1", name="NVIDIA H200", memory_bytes=143 * GB)
SLICE = Device(uuid="MIG-2", name="NVIDIA H200 1g.18gb", memory_bytes=18 * GB, index=1)
SETTINGS = Settings.model_validate(
    {
        "redis_url": None,
        "generate_backend": "transformers:someone/something,packaged:extractive",
        "draw_backend": "diffusers:someone/else",
        "describe_backend": "transformers:someone/large",
        "kind_memory_gb": "generate=16,draw=12,describe=150",
    }
)
KINDS = (JobKind.EMBED, JobKind.GENERATE, JobKind.DRAW, JobKind.DESCRIBE)


@pytest.fixture(autouse=True)
def every_device_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


async def test_the_plan_has_a_line_for_each_worker_and_each_misfit() -> None:
    plan = await plan_for(SETTINGS, KINDS, MadeUpDevices(H200, SLICE))
    assert as_text(plan).splitlines() == [
        "GPU-1 (NVIDIA H200, 143.0 GB) serves generate,draw; models need 28.0 GB of 128.7 GB",
        "MIG-2 (NVIDIA H200 1g.18gb, 18.0 GB) serves generate; models need 16.0 GB of 16.2 GB",
        "cpu serves embed",
        "describe is not served: it needs 150.0 GB, and the largest device has room for 128.7 GB;"
        " choose a smaller model, or correct SAMOVAR_KIND_MEMORY_GB",
    ]


async def test_the_plan_is_a_document_for_programs() -> None:
    plan = await plan_for(SETTINGS, KINDS, MadeUpDevices(H200))
    document = json.loads(json.dumps(as_document(plan)))
    assert document["workers"][0] == {
        "device": "GPU-1", "name": "NVIDIA H200", "memory": 143 * GB,
        "kinds": ["generate", "draw"], "models_need": 28 * GB,
        "models_room": 143 * GB * 9 // 10,
    }  # fmt: skip
    assert document["unserved"] == ["describe"]
    assert len(document["notes"]) == 1


async def test_without_a_device_the_line_names_the_cpu() -> None:
    plan = await plan_for(Settings(redis_url=None), (JobKind.EMBED,), MadeUpDevices())
    assert as_text(plan) == "cpu serves embed"


async def test_devices_that_are_hidden_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "MIG-2")
    plan = await plan_for(SETTINGS, (JobKind.DRAW,), MadeUpDevices(H200, SLICE))
    assert [worker.device.uuid for worker in plan.workers] == ["MIG-2"]


async def test_a_kind_without_a_backend_is_refused_before_anything_starts() -> None:
    with pytest.raises(InvalidInputError, match="set SAMOVAR_SPEAK_BACKEND"):
        await plan_for(SETTINGS, (JobKind.SPEAK,), MadeUpDevices())


@pytest.mark.parametrize("setting", ["packaged:extractive,foo:bar", "transformers:", "openai"])
async def test_a_backend_that_no_worker_could_open_is_refused_before_anything_starts(
    setting: str,
) -> None:
    settings = Settings.model_validate({"redis_url": None, "generate_backend": setting})
    with pytest.raises(InvalidInputError, match=r"unknown generate backend .*; known are openai:"):
        await plan_for(settings, (JobKind.GENERATE,), MadeUpDevices())


async def test_a_supervisor_that_has_nothing_to_start_does_not_sit_there() -> None:
    with pytest.raises(InvalidInputError, match="no worker to start: describe is not served"):
        await supervise(SETTINGS, (JobKind.DESCRIBE,), MadeUpDevices(H200), asyncio.Event())


def test_warnings_do_not_get_into_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text("{")
    monkeypatch.setenv("SAMOVAR_GENERATE_BACKEND", f"transformers:{tmp_path}")
    command = [sys.executable, "-m", "bot.cli", "workers", "--json"]
    alone = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "--json goes with --plan" in alone.stderr
    plan = subprocess.run([*command, "--plan"], capture_output=True, text=True, check=True)
    assert len(json.loads(plan.stdout)["notes"]) == 1
    assert "model_not_measured" in plan.stderr
