"""Rude words and offers found in texts, beside packages and a plain model of the same n-grams.

With ``--data`` (the folder of training data), every text is judged by weights, words and thresholds
from other folds, masked copies included. The 400 written cases are judged by the packaged weights,
which were not trained on them; some roots of the lexicon were mended after a look at them.
"""

import random
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from benchmarks._moderation_folds import Folds, Outcome, is_flagged
from benchmarks._moderation_masks import MASKS, MIXED, masked, rude_forms
from benchmarks._moderation_packages import PACKAGES, Flags, installed, plain_model
from benchmarks.report import Figure, Report, figure, machine, percentile
from services.adapters.moderation.artefacts import packaged_detector
from services.adapters.moderation.corpora import Origin, load, obscene_forms
from services.moderation.models import Label
from services.moderation.text.detecting import Detector

_MASKED: Final = 600
_TIMED: Final = 600
_WARMING: Final = 200
_ENGLISH: Final = 400
_RUSSIAN: Final = 2_000
_DISTORTED: Final = frozenset(
    ("homoglyph", "leet", "asterisk", "spaced", "dots", "zero_width", "repeated", "translit",
     "layout", "mixed")
)  # fmt: skip


class Case(msgspec.Struct, frozen=True):
    """A written case."""

    text: str
    kind: str
    language: str
    toxic: bool
    spam: bool


def run(data: Path | None) -> Report:
    """Measure for some minutes; without data on the written cases alone."""
    begun = time.perf_counter()
    packages = installed()
    figures = _written(packaged_detector())
    missing = [f"{name} is not installed" for name in PACKAGES if name not in packages]
    if data is None:
        missing.append("everything by cross-validation, speed and the packages: needs --data")
    else:
        examples = load(data)
        folds = Folds(examples, obscene_forms(data))
        figures += [
            *_toxic(folds),
            *_masked(folds),
            *_spam(folds),
            *_beside(folds, packages),
            *_cost(folds),
        ]
    return Report(
        name="moderation", machine=machine(), seconds=round(time.perf_counter() - begun, 1),
        results=tuple(figures), missing=tuple(missing),
    )  # fmt: skip


def _written(detector: Detector) -> list[Figure]:
    text = files("benchmarks").joinpath("data", "moderation_cases.jsonl").read_text("utf-8")
    cases = [msgspec.json.decode(line, type=Case) for line in text.splitlines()]
    judged = {case: detector.judge(case.text) for case in cases}
    rude = [case for case in cases if case.kind in {"toxic", "look_alike"}]
    figures = []
    for language in ("ru", "en"):
        mine = [case for case in rude if case.language == language]
        outcome = Outcome(
            np.array([is_flagged(judged[case], Label.TOXIC) for case in mine]),
            np.array([judged[case].toxicity for case in mine]),
            np.array([case.toxic for case in mine]),
        )
        figures += _quality(f"written cases, {language}", outcome)
    distorted = [case for case in cases if case.kind in _DISTORTED]
    caught = {case: is_flagged(judged[case], Label.TOXIC) for case in distorted}
    figures.append(figure("written cases, distorted: recall", float(np.mean(list(caught.values()))),
                          unit="share", n=len(distorted), at_least=0.85))  # fmt: skip
    for kind in sorted(_DISTORTED):
        mine = [case for case in distorted if case.kind == kind]
        recall = float(np.mean([caught[case] for case in mine]))
        figures.append(figure(f"written cases, {kind}: recall", recall, unit="share", n=len(mine)))
    offers = [case for case in cases if case.kind in {"spam", "ham"}]
    outcome = Outcome(
        np.array([is_flagged(judged[case], Label.SPAM) for case in offers]),
        np.array([judged[case].spam for case in offers]),
        np.array([case.spam for case in offers]),
    )
    return [*figures, *_quality("written cases, spam", outcome)]


def _quality(of: str, ours: Outcome, plain: Outcome | None = None, **goals: float) -> list[Figure]:
    """F1, false alarms and AUC; goals are named ``f1``, ``alarms`` and ``auc``."""
    n = len(ours.bad)
    f1, alarms, auc = (
        (None, None, None) if plain is None else (plain.f1(), plain.false_alarms(), plain.auc())
    )
    return [
        figure(f"{of}: F1", ours.f1(), baseline=f1, unit="F1", n=n, at_least=goals.get("f1")),
        figure(f"{of}: false alarms", ours.false_alarms(), baseline=alarms, unit="share",
               n=int((~ours.bad).sum()), at_most=goals.get("alarms")),
        figure(f"{of}: AUC", ours.auc(), baseline=auc, unit="AUC", n=n, at_least=goals.get("auc")),
    ]  # fmt: skip


def _toxic(folds: Folds) -> list[Figure]:
    russe = folds.outcome(Label.TOXIC, Origin.RUSSE)
    comments = folds.outcome(Label.TOXIC, Origin.VK)
    english = folds.outcome(Label.TOXIC, Origin.PARADETOX)
    ham = folds.outcome(Label.TOXIC, Origin.HAM)
    return [
        *_quality("RUSSE", russe, folds.plain_outcome(Origin.RUSSE), f1=0.93, alarms=0.03),
        *_quality("VK comments", comments, folds.plain_outcome(Origin.VK), auc=0.89),
        *_quality("ParaDetox", english, folds.plain_outcome(Origin.PARADETOX)),
        figure("ordinary chat flagged as rude", float(ham.flagged.mean()), unit="share",
               n=len(ham.bad), at_most=0.025),
    ]  # fmt: skip


def _masked(folds: Folds) -> list[Figure]:
    """Mask the rude words of sentences: listed forms that no polite sentence has."""
    russe = [folds.examples[at] for at in folds.places(Origin.RUSSE)]
    polite = {
        form for each in russe if not each.is_bad for form in rude_forms(each.text, folds.forms)
    }
    rude = set(folds.forms) - polite
    places = [
        at
        for at in folds.places(Origin.RUSSE)
        if folds.examples[at].is_bad and rude_forms(folds.examples[at].text, rude)
    ]
    places = random.Random(11).sample(places, min(_MASKED, len(places)))
    clean = float(np.mean([is_flagged(folds.judge(at), Label.TOXIC) for at in places]))
    figures = [figure("clean: recall", clean, unit="share", n=len(places))]
    for kind in (*MASKS, MIXED):
        dice = random.Random(2026)
        texts = [masked(folds.examples[at].text, rude, kind, dice) for at in places]
        caught = [
            is_flagged(folds.judge(at, text), Label.TOXIC)
            for at, text in zip(places, texts, strict=True)
        ]
        figures.append(
            figure(f"{kind}: recall", float(np.mean(caught)), baseline=clean, unit="share",
                   n=len(places), at_least=0.95)
        )  # fmt: skip
    return figures


def _spam(folds: Folds) -> list[Figure]:
    ours = folds.outcome(Label.SPAM, Origin.SPAM, Origin.HAM)
    plain = folds.plain_outcome(Origin.SPAM, Origin.HAM)
    return [
        *_quality("Telegram spam", ours, plain, f1=0.96),
        figure(
            "Telegram spam: recall",
            ours.recall(),
            baseline=plain.recall(),
            unit="share",
            n=int(ours.bad.sum()),
        ),
    ]


def _beside(folds: Folds, packages: dict[str, Flags]) -> list[Figure]:
    figures = []
    for name, flags in packages.items():
        origin, most = (
            (Origin.RUSSE, _RUSSIAN) if name == "badwords-py" else (Origin.PARADETOX, _ENGLISH)
        )
        places = random.Random(5).sample(folds.places(origin), most)
        bad = np.array([folds.examples[at].is_bad for at in places])
        ours = np.array([is_flagged(folds.judge(at), Label.TOXIC) for at in places])
        theirs = np.array([flags(folds.examples[at].text) for at in places])
        us, them = (
            Outcome(ours, ours.astype(float), bad),
            Outcome(theirs, theirs.astype(float), bad),
        )
        figures += [
            figure(f"{origin} beside {name}: F1", us.f1(), baseline=them.f1(), unit="F1", n=most),
            figure(f"{origin} beside {name}: false alarms", us.false_alarms(),
                   baseline=them.false_alarms(), unit="share", n=int((~bad).sum())),
        ]  # fmt: skip
    return figures


def _cost(folds: Folds) -> list[Figure]:
    """Time single messages that the detector has not read before, but words that it may have."""
    unseen = [at for at in folds.places(Origin.RUSSE, Origin.VK) if folds.fold[at] == 0]
    places = random.Random(3).sample(unseen, _TIMED + _WARMING)
    texts = [folds.examples[at].text for at in places]
    seen = [each for each in folds.without(0) if each.origin is Origin.RUSSE]
    model = plain_model([each.text for each in seen], [each.is_bad for each in seen])
    detector = Detector(folds.detectors[0].heads)
    ours = _spent_ms(detector.judge, texts)
    plain = _spent_ms(lambda text: model.predict_proba([text]), texts)
    return [
        figure("CPU per message, p95", percentile(ours, 0.95), baseline=percentile(plain, 0.95),
               unit="ms", n=len(ours), ratio_at_most=0.2),
        figure("CPU per message, p50", percentile(ours, 0.5), baseline=percentile(plain, 0.5),
               unit="ms", n=len(ours)),
    ]  # fmt: skip


def _spent_ms(judge: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    for text in texts[:_WARMING]:
        judge(text)
    spent = []
    for text in texts[_WARMING:]:
        begun = time.process_time_ns()
        judge(text)
        spent.append((time.process_time_ns() - begun) / 1e6)
    return spent
