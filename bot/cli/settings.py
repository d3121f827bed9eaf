import argparse

from bot.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_args: argparse.Namespace) -> int:
    """Print the table that is kept in docs/configuration.md."""
    print("\n".join(settings_table()))
    return 0


def settings_table() -> list[str]:
    """Describe every setting as rows of a Markdown table."""
    rows = ["| variable | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variable = alias if isinstance(alias, str) else f"SAMOVAR_{name.upper()}"
        default = field.get_default() if field.default_factory is None else f"user {name} directory"
        empty = default in {None, ()} or field.default_factory is dict
        shown = "" if empty else f"`{default}`"
        rows.append(f"| `{variable}` | {shown} | {field.description} |")
    return rows
