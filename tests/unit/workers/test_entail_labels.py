"""What the labels of a model of natural language inference mean."""

import json
from pathlib import Path

import numpy as np
import pytest

from services.errors import InvalidInputError
from services.workers.hub.entail_labels import entailment_labels, name_and_labels
from services.workers.hub.files import ModelFiles

LOGITS = np.log(np.asarray([[0.7, 0.2, 0.1]], dtype=np.float32))


def files(folder: Path, *labels: str) -> ModelFiles:
    named = {str(number): label for number, label in enumerate(labels)}
    (folder / "config.json").write_text(json.dumps({"id2label": named}))
    return ModelFiles(
        name="some/model", folder=folder, architectures=("BertForSequenceClassification",),
        model_type="bert", is_encoder_decoder=False, sees=False, quantized=False, own_code=False,
        stored={},
    )  # fmt: skip


# In the orders and letters of models on the hub.
@pytest.mark.parametrize(
    ("labels", "judged"),
    [
        (("entailment", "neutral", "contradiction"), (0.7, 0.2, 0.1)),
        (("entailment", "contradiction", "neutral"), (0.7, 0.1, 0.2)),
        (("CONTRADICTION", "NEUTRAL", "ENTAILMENT"), (0.1, 0.2, 0.7)),
        (("Contradiction", "Entailment", "Neutral"), (0.2, 0.1, 0.7)),
    ],
)
def test_three_labels_are_read_by_their_names(
    tmp_path: Path, labels: tuple[str, ...], judged: tuple[float, ...]
) -> None:
    (one,) = entailment_labels(files(tmp_path, *labels)).judgements(LOGITS)
    assert (one.entail, one.neutral, one.contradict) == pytest.approx(judged)


@pytest.mark.parametrize("labels", [("not_entailment", "entailment"), ("Not-Entailed", "Entailed")])
def test_two_labels_tell_no_contradiction(tmp_path: Path, labels: tuple[str, ...]) -> None:
    logits = np.log(np.asarray([[0.8, 0.2]], dtype=np.float32))
    (one,) = entailment_labels(files(tmp_path, *labels)).judgements(logits)
    assert (one.entail, one.neutral, one.contradict) == pytest.approx((0.2, 0.8, 0.0))


@pytest.mark.parametrize(
    "labels",
    [
        ("LABEL_0", "LABEL_1", "LABEL_2"),
        ("LABEL_0", "LABEL_1"),
        ("neutral", "toxic"),
        ("entailment", "contradiction"),
        ("entailment", "entailed", "neutral"),
        ("entailment", "not_entailment", "neutral"),
    ],
)
def test_labels_that_do_not_tell_are_refused_with_the_way_out(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInputError, match="#entailment/neutral/contradiction") as caught:
        entailment_labels(files(tmp_path, *labels))
    assert labels[-1] in str(caught.value)


def test_stated_labels_count(tmp_path: Path) -> None:
    nameless = files(tmp_path, "LABEL_0", "LABEL_1", "LABEL_2")
    stated = entailment_labels(nameless, ("contradiction", "neutral", "entailment"))
    (one,) = stated.judgements(LOGITS)
    assert (one.entail, one.contradict) == pytest.approx((0.1, 0.7))
    with pytest.raises(InvalidInputError, match="2 labels are stated for some/model, which has 3"):
        entailment_labels(nameless, ("entailment", "not_entailment"))


@pytest.mark.parametrize(
    ("name", "parted"),
    [
        ("a/b#entailment/neutral/contradiction",
         ("a/b", ("entailment", "neutral", "contradiction"))),
        ("a/b#not_entailment/entailment", ("a/b", ("not_entailment", "entailment"))),
        ("a/b", ("a/b", ())),
        ("/models/c#3/nli", ("/models/c#3/nli", ())),
        ("/c#3#entailment/not_entailment", ("/c#3", ("entailment", "not_entailment"))),
    ],
)  # fmt: skip
def test_labels_stand_behind_the_name(name: str, parted: tuple[str, tuple[str, ...]]) -> None:
    assert name_and_labels(name) == parted
