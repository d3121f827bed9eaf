import re
from importlib import resources
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import handlers
from handlers.callbacks import AnswerAction
from handlers.i18n import MissingTextError, escape, load_catalogue
from services.answering.models import AnswerNote, Stage
from services.answering.request_models import FailureCode
from services.answering.small_talk import SmallTalk
from services.errors import ServiceError

_LANGUAGES = ("en", "ru")
_ERASED = (
    "requests", "feedback", "people", "dialogues", "dead_letters", "forms", "library_people",
    "memories", "memory_switches", "sanctions",
    "chat_files", "documents", "passages", "libraries", "live_messages",
)  # fmt: skip
"""What receipts of ``/forget`` count."""


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - its API
        self.names.add(node.id.name)


def _messages(language: str) -> dict[str, set[str]]:
    """Keys of a language, each with its variables."""
    found: dict[str, set[str]] = {}
    for file in resources.files("locales").joinpath(language).iterdir():
        if not file.name.endswith(".ftl"):
            continue
        for entry in FluentParser().parse(file.read_text("utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{file.name}: {entry.content!r}"
            if isinstance(entry, ast.Message):
                assert entry.id.name not in found, f"{entry.id.name} stands twice"
                variables = _Variables()
                variables.visit(entry)
                found[entry.id.name] = variables.names
    return found


def _used_keys() -> set[str]:
    """Keys that the code names, whole or by their beginning (``settings-length-{length}``)."""
    folder = Path(handlers.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    return set(re.findall(r"""f?["']([a-z]+(?:-[a-z0-9]+)*-?)(?=["'{])""", source))


def test_both_languages_have_the_same_texts_with_the_same_variables() -> None:
    assert _messages("ru") == _messages("en")


def test_every_text_is_used_and_every_used_text_exists() -> None:
    keys, used = set(_messages("en")), _used_keys()
    beginnings = tuple(name for name in used if name.endswith("-"))
    by_value = {kind.value for kind in (*SmallTalk, *AnswerNote)}
    unused = {key for key in keys - used - by_value if not key.startswith(beginnings)}
    assert unused == set()
    families = {key.partition("-")[0] for key in keys}
    missing = {
        name
        for name in used
        if "-" in name and not name.endswith("-") and name.partition("-")[0] in families
    } - keys
    assert missing == set()


def _error_codes(root: type[ServiceError]) -> set[str]:
    return {root.code}.union(*(_error_codes(kind) for kind in root.__subclasses__()))


@pytest.mark.parametrize("language", _LANGUAGES)
def test_values_that_choose_a_text_all_have_one(language: str) -> None:
    texts = load_catalogue("en").texts(language)
    chosen = {
        *(kind.value for kind in SmallTalk),
        *(note.value for note in AnswerNote),
        *(f"stage-{stage.value}" for stage in Stage),
        *(f"failure-{code.value}" for code in FailureCode),
        *(f"error-{code}" for code in _error_codes(ServiceError)),
        *(f"forget-table-{table}" for table in _ERASED),
    }
    assert {key for key in chosen if not texts.has(key)} == set()


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 запись"), (3, "3 записи"), (5, "5 записей"), (11, "11 записей"), (21, "21 запись")],
)
def test_russian_counts_like_a_russian(count: int, words: str) -> None:
    texts = load_catalogue("en").texts("ru")
    assert words in texts("forget-receipt", rows="x", total=count)


def test_values_are_escaped_and_carry_no_isolation_marks() -> None:
    text = load_catalogue("en").texts("en")("access-person-title", name="<b>&Eve", role="admin")
    assert "<b>&lt;b&gt;&amp;Eve</b>" in text
    assert not {"\u2068", "\u2069"} & set(text)
    assert escape(escape("<")) == "&lt;"


def test_a_missing_variable_is_an_error_not_a_hole_in_a_sentence() -> None:
    with pytest.raises(MissingTextError):
        load_catalogue("en").texts("en")("error-internal")


@pytest.mark.parametrize(
    ("wishes", "language"),
    [((None, "ru-RU"), "ru"), (("en", "ru"), "en"), ((None, "fa"), "en"), ((), "en")],
)
def test_the_first_wish_with_a_catalogue_wins(
    wishes: tuple[str | None, ...], language: str
) -> None:
    assert load_catalogue("en").language(*wishes) == language


@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_greeting_is_short_and_toasts_fit_an_alert(language: str) -> None:
    texts = load_catalogue("en").texts(language)
    assert len(texts("start-greeting")) <= 600
    toasts = [key for key in _messages(language) if key.startswith(("toast-", "settings-not"))]
    assert all(len(texts.plain(key)) <= 200 for key in [*toasts, "access-not-yours"])


def test_actions_of_answers_are_short_enough_for_a_button() -> None:
    assert max(len(f"a:{action.value}:{'0' * 16}") for action in AnswerAction) <= 64
