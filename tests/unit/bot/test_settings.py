from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.cli.settings import settings_table
from bot.settings import Settings
from services.inference.caps import WAITING
from services.inference.kinds import JobKind

DOCS = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_the_documented_settings_are_those_of_the_code() -> None:
    table = "\n".join(settings_table())
    assert table in DOCS.read_text(), "run: make docs"


def test_every_setting_is_described() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []


def test_settings_come_from_their_documented_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", "1:abc")
    monkeypatch.setenv("SAMOVAR_DATA", str(tmp_path / "kept"))
    monkeypatch.setenv("SAMOVAR_ADMINS", "5, 7")
    settings = Settings()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "1:abc"
    assert "abc" not in repr(settings)
    assert settings.admins == (5, 7)
    assert settings.sql_url.endswith("/kept/samovar.sqlite3")


def test_caps_and_shares_survive_the_way_to_a_child_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings.model_validate({"waiting": "draw=3", "shares": "-100=4, 5=0.5"})
    for name in ("SAMOVAR_WAITING", "SAMOVAR_SHARES"):
        monkeypatch.setenv(name, settings.environment()[name])
    child = Settings()
    assert child.waiting == settings.waiting == {JobKind.DRAW: 3}
    assert child.shares == settings.shares == {"-100": 4.0, "5": 0.5}


def test_chat_cannot_have_no_share() -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"shares": "5=0"})


@pytest.mark.parametrize(
    "numbers",
    [{"slots": "generate=0"}, {"waiting": "generate=-1"}, {"kind_memory_gb": "generate=-2"}],
)
def test_a_number_that_would_stop_a_kind_for_ever_is_refused(numbers: dict[str, str]) -> None:
    """A worker without slots counted as living, and its callers waited until their deadline."""
    with pytest.raises(ValidationError):
        Settings.model_validate(numbers)


def test_a_crowd_hears_of_a_full_pool_before_the_bot_itself_is_full() -> None:
    """The 65th waited unseen for one of 64 conversations, and was never told how long."""
    assert Settings().answers_at_once > 2 * WAITING[JobKind.GENERATE]


@pytest.mark.parametrize(
    ("backends", "by_model"),
    [
        ("packaged:extractive", False),
        ("", False),
        ("openai:qwen@http://127.0.0.1:8000/v1,packaged:extractive", True),
        (" transformers:small", True),
        ("packaged:extractive,openai:qwen@http://127.0.0.1:8000/v1", False),
    ],
)
def test_the_most_wanted_backend_tells_whether_a_model_is_to_write(
    backends: str, by_model: bool
) -> None:
    settings = Settings.model_validate({"generate_backend": backends})
    assert settings.answers_by_model is by_model
