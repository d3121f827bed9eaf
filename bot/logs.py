"""Logs: one JSON object per line on stderr, with ids and never with texts or tokens."""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from services.errors import ServiceError

_TOKEN: Final = re.compile(r"(?<!\d)\d{5,14}:[A-Za-z0-9_-]{20,}")
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/\s@]+@")
_FRAMES: Final = 12
# Their messages name things, not what people wrote.
_TELLING: Final = (ServiceError, OSError, ImportError, NotImplementedError)


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send the logs of Samovar and of its libraries to one place in one form.

    Args:
        level: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``.
        stream: Where; stderr by default.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_errors,
        redact,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.add_logger_name,
                    structlog.stdlib.PositionalArgumentsFormatter(), *shared,
                    structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )  # fmt: skip
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # One line per update is ours to write; theirs tells nothing more.
    for chatty in ("aiogram.event", "aiohttp.access", "httpx", "httpcore", "alembic", "pymorphy3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def describe_errors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its kind and its places: its message may quote a person."""
    given = event.pop("exc_info", None)
    error = _exception(given)
    if error is not None:
        event["error"] = " <- ".join(_kind(link) for link in _chain(error))
        event["frames"] = _frames(error)
    return event


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take bot tokens and passwords in addresses out of every value."""
    return {key: _redacted(value) for key, value in event.items()}


def _redacted(value: Any) -> Any:  # noqa: ANN401 - a log value is anything
    if isinstance(value, str):
        return _CREDENTIALS.sub("<credentials>@", _TOKEN.sub("<token>", value))
    if isinstance(value, list | tuple):
        return [_redacted(item) for item in value]
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    return value


def _exception(given: Any) -> BaseException | None:  # noqa: ANN401 - as logging accepts it
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _kind(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}[{', '.join(_kind(each) for each in error.exceptions)}]"
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, _TELLING) else name


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
