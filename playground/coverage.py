"""Which methods of the Bot API are here, as a page for the documentation.

``python -m playground.coverage`` prints it.
"""

import re
from collections.abc import Iterable
from typing import Final

from playground.methods import all_areas
from playground.registry import Method, known_methods

ABSENT: Final = (
    (
        "Payments, Stars, gifts",
        "money and what is bought with it has no place in a local town",
        r"Star|Gift|Invoice|PreCheckout|Shipping|SuggestedPost",
    ),
    ("Business accounts", "a bot acts for no business here", r"Business|Checklist"),
    ("Stories", "people have none here", r"Story"),
    ("Passport", "there are no documents to check", r"Passport"),
    ("Managed bots", "bots are made on the page or by `POST /sim/bots`", r"ManagedBot"),
    ("Verification", "nobody verifies organisations here", r"verif"),
    ("Statuses, custom emoji", "looks without behaviour", r"EmojiStatus|CustomEmoji"),
    ("Personal channels of people", "people have none here", r"PersonalChat"),
    ("Keyboard buttons prepared for Mini Apps", "not done yet", r"PreparedKeyboardButton"),
)


def _listed(models: Iterable[type[Method]]) -> str:
    names = sorted(model.__api_method__ for model in models)
    return ", ".join(f"`{name}`" for name in names)


def _reason_of(model: type[Method]) -> str:
    name = model.__api_method__
    return next(title for title, _, pattern in ABSENT if re.search(pattern, name, re.I))


def absent() -> dict[str, list[type[Method]]]:
    """Give the methods without state by the reason why they have none, as titled in the page.

    Raises:
        StopIteration: A new method has no reason; it wants state, or a line in ``ABSENT``.
    """
    stateful = {model for area in all_areas().values() for model in area.answers}
    found: dict[str, list[type[Method]]] = {title: [] for title, _, _ in ABSENT}
    for model in known_methods().values():
        if model not in stateful:
            found[_reason_of(model)].append(model)
    return {title: models for title, models in found.items() if models}


def coverage_page() -> str:
    """Write the page: methods with state by area, and what is deliberately not there."""
    areas = all_areas()
    stateful = sum(len(area.answers) for area in areas.values())
    rows = [f"| {title} | {_listed(area.answers)} |" for title, area in areas.items()]
    why = {title: reason for title, reason, _ in ABSENT}
    without = [
        f"| {title}: {why[title]} | {_listed(model for model in models if _accepts(model))} |"
        f" {_listed(model for model in models if not _accepts(model))} |"
        for title, models in absent().items()
    ]
    return "\n".join([
        "# Coverage of the Bot API", "",
        f"{stateful} of the {len(known_methods())} methods that aiogram knows have state: what they"
        " do is seen by people, by other bots and by later calls. This page is written by `make"
        " docs`.", "",
        "| area | methods with state |", "| --- | --- |", *rows, "",
        "## Without state", "",
        "What is accepted answers `true` and changes nothing, so that a bot that calls it runs on;"
        " what is refused answers `404 Not Found: method ... is not emulated`.", "",
        "| what, and why | accepted | refused |", "| --- | --- | --- |", *without, "",
    ])  # fmt: skip


def _accepts(model: type[Method]) -> bool:
    return model.__returning__ is bool


if __name__ == "__main__":
    print(coverage_page(), end="")  # noqa: T201 - what the module is run for
