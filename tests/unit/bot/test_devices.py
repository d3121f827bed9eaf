from pathlib import Path

import psutil
import pytest

from bot.devices.listing import Device, NvidiaSmi, cpu_device, read_devices, visible
from services.errors import InvalidInputError

A, B, C = (f"GPU-{letter * 4}0000-1111-2222-3333-444444444444" for letter in "abc")
TWO_GPUS = f"""\
GPU 0: NVIDIA H200 (UUID: {A})
GPU 1: NVIDIA L40S (UUID: {B})
"""
TWO_GPUS_DETAILS = f"""\
{A}, NVIDIA H200, 143771, Disabled
{B}, NVIDIA L40S, 46068, [N/A]
"""
CUT_AND_WHOLE = f"""\
GPU 0: NVIDIA A100-SXM4-40GB (UUID: {A})
  MIG 3g.20gb     Device  0: (UUID: MIG-bbbb0000-1111-2222-3333-444444444444)
  MIG 1g.5gb+me   Device  1: (UUID: MIG-{A}/7/0)
GPU 1: NVIDIA H200 (UUID: {C})
"""
CUT_AND_WHOLE_DETAILS = f"""\
{A}, NVIDIA A100-SXM4-40GB, 40960, Enabled
{C}, NVIDIA H200, 143771, Disabled
"""


def program(folder: Path, *, listing: str, details: str, ends_with: str = "") -> str:
    """Write a program that answers as nvidia-smi does."""
    (folder / "listing").write_text(listing)
    (folder / "details").write_text(details)
    path = folder / "nvidia-smi"
    path.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = -L ]; then cat {folder}/listing; else cat {folder}/details; fi\n{ends_with}\n'
    )
    path.chmod(0o755)
    return str(path)


async def test_gpus_are_listed_with_names_and_memory(tmp_path: Path) -> None:
    smi = NvidiaSmi(program(tmp_path, listing=TWO_GPUS, details=TWO_GPUS_DETAILS))
    assert await smi.devices() == [
        Device(uuid=A, name="NVIDIA H200", memory_bytes=143771 * 2**20, index=0),
        Device(uuid=B, name="NVIDIA L40S", memory_bytes=46068 * 2**20, index=1),
    ]


async def test_a_gpu_that_is_cut_is_used_by_its_slices_only(tmp_path: Path) -> None:
    smi = NvidiaSmi(program(tmp_path, listing=CUT_AND_WHOLE, details=CUT_AND_WHOLE_DETAILS))
    large, small, whole = await smi.devices()
    assert large == Device(
        uuid="MIG-bbbb0000-1111-2222-3333-444444444444",
        name="NVIDIA A100-SXM4-40GB 3g.20gb",
        memory_bytes=20 * 10**9,
        is_mig=True,
        parent=A,
        index=0,
    )
    assert (small.uuid, small.memory_bytes, small.index) == (f"MIG-{A}/7/0", 5 * 10**9, 1)
    assert (whole.uuid, whole.is_mig, whole.parent, whole.index) == (C, False, None, 2)


def test_parts_of_a_slice_share_its_memory() -> None:
    listing = f"""\
GPU 0: NVIDIA H100 (UUID: {A})
  MIG 1c.3g.40gb  Device  0: (UUID: MIG-1)
  MIG 2c.3g.40gb  Device  1: (UUID: MIG-2)
"""
    one, two = read_devices(listing, f"{A}, NVIDIA H100, 81559, Enabled\n")
    assert one.memory_bytes + two.memory_bytes <= 40 * 10**9
    assert two.memory_bytes > one.memory_bytes


def test_a_gpu_that_is_to_be_cut_and_is_not_cannot_be_used() -> None:
    listing = f"GPU 0: NVIDIA H100 (UUID: {A})\nGPU 1: NVIDIA H200 (UUID: {B})\n"
    details = f"{A}, NVIDIA H100, 81559, Enabled\n{B}, NVIDIA H200, 143771, Disabled\n"
    assert [device.uuid for device in read_devices(listing, details)] == [B]


async def test_one_broken_gpu_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    fault = "Unable to determine the device handle for GPU0000:41:00.0: Unknown Error\n"
    smi = NvidiaSmi(
        program(
            tmp_path,
            listing=f"GPU 0: NVIDIA H200 (UUID: {A})\n{fault}",
            details=f"{A}, NVIDIA H200, 143771, Disabled\n{fault}",
            ends_with="exit 15",
        )
    )
    assert [device.uuid for device in await smi.devices()] == [A]


def test_a_gpu_that_shares_the_memory_of_its_machine_has_that() -> None:
    listing, details = f"GPU 0: NVIDIA GB10 (UUID: {A})\n", f"{A}, NVIDIA GB10, [N/A], [N/A]\n"
    assert read_devices(listing, details)[0].memory_bytes == cpu_device().memory_bytes


@pytest.mark.parametrize(
    ("listing", "details"),
    [
        ("No devices were found\n", ""),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", ""),
        (TWO_GPUS, "Field is not a valid field to query.\n"),
        ("\x00\x01 GPU 0: nonsense (UUID: )\n  MIG 1g.5gb Device 0: (UUID: MIG-1)\n", ",,,\n"),
    ],
)
async def test_nonsense_is_no_device(tmp_path: Path, listing: str, details: str) -> None:
    smi = NvidiaSmi(program(tmp_path, listing=listing, details=details, ends_with="exit 9"))
    assert await smi.devices() == []


async def test_no_program_is_no_device() -> None:
    assert await NvidiaSmi("/nowhere/nvidia-smi").devices() == []


async def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "nvidia-smi"
    path.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 600\n")
    path.chmod(0o755)
    assert await NvidiaSmi(str(path), timeout_s=2.0).devices() == []
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_what_the_supervisor_may_not_use_is_left_out() -> None:
    devices = read_devices(CUT_AND_WHOLE, CUT_AND_WHOLE_DETAILS)

    def chosen(variable: str | None) -> list[tuple[str, int]]:
        return [(device.uuid[:8], device.index) for device in visible(devices, variable)]

    assert chosen(None) == [("MIG-bbbb", 0), ("MIG-GPU-", 1), ("GPU-cccc", 2)]
    assert chosen("1") == [("GPU-cccc", 0)]
    assert chosen("GPU-cccc,0") == [("GPU-cccc", 0), ("MIG-bbbb", 1), ("MIG-GPU-", 2)]
    assert chosen("MIG-bbbb") == [("MIG-bbbb", 0)]
    assert chosen("") == []
    assert chosen("-1") == []
    assert visible([], "0") == []
    with pytest.raises(InvalidInputError, match="CUDA_VISIBLE_DEVICES names '7'"):
        visible(devices, "7")
