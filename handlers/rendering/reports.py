"""Reports for the owner, in a few lines."""

import html
from collections.abc import Iterator
from datetime import datetime

from handlers.i18n import Texts
from services.insight.models import Drift, MovedFeature, QualityReport

_WORD = "word:"


def quality_text(report: QualityReport, *, first: datetime, end: datetime, texts: Texts) -> str:
    """Write how a stretch of time went, as HTML."""
    return "\n".join(_quality_lines(report, first, end, texts))


def _quality_lines(
    report: QualityReport, first: datetime, end: datetime, texts: Texts
) -> Iterator[str]:
    yield texts("report-title", first=f"{first:%d.%m}", end=f"{end:%d.%m}")
    yield texts("report-people", people=report.people, questions=report.questions)
    if not report.questions:
        return
    yield texts(
        "report-answered", answered=report.answered, cited=report.cited,
        share=round(100 * report.answered / report.questions),
    )  # fmt: skip
    yield texts("report-abstained", abstained=report.abstained, back=report.asked_back)
    yield texts("report-rated", good=report.good, bad=report.bad)
    for complaint, count in sorted(report.complaints.items(), key=lambda one: -one[1]):
        named = texts.plain(f"complaint-{complaint.value}")
        yield texts("report-complaint", complaint=named, count=count)
    if report.unanswered:
        yield "\n" + texts("report-unanswered")
        for topic in report.unanswered:
            yield texts(
                "report-topic", name=topic.name, count=topic.questions, example=topic.example
            )
    if report.doubtful:
        yield "\n" + texts("report-doubtful")
        for source in report.doubtful:
            yield texts("report-source", title=source.title, bad=source.bad, cited=source.cited)


def drift_text(drift: Drift, texts: Texts) -> str:
    """Write how questions have changed, as HTML."""
    lines: list[str] = [
        texts("drift-title", auc=f"{drift.auc:.2f}", before=drift.before, now=drift.now)
    ]
    lines += [f"• {_moved(one, texts)}" for one in drift.moved]
    return "\n".join([*lines, texts("drift-advice")])


def _moved(feature: MovedFeature, texts: Texts) -> str:
    before, now = f"{feature.before:.2f}", f"{feature.now:.2f}"
    if feature.name.startswith(_WORD):
        word = html.escape(feature.name.removeprefix(_WORD), quote=False)
        named = texts.plain("drift-word", word=word)
    else:
        named = texts.plain(f"drift-{feature.name}")
    return f"{html.escape(named, quote=False)}: {before} → {now}"
