from pathlib import Path

import pytest

from services.adapters.moderation.artefacts import save, saved_detector
from services.adapters.moderation.corpora import FILES, Origin, load, obscene_forms
from services.adapters.moderation.training import folds_of, train
from services.errors import NotFoundError
from services.moderation.models import Label

_TOPICS = (
    "погода",
    "сервер",
    "обед",
    "поезд",
    "фильм",
    "отчёт",
    "матч",
    "кот",
    "ремонт",
    "экзамен",
)


def _write(folder: Path) -> None:
    pairs = [f"опять этот дебил про {topic} {at}\tопять он про {topic} {at}\t\t"
             for at in range(3) for topic in _TOPICS]  # fmt: skip
    english = [f"this idiot and his {topic} {at}\tthis man and his {topic} {at}\t\t"
               for at in range(3) for topic in _TOPICS]  # fmt: skip
    contents = {
        "russe_detox_train.tsv": [
            "toxic_comment\tneutral_comment1\tneutral_comment2\tneutral_comment3",
            *pairs,
        ],
        "paradetox_en_train.tsv": ["toxic\tneutral1\tneutral2\tneutral3", *english],
        "vk_comments_dev.tsv": [
            "text\ttoxic",
            *(f"про {topic}\t0" for topic in _TOPICS),
            "ты дебил\t1",
        ],
        "telegram_spam_dev.txt": [f"доход {at}00$ в день, пишите @work_{at}00" for at in range(20)],
        "telegram_ham_dev.txt": [f"как вам {topic}?" for topic in _TOPICS],
        "obscene_forms_ru.txt": ["сука"],
    }
    for name, lines in contents.items():
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")


def test_what_is_trained_judges_after_loading(tmp_path: Path) -> None:
    _write(tmp_path)
    heads = train(load(tmp_path), obscene_forms(tmp_path))
    save(heads, tmp_path / "weights")
    detector = saved_detector(tmp_path / "weights")
    assert "дебил" in heads.vocabulary.rude
    assert {each.label for each in detector.judge("опять этот д*бил про обед").findings} == {
        Label.TOXIC
    }
    assert not detector.judge("опять он про обед").findings
    assert detector.judge("доход 300$ в день, пишите @work_777").spam > 0.5


def test_a_sentence_and_its_rewrites_are_in_one_fold(tmp_path: Path) -> None:
    _write(tmp_path)
    examples = load(tmp_path)
    fold = folds_of(examples)
    of_group: dict[str, set[int]] = {}
    for each, at in zip(examples, fold.tolist(), strict=True):
        of_group.setdefault(each.group, set()).add(at)
    assert all(len(folds) == 1 for folds in of_group.values())
    assert len({*fold.tolist()}) == 5
    assert sum(each.origin is Origin.RUSSE for each in examples) == 60


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    _write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(NotFoundError, match=name):
        load(tmp_path)
