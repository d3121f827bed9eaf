"""Pages of the moderation panel."""

from datetime import timedelta
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.administrators import ChatStaff
from handlers.callbacks import ModerationTap
from handlers.i18n import Markup, Texts
from handlers.keyboards import button, choice, rows
from services.moderation.models import Check
from services.moderation.policy import ChatPolicy

_REPHRASES: Final = (0, 1, 2, 3)
_WARNINGS: Final = (0, 1, 2, 3, 5)
_MUTE_HOURS: Final = (1, 6, 24, 72)
_EXPIRE_DAYS: Final = (7, 30, 90)
_IN_ROW: Final = 2


def panel(
    page: str, policy: ChatPolicy, staff: ChatStaff, texts: Texts
) -> tuple[Markup, InlineKeyboardMarkup]:
    """Give a page's text and buttons; an unknown page is the first one."""
    if page == "checks":
        return texts("moderation-page-checks"), _checks(policy, texts)
    if page == "ladder":
        return texts("moderation-page-ladder"), _ladder(policy, texts)
    return _summary(policy, staff, texts), _main(policy, texts)


def mode_of(policy: ChatPolicy) -> str:
    """Name the mode: ``off``, ``dry`` or ``on``."""
    if not policy.is_on:
        return "off"
    return "dry" if policy.is_dry_run else "on"


def _summary(policy: ChatPolicy, staff: ChatStaff, texts: Texts) -> Markup:
    """Say what is set, and which rights the bot lacks for it."""
    steps = policy.ladder
    lines = [
        texts("moderation-page-main", mode=mode_of(policy)),
        texts(
            "moderation-page-steps", rephrases=steps.rephrases, warnings=steps.warnings,
            hours=steps.mute_for // timedelta(hours=1),
            days=steps.expire_after // timedelta(days=1),
        ),
        texts("moderation-page-log" if policy.log_chat_id else "moderation-page-no-log"),
    ]  # fmt: skip
    rights = (("delete", staff.can_delete), ("restrict", staff.can_restrict))
    lacking = [texts(f"moderation-right-{name}") for name, there in rights if not there]
    if lacking:
        lines += [texts("moderation-rights"), *(Markup(f"✗ {right}") for right in lacking)]
    return Markup("\n".join(lines))


def _main(policy: ChatPolicy, texts: Texts) -> InlineKeyboardMarkup:
    modes = [
        choice(
            texts.plain(f"moderation-button-{mode}"), ModerationTap(page="main", value=mode),
            chosen=mode == mode_of(policy),
        )
        for mode in ("off", "dry", "on")
    ]  # fmt: skip
    pages = [
        button(texts.plain(f"moderation-button-{page}"), ModerationTap(page=page))
        for page in ("checks", "ladder")
    ]
    rewrites = choice(
        texts.plain("moderation-button-rewrites"),
        ModerationTap(page="rewrites", value="off" if policy.offers_rewrites else "on"),
        chosen=policy.offers_rewrites,
    )
    close = button(texts.plain("moderation-button-close"), ModerationTap(page="close"))
    return rows(modes, pages, [rewrites], [close])


def _checks(policy: ChatPolicy, texts: Texts) -> InlineKeyboardMarkup:
    toggles = [
        choice(
            texts.plain(f"moderation-button-check-{check.value}"),
            ModerationTap(page="checks", value=check.value), chosen=check in policy.checks,
        )
        for check in Check
    ]  # fmt: skip
    lines = [toggles[at : at + _IN_ROW] for at in range(0, len(toggles), _IN_ROW)]
    return rows(*lines, [_back(texts)])


def _ladder(policy: ChatPolicy, texts: Texts) -> InlineKeyboardMarkup:
    steps = policy.ladder
    hours, days = steps.mute_for // timedelta(hours=1), steps.expire_after // timedelta(days=1)

    def line(kind: str, name: str, values: tuple[int, ...], now: int) -> list[InlineKeyboardButton]:
        return [
            choice(
                texts.plain(f"moderation-button-{name}", count=value),
                ModerationTap(page="ladder", value=f"{kind}{value}"), chosen=value == now,
            )
            for value in values
        ]  # fmt: skip

    return rows(
        line("r", "rephrases", _REPHRASES, steps.rephrases),
        line("w", "warnings", _WARNINGS, steps.warnings),
        line("m", "mute", _MUTE_HOURS, hours),
        line("e", "expire", _EXPIRE_DAYS, days),
        [_back(texts)],
    )


def _back(texts: Texts) -> InlineKeyboardButton:
    return button(texts.plain("moderation-button-back"), ModerationTap(page="main"))
