"""``samovar ingest`` and ``samovar ask`` as processes, with a worker of their own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.knowledge.demo_library import ARTICLES

pytestmark = [pytest.mark.services, pytest.mark.timeout(280)]

SHCHI = """# Щи из капусты

Чтобы приготовить щи, сварите мясной бульон, положите капусту и дайте настояться.

## Приготовление по шагам

1. Залейте мясо водой и варите бульон два часа.
2. Положите в бульон капусту и картофель.
3. Посолите щи за пять минут до конца.
"""
GREEN = """# Щи без капусты

Щи без капусты варят из щавеля. Щавель кладут в бульон за три минуты до конца.
"""


def samovar(data: Path, *arguments: str, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        capture_output=True, text=True, timeout=240, check=False,
        env={"SAMOVAR_DATA": str(data), "PATH": "/usr/bin:/bin", "HOME": str(data)},
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert '"event"' not in done.stderr, "nobody asked for logs"
    return done.stdout if status == 0 else done.stderr


def test_a_follow_up_is_answered_from_what_was_ingested(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "shchi.md").write_text(SHCHI, "utf-8")
    (tmp_path / "green.md").write_text(GREEN, "utf-8")
    error = samovar(data_dir, "ask", "Как приготовить щи?", status=1)
    assert "samovar ingest" in error
    samovar(data_dir, "ingest", str(tmp_path), "--json")
    batch = tmp_path / "questions.jsonl"
    lines = [
        {"id": "first", "question": "Как приготовить щи?"},
        {"id": "second", "question": "а без капусты?", "history": ["Как приготовить щи?"]},
        {"id": "none", "question": "Сколько\u2028 стоит билет на поезд до Казани?"},
    ]
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8-sig")
    printed = samovar(data_dir, "ask", "--batch", str(batch), "--json")
    first, second, none = [json.loads(line) for line in printed.splitlines()]
    assert [first["id"], second["id"], none["id"]] == ["first", "second", "none"]
    _is_cited(first)
    _is_cited(second)
    assert "• Залейте мясо водой" in first["answer"]
    assert second["query"] == "Как приготовить щи без капусты?"
    assert "щавел" in second["answer"].lower()
    assert first["answer"] != second["answer"]
    assert none["abstained"]
    assert none["citations"] == []
    questions = tmp_path / "known.jsonl"
    known = [
        {"question": "Как приготовить щи?", "sources": ["shchi.md"]},
        {"question": "а без капусты?", "sources": ["green.md"], "history": ["Как варить щи?"]},
        {"question": "Сколько стоит билет на поезд до Казани?"},
    ]
    questions.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in known))
    figures = json.loads(samovar(data_dir, "eval", str(questions), "--json"))
    assert (figures["recall_at_20"], figures["citation_recall"]) == (1.0, 1.0)
    assert (figures["refusal_precision"], figures["refusal_recall"]) == (1.0, 1.0)
    assert figures["answer_recall"] is None


def test_a_library_is_evaluated_on_questions_of_its_own(data_dir: Path, tmp_path: Path) -> None:
    error = samovar(data_dir, "eval", "--questions", "0", status=2)
    assert "at least 1" in error
    (tmp_path / "tea.md").write_text("# Чай\n\nхорошо и тепло", "utf-8")
    samovar(data_dir, "ingest", str(tmp_path / "tea.md"), "--tenant", "tea")
    error = samovar(data_dir, "eval", "--tenant", "tea", status=2)
    assert "give a file of questions" in error
    articles = [str(path) for path in ARTICLES.glob("*.md")][:6]
    samovar(data_dir, "ingest", *articles)
    figures = json.loads(samovar(data_dir, "eval", "--questions", "8", "--json"))
    assert figures["made"] is True
    assert 1 <= figures["questions"] <= 8
    assert figures["recall_at_20"] >= 0.8
    assert figures["citation_recall"] is not None
    assert figures["answer_recall"] is not None
    assert figures["refusal_recall"] is None, "every question has an answer"


def _is_cited(answer: dict[str, Any]) -> None:
    assert not answer["abstained"]
    assert answer["decision"] == "sources"
    assert answer["citations"]
    for citation in answer["citations"]:
        assert f"[{citation['n']}]" in answer["answer"]
        assert citation["quote"]
    assert 1 <= len(answer["evidence"]) <= 5
    assert set(answer["timings_ms"]) == {"rewrite", "search", "rerank", "generate", "total"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give one question"),
        (("  ",), "is empty"),
        (("--batch", "/nowhere.jsonl"), "cannot read"),
        (("--batch", "/dev/null"), "no question in"),
        (("x", "--tenant", "../x"), "a library's name is"),
    ],
)
def test_unusable_arguments_are_said_in_a_sentence(
    data_dir: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert said in samovar(data_dir, "ask", *arguments, status=2)
