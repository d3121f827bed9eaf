"""``samovar doctor --device`` as a person runs it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.devices.doctor import examine_device, pinned
from bot.settings import Settings
from services.errors import InvalidInputError
from services.inference.kinds import JobKind
from services.workers.selftest.cases import CASES
from services.workers.selftest.check import check_device

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]

SAMOVAR = Path(sys.executable).parent / "samovar"
NEEDS_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
TRIED = [case.kind for case in CASES]


def doctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SAMOVAR, "doctor", *arguments], env=dict(os.environ), text=True, capture_output=True,
        timeout=600, check=False,
    )  # fmt: skip


def test_each_kind_runs_on_the_cpu_and_says_what_it_took() -> None:
    run = doctor("--device", "cpu")
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    first, *lines = run.stdout.splitlines()
    assert first.startswith("cpu: CPU, ")
    assert [line.split()[:2] for line in lines] == [["ok", kind] for kind in TRIED]
    assert all(" MB" in line and "loaded in" in line for line in lines)
    assert set(TRIED) == set(JobKind)


@pytest.mark.gpu
@NEEDS_GPU
def test_each_kind_runs_on_the_gpu_in_its_memory() -> None:
    run = doctor("--device", "cuda:0", "--json")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert [kind["kind"] for kind in report["kinds"]] == TRIED
    assert all(kind["memory_bytes"] > 0 for kind in report["kinds"])


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
@pytest.mark.parametrize("device", ["cuda:0", "GPU-00000000-0000-0000-0000-000000000000"])
def test_a_device_that_is_not_there_is_said_so(device: str) -> None:
    run = doctor("--device", device, "--json")
    assert run.returncode == 1
    (sentence,) = run.stderr.splitlines()
    assert sentence.startswith(f"samovar: device {device}: torch sees no such device")
    assert json.loads(run.stdout)["error"] in sentence


def test_a_word_that_is_no_device_is_refused() -> None:
    run = doctor("--device", "tpu")
    assert run.returncode == 2
    (sentence,) = run.stderr.splitlines()
    assert "cuda:0" in sentence


async def test_a_kind_that_fails_is_named_and_the_others_go_on() -> None:
    good = next(case for case in CASES if case.model == "transformers: masked")
    wrong = replace(good, kind=JobKind.TRANSLATE)
    unsound = replace(good, sound=lambda _result, _files: False)
    missing = replace(good, builder="services.workers.selftest.tiny.masked:no_such_function")
    report = await check_device("cpu", cases=[wrong, unsound, missing, good])
    assert [kind.ok for kind in report.kinds] == [False, False, False, True]
    assert not report.ok
    assert "needed is a sequence-to-sequence model" in report.kinds[0].error
    assert report.kinds[1].error == "the result is none that this job can have"
    assert report.kinds[2].error.startswith("AttributeError")
    assert report.kinds[3].memory_bytes >= 0


async def test_a_try_that_dies_or_hangs_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'CUDA driver is too old' >&2\nexit 3\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    report = await examine_device(Settings(), "cpu")
    assert report.error == "the process that tried it ended with status 3: CUDA driver is too old"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    report = await examine_device(Settings(), "cpu", deadline_s=0.5)
    assert "did not end within" in report.error


@pytest.mark.parametrize(
    ("device", "visible", "expected"),
    [
        ("cpu", "GPU-a", ""),
        ("cuda", None, "0"),
        ("cuda:1", None, "1"),
        ("1", None, "1"),
        ("cuda:1", "GPU-a, GPU-b", "GPU-b"),
        ("GPU-1a-2b", "0", "GPU-1a-2b"),
        ("MIG-GPU-1a/3/0", None, "MIG-GPU-1a/3/0"),
    ],
)
def test_the_process_sees_the_one_device(device: str, visible: str | None, expected: str) -> None:
    assert pinned(device, visible) == expected


@pytest.mark.parametrize(
    ("device", "visible"), [("cuda:2", "0,1"), ("cuda:0", ""), ("cuda:x", None)]
)
def test_a_device_that_cannot_be_seen_is_refused(device: str, visible: str | None) -> None:
    with pytest.raises(InvalidInputError):
        pinned(device, visible)
