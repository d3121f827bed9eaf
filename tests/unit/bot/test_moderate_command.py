import json
from pathlib import Path

import pytest

from bot.cli import main


def test_a_batch_takes_plain_lines_and_json_and_gives_the_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "batch.txt"
    rude = "Ты тупой идиот, заткнись уже"
    batch.write_text(
        f'Спасибо, очень помогло!\n\n{json.dumps({"text": rude})}\n{{"a": 1}}\n', "utf-8"
    )
    assert main(["moderate", "--batch", str(batch), "--json"]) == 0
    kind, insult, plain = map(json.loads, capsys.readouterr().out.splitlines())
    assert (kind["label"], kind["action"], kind["delete"]) == ("ok", "allow", False)
    assert (insult["text"], insult["label"], insult["action"]) == (rude, "toxic", "rephrase")
    assert set(insult) == {
        "text", "label", "action", "delete", "toxicity", "spam", "findings",
    }  # fmt: skip
    spans = {rude[start:end] for one in insult["findings"] for start, end in one["spans"]}
    assert "идиот" in spans
    assert plain["text"] == '{"a": 1}'


def test_one_text_is_told_in_a_line_and_both_or_none_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["moderate", "Спасибо, очень помогло!"]) == 0
    assert capsys.readouterr().out.startswith("ok")
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", "utf-8")
    for arguments in ([], ["a", "--batch", str(empty)], ["--batch", str(empty)]):
        assert main(["moderate", *arguments]) == 2
    assert "there is no text" in capsys.readouterr().err
