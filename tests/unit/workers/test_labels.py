import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.errors import InvalidInputError
from services.workers.hub.files import ModelFiles
from services.workers.hub.labels import Reading, label_names, toxic_labels


def files(folder: Path, **config: object) -> ModelFiles:
    (folder / "config.json").write_text(json.dumps(config))
    return ModelFiles(
        name="some/model", folder=folder, architectures=("BertForSequenceClassification",),
        model_type="bert", is_encoder_decoder=False, sees=False, quantized=False, own_code=False,
        stored={},
    )  # fmt: skip


def named(*labels: str) -> dict[str, str]:
    return {str(number): label for number, label in enumerate(labels)}


RUBERT_TINY = named("non-toxic", "insult", "obscenity", "threat", "dangerous")
UNITARY = named("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
MANY = "multi_label_classification"
ONE = "single_label_classification"


# As the configurations of these models on the hub say.
@pytest.mark.parametrize(
    ("config", "harmful", "harmless", "reading"),
    [
        pytest.param(
            {"id2label": named("neutral", "toxic"), "problem_type": ONE}, [1], [0],
            Reading.EXCLUSIVE, id="s-nlp/russian_toxicity_classifier",
        ),
        pytest.param({}, [1], [], Reading.EXCLUSIVE, id="textdetox/xlmr-large-without-names"),
        pytest.param(
            {"id2label": named("LABEL_0", "LABEL_1")}, [1], [], Reading.EXCLUSIVE, id="nameless"
        ),
        pytest.param(
            {"id2label": named("Non-toxic", "Toxic")}, [1], [0], Reading.EXCLUSIVE, id="capitals"
        ),
        pytest.param(
            {"id2label": named("TOXIC", "NONTOXIC")}, [0], [1], Reading.EXCLUSIVE, id="reversed"
        ),
        pytest.param(
            {"id2label": RUBERT_TINY}, [1, 2, 3], [0], Reading.INDEPENDENT,
            id="cointegrated/rubert-tiny-toxicity",
        ),
        pytest.param(
            {"id2label": UNITARY, "problem_type": MANY}, [0, 1, 2, 3, 4, 5], [],
            Reading.INDEPENDENT, id="unitary/toxic-bert",
        ),
        pytest.param(
            {"id2label": UNITARY}, [0, 1, 2, 3, 4, 5], [], Reading.INDEPENDENT,
            id="unitary/toxic-bert-before-problem-types",
        ),
        pytest.param(
            {"id2label": named("LABEL_0")}, [0], [], Reading.INDEPENDENT, id="one-number"
        ),
        pytest.param({"num_labels": 1}, [0], [], Reading.INDEPENDENT, id="one-number-unnamed"),
        pytest.param(
            {"num_labels": 1, "problem_type": "regression"}, [0], [], Reading.PLAIN, id="regression"
        ),
        pytest.param(
            {"id2label": named("ok", "spam", "insult")}, [2], [0], Reading.EXCLUSIVE, id="three"
        ),
        pytest.param(
            {"id2label": named("нейтральный", "токсичный")}, [1], [0], Reading.EXCLUSIVE, id="ru"
        ),
        pytest.param(
            {"id2label": named("not_hate", "hate")}, [1], [0], Reading.EXCLUSIVE, id="negated"
        ),
        pytest.param(
            {"id2label": named("bad", "good")}, [0], [1], Reading.EXCLUSIVE, id="by-its-contrary"
        ),
    ],
)  # fmt: skip
def test_the_names_of_labels_tell_what_is_toxic(
    tmp_path: Path,
    config: dict[str, Any],
    harmful: Sequence[int],
    harmless: Sequence[int],
    reading: Reading,
) -> None:
    labels = toxic_labels(files(tmp_path, **config))
    assert list(labels.harmful) == list(harmful)
    assert list(labels.harmless) == list(harmless)
    assert labels.reading is reading


@pytest.mark.parametrize(
    "config",
    [
        {"id2label": named("joy", "anger", "fear")},
        {"num_labels": 5},
        {"id2label": {"first": "toxic"}},
        {"id2label": ["toxic"]},
    ],
)
def test_labels_that_tell_nothing_are_refused(tmp_path: Path, config: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="some/model"):
        toxic_labels(files(tmp_path, **config))


def test_labels_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = {"10": "k", "2": "c", "0": "a", "1": "b"}
    assert label_names(files(tmp_path, id2label=names)) == ("a", "b", "c", "k")


def numbers(*rows: Sequence[float]) -> NDArray[np.float32]:
    return np.asarray(rows, dtype=np.float32)


def test_labels_that_exclude_each_other_share_one_probability(tmp_path: Path) -> None:
    labels = toxic_labels(files(tmp_path, id2label=named("neutral", "toxic")))
    probabilities = labels.probabilities(numbers([0, 0], [0, np.log(3)], [900, -900]))
    expected = numbers([0.5, 0.5], [0.25, 0.75], [1, 0])
    np.testing.assert_allclose(probabilities, expected, atol=1e-6)
    np.testing.assert_allclose(labels.scores(probabilities), [0.5, 0.75, 0], atol=1e-6)


def test_the_worst_of_independent_labels_counts(tmp_path: Path) -> None:
    labels = toxic_labels(files(tmp_path, id2label=RUBERT_TINY))
    sure, doubt = np.log(9), -np.log(9)
    probabilities = labels.probabilities(
        numbers(
            [sure, doubt, doubt, doubt, sure],
            [sure, doubt, sure, doubt, doubt],
            [doubt, doubt, doubt, doubt, doubt],
        )
    )
    np.testing.assert_allclose(probabilities[0], [0.9, 0.1, 0.1, 0.1, 0.9], atol=1e-6)
    # A dangerous topic alone is no toxicity; a text that is not harmless is.
    scores = labels.scores(probabilities)
    np.testing.assert_allclose(scores, [0.1, 0.9, 0.9], atol=1e-6)


def test_a_regression_is_taken_as_it_is(tmp_path: Path) -> None:
    labels = toxic_labels(files(tmp_path, num_labels=1, problem_type="regression"))
    probabilities = labels.probabilities(numbers([-0.1], [0.3], [1.2]))
    np.testing.assert_allclose(labels.scores(probabilities), [0, 0.3, 1], atol=1e-6)
