import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import msgspec

from bot.checks import CHECKS, Finding, Status, check_data
from bot.devices.doctor import examine_device
from bot.logs import configure_logs
from bot.settings import Settings
from services.workers.selftest.report import DeviceReport

MARKS = {Status.FINE: "ok  ", Status.WARNING: "note", Status.BROKEN: "FAIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--device",
        help="try one tiny job of each kind on this device instead: cpu, cuda:0, or the uuid of a"
        " GPU or of a MIG slice",
    )


def run(args: argparse.Namespace) -> int:
    """Check everything, or one device; status 1 when something is broken."""
    if args.device is not None:
        report = asyncio.run(examine_device(Settings(), args.device))
        return _show_device(report, as_json=args.json)
    configure_logs("ERROR")  # what there is to say is in the findings
    findings = asyncio.run(examine(Settings()))
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        print("\n".join(_lines(findings)))
    broken = [finding for finding in findings if finding.status is Status.BROKEN]
    for finding in broken:
        print(f"samovar: {finding.part}: {finding.sentence}", file=sys.stderr)
    return 1 if broken else 0


async def examine(settings: Settings) -> list[Finding]:
    """Run the checks in order; those that need the data directory wait until it is usable."""
    findings: list[Finding] = []
    data_usable = True
    for check, needs_data in CHECKS:
        if needs_data(settings) and not data_usable:
            continue
        finding = await check(settings)
        findings.append(finding)
        if check is check_data:
            data_usable = finding.status is not Status.BROKEN
    return findings


def _lines(findings: Sequence[Finding]) -> list[str]:
    return [f"{MARKS[f.status]}  {f.part}: {f.sentence}" for f in findings]


def _show_device(report: DeviceReport, *, as_json: bool) -> int:
    if as_json:
        print(msgspec.json.encode(report).decode())
    elif not report.error:
        print("\n".join(_device_lines(report)))
    if report.error:
        print(f"samovar: device {report.device}: {report.error}", file=sys.stderr)
    for kind in report.kinds:
        if not kind.ok:
            print(f"samovar: {kind.kind} ({kind.model}): {kind.error}", file=sys.stderr)
    return 0 if report.ok else 1


def _device_lines(report: DeviceReport) -> Iterator[str]:
    memory = f"{report.memory_bytes / 1e9:.1f} GB"
    yield f"{report.device}: {report.name}, {memory}, torch {report.torch}, dtype {report.dtype}"
    for kind in report.kinds:
        mark = MARKS[Status.FINE if kind.ok else Status.BROKEN]
        used = f"{kind.memory_bytes / 1e6:.1f} MB"
        told = f"loaded in {kind.load_s:.2f} s, ran in {kind.run_s:.2f} s, {used}"
        yield f"{mark}  {kind.kind} ({kind.model}): {told if kind.ok else kind.error}"
