import json
from pathlib import Path

import pytest

from bot.cli import main


def test_a_batch_gives_a_line_for_each_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["Какой идиот это придумал?", "Встреча завтра в 10.", "what a fucking idiot"]
    batch = tmp_path / "texts.txt"
    first = json.dumps({"text": texts[0]})
    batch.write_text("\n".join([first, *texts[1:]]), "utf-8")
    assert main(["detox", "--batch", str(batch), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == texts
    rude, calm, foreign = lines
    assert "идиот" not in rude["detoxified"]
    assert rude["changed_spans"] == [[6, 11]]
    assert rude["toxicity_before"] > 0.5 > rude["toxicity_after"]
    assert (calm["detoxified"], calm["changed_spans"]) == (texts[1], [])
    assert (foreign["detoxified"], foreign["toxicity_after"]) == (None, None)


def test_a_text_or_a_batch_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detox"]) == 2
    assert "--batch" in capsys.readouterr().err
