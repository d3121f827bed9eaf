import html
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

Value = str | int


class MissingTextError(LookupError):
    """A catalogue has no such message, or a variable of it was not given."""


class Markup(str):
    """Telegram HTML that is safe to send: every value in it has been escaped."""

    __slots__ = ()


class Texts:
    """The texts of one language."""

    def __init__(self, language: str, bundle: FluentBundle) -> None:
        self.language = language
        self._bundle = bundle

    def __call__(self, key: str, **values: Value) -> Markup:
        """Give a text as HTML; values are escaped, unless they are markup already.

        Raises:
            MissingTextError: The key or a variable is missing, which a test rules out.
        """
        return Markup(self._format(key, {name: _escaped(value) for name, value in values.items()}))

    def plain(self, key: str, **values: Value) -> str:
        """Give a text for places without markup: buttons, toasts, command menus."""
        return self._format(key, values)

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return bool(self._bundle.has_message(key))

    def _format(self, key: str, values: Mapping[str, Value]) -> str:
        if not self._bundle.has_message(key):
            msg = f"no text {key!r} in {self.language!r}"
            raise MissingTextError(msg)
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            msg = f"text {key!r} in {self.language!r} is empty"
            raise MissingTextError(msg)
        text, errors = self._bundle.format_pattern(pattern, dict(values))
        if errors:
            msg = f"text {key!r} in {self.language!r}: {errors[0]}"
            raise MissingTextError(msg)
        return str(text)


class Catalogue:
    """All texts in all languages, read once at start."""

    def __init__(self, texts: Mapping[str, Texts], *, default: str) -> None:
        self._texts: Final = MappingProxyType(dict(texts))
        self._default = default if default in texts else "en"

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the complete languages, in alphabetical order."""
        return tuple(sorted(self._texts))

    def language(self, *wishes: str | None) -> str:
        """Choose the first wish that there is a catalogue for, ``ru-RU`` counting as ``ru``."""
        for wish in wishes:
            code = (wish or "").replace("_", "-").partition("-")[0].lower()
            if code in self._texts:
                return code
        return self._default

    def texts(self, *wishes: str | None) -> Texts:
        """Give the texts of the language that ``language`` chooses."""
        return self._texts[self.language(*wishes)]


def load_catalogue(default: str) -> Catalogue:
    """Read the Fluent files of the package ``locales``, wherever it is installed.

    Args:
        default: Language of people whose own has no catalogue.
    """
    folders = (entry for entry in resources.files("locales").iterdir() if entry.is_dir())
    texts: dict[str, Texts] = {}
    for folder in folders:
        sources = [file for file in folder.iterdir() if file.name.endswith(".ftl")]
        if not sources:
            continue
        # Isolation marks would surround every value with invisible characters, also inside links.
        bundle = FluentBundle([folder.name], use_isolating=False)
        for source in sources:
            bundle.add_resource(FluentResource(source.read_text("utf-8")))
        texts[folder.name] = Texts(folder.name, bundle)
    return Catalogue(texts, default=default)


def escape(text: str) -> Markup:
    """Make untrusted text harmless inside Telegram HTML."""
    return text if isinstance(text, Markup) else Markup(html.escape(text))


def _escaped(value: Value) -> Value:
    return escape(value) if isinstance(value, str) else value
