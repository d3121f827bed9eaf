import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from bot.checks import CHECKS, Finding, Status, check_data
from bot.logs import configure_logs
from bot.settings import Settings

MARKS = {Status.FINE: "ok  ", Status.WARNING: "note", Status.BROKEN: "FAIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Check everything; status 1 when something is broken."""
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
