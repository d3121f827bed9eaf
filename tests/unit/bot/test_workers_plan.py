import json

import pytest

from bot.cli.workers import as_document, as_text, plan_for
from bot.devices import Device
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
