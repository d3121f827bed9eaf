"""What can be named in settings, and what naming it loads."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.errors import InvalidInputError, ServiceError
from services.inference.kinds import JobKind
from services.workers.registry import default_registry
from services.workers.selftest.cases import CASES
from tests.support.opening import opening

KNOWN = [(kind, backend) for kind in JobKind for backend in default_registry().known(kind)]

_LIGHT = """
import asyncio, sys
from pathlib import Path
import bot.cli.run, bot.cli.workers, bot.worker, bot.devices.doctor
import services.workers.selftest.check
from services.inference.kinds import JobKind
from services.workers.backends import Opening
from services.workers.registry import default_registry
from services.workers.shelf import Shelf

async def main():
    opening = Opening(device="cpu", dtype="auto", cache_dir=Path("."), api_key=None, silence_s=1.0,
                      shelf=Shelf(memory=None, idle_s=1.0))
    registry = default_registry()
    await registry.open(JobKind.GENERATE, "packaged:extractive", opening)
    for kind in JobKind:
        await registry.open(kind, "openai:m@http://127.0.0.1:9", opening)

asyncio.run(main())
heavy = {"torch", "transformers", "diffusers", "tokenizers", "ctranslate2", "sklearn", "av", "PIL"}
print(sorted(heavy & sys.modules.keys()))
"""


def test_every_registered_model_is_tried_by_a_tiny_one() -> None:
    # Those of servers are tried by tests of their own, each kind.
    here = {(kind, backend) for kind, backend in KNOWN if backend in {"transformers", "diffusers"}}
    assert here == {(case.kind, case.backend_kind) for case in CASES}
    assert {kind for kind, backend in KNOWN if backend == "openai"} == set(JobKind)


@pytest.mark.parametrize(("kind", "backend"), KNOWN)
async def test_a_name_that_is_none_is_refused_in_a_sentence(
    kind: JobKind, backend: str, tmp_path: Path
) -> None:
    with pytest.raises(ServiceError) as caught:
        await default_registry().open(kind, f"{backend}:{tmp_path}/none", opening())
    assert len(str(caught.value).split()) > 3


async def test_a_backend_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidInputError, match=r"'onnx:e5'; known are openai:.*, packaged:"):
        await default_registry().open(JobKind.EMBED, "onnx:e5", opening())


def test_the_bot_and_a_worker_without_models_of_its_own_load_no_torch(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _LIGHT], cwd=tmp_path, text=True, capture_output=True, timeout=120,
        check=False, env={"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "[]"
