import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs
from services.errors import UnavailableError

LEAK = "7000001:AAafOl685ywm-4Wt6TOKI2QKzLC8ZQPFf1d"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("INFO", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_tokens_and_passwords_are_taken_out(written: io.StringIO) -> None:
    structlog.get_logger("ours").warning(
        "failed", url=f"https://api.telegram.org/bot{LEAK}/getMe", more={"a": [LEAK]}
    )
    logging.getLogger("theirs").warning("redis://user:secret@host and %s", LEAK)
    assert "failed" in written.getvalue()
    assert "theirs" in written.getvalue()
    assert "AAafOl685" not in written.getvalue()
    assert "secret" not in written.getvalue()


def test_an_error_tells_its_place_and_never_what_a_person_wrote(written: io.StringIO) -> None:
    try:
        try:
            int("my private words")
        except ValueError as error:
            raise UnavailableError("the database is down", dependency="sql") from error
    except UnavailableError:
        structlog.get_logger("ours").exception("handler_broke")
        logging.getLogger("theirs").exception("also")
    ours, theirs = map(json.loads, written.getvalue().splitlines())
    for line in (ours, theirs):
        assert line["error"] == "UnavailableError: the database is down <- ValueError"
        assert "test_logs.py" in str(line["frames"])
        assert "private" not in json.dumps(line)
