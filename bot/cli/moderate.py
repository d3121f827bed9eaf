import argparse
import sys
from dataclasses import asdict

from bot.cli._lines import add_texts, given_texts, json_line
from services.adapters.moderation.artefacts import packaged_detector
from services.moderation.ladder import Record, step_for
from services.moderation.models import Label, Verdict
from services.moderation.policy import LadderSteps, Trust
from services.moderation.ports import TextJudge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_texts(parser, what="a message")


def run(args: argparse.Namespace) -> int:
    """Judge each text as the first message of a member."""
    texts = given_texts(args)
    detector = packaged_detector()
    for text in texts:
        verdict = _verdict(detector, text)
        line = json_line({"text": text, **asdict(verdict)}) if args.json else _plain(text, verdict)
        sys.stdout.write(f"{line}\n")
    return 0


def _verdict(judge: TextJudge, text: str) -> Verdict:
    judged = judge.judge(text)
    findings = tuple(sorted(judged.findings, key=lambda one: (one.is_sure, one.score))[::-1])
    step = step_for(findings, trust=Trust.MEMBER, record=Record(), steps=LadderSteps())
    label = Label.OK
    if findings:
        label = findings[0].label if findings[0].is_sure else Label.UNSURE
    return Verdict(
        label=label, action=step.action, delete=step.delete, toxicity=judged.toxicity,
        spam=judged.spam, findings=findings,
    )  # fmt: skip


def _plain(text: str, verdict: Verdict) -> str:
    why = ", ".join(f"{finding.check.value} {finding.score:.2f}" for finding in verdict.findings)
    return f"{verdict.label.value:6} {verdict.action.value:8} {text!r} {why}".rstrip()
