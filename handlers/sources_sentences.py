"""Why a file is not among the sources, in the person's language."""

from collections.abc import Sequence
from typing import Final

from handlers.i18n import Markup, Texts
from services.knowledge.chat_files import FileProblem, FileRefusedError
from services.knowledge.file_names import clean_name
from services.knowledge.readers.models import SkippedSource

_MOST_NAMED: Final = 3


def refusal_sentence(error: FileRefusedError, name: str, texts: Texts) -> Markup:
    """Say what is wrong and what to do."""
    if error.problem is FileProblem.UNREADABLE and error.skipped:
        reason = skip_sentence(error.skipped[0], texts)
        return texts("source-refused", name=name, reason=reason)
    return texts(f"source-problem-{error.problem}", name=name)


def skip_sentence(skipped: SkippedSource, texts: Texts) -> Markup:
    """Say what the readers say, whose parameters may come from the file itself."""
    values = {
        key: clean_name(value) if isinstance(value, str) else value
        for key, value in skipped.parameters.items()
    }
    return texts(f"source-skip-{skipped.code}", **values)


def left_out(skipped: Sequence[SkippedSource], texts: Texts) -> Markup:
    """Say which parts of a file are not among the sources, the first of many."""
    lines = [
        texts("source-left-out-line", name=_part(one), reason=skip_sentence(one, texts))
        for one in skipped[:_MOST_NAMED]
    ]
    return texts("source-left-out", rows=Markup("\n".join(lines)), count=len(skipped))


def _part(skipped: SkippedSource) -> str:
    return clean_name(skipped.source)
