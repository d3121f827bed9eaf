from bot.cli.workers import plan
from bot.devices import parse_devices
from services.inference.kinds import JobKind

CUT_AND_WHOLE = """\
GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aaaa0000-1111-2222-3333-444444444444)
  MIG 3g.20gb     Device  0: (UUID: MIG-bbbb0000-1111-2222-3333-444444444444)
  MIG 1g.5gb      Device  1: (UUID: MIG-GPU-aaaa0000/7/0)
GPU 1: NVIDIA H200 (UUID: GPU-cccc0000-1111-2222-3333-444444444444)
"""


def test_a_gpu_that_is_cut_is_used_by_its_slices_only() -> None:
    assert parse_devices(CUT_AND_WHOLE) == [
        "MIG-bbbb0000-1111-2222-3333-444444444444",
        "MIG-GPU-aaaa0000/7/0",
        "GPU-cccc0000-1111-2222-3333-444444444444",
    ]
    assert parse_devices("No devices were found\n") == []


def test_the_plan_has_a_line_for_each_worker() -> None:
    assert plan(["GPU-1", "MIG-2"], [JobKind.EMBED]) == ["GPU-1 serves embed", "MIG-2 serves embed"]
