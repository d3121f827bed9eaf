"""What a bot is and tells about itself."""

from typing import Final

from aiogram import methods
from aiogram.types import (
    BotDescription,
    BotName,
    BotShortDescription,
    ChatAdministratorRights,
    User,
)

from playground.methods.menus import language_of, menus_changed, profile_of
from playground.registry import Area, Caller

area = Area()
LONGEST_NAME: Final = 64
LONGEST_DESCRIPTION: Final = 512
LONGEST_SHORT_DESCRIPTION: Final = 120


@area.answers_to(methods.GetMe)
def get_me(caller: Caller, _call: methods.GetMe) -> User:
    """Tell the bot who it is."""
    given = {
        name: getattr(caller.bot.user, name) or False
        for name in (
            "can_join_groups", "can_read_all_group_messages", "supports_inline_queries",
            "can_connect_to_business", "has_main_web_app", "supports_guest_queries",
            "has_topics_enabled", "allows_users_to_create_topics", "can_manage_bots",
            "supports_join_request_queries",
        )
    }  # fmt: skip
    return caller.bot.user.model_copy(update=given)


def _put(texts: dict[str, str], code: str | None, text: str | None, longest: int) -> None:
    """Keep a text in a language, cut to what Telegram keeps; an empty one goes."""
    language, kept = language_of(code), (text or "").strip()[:longest]
    if kept:
        texts[language] = kept
    else:
        texts.pop(language, None)


def _said(texts: dict[str, str], code: str | None) -> str:
    return texts.get(language_of(code)) or texts.get("", "")


@area.answers_to(methods.SetMyName)
def set_my_name(caller: Caller, call: methods.SetMyName) -> bool:
    """Set the name in a language, or for all others, where there is always one."""
    kept = (call.name or "").strip()[:LONGEST_NAME]
    if language_of(call.language_code):
        _put(profile_of(caller).names, call.language_code, kept, LONGEST_NAME)
    elif kept:
        caller.bot.user = caller.bot.user.model_copy(update={"first_name": kept})
    menus_changed(caller)
    return True


@area.answers_to(methods.GetMyName)
def get_my_name(caller: Caller, call: methods.GetMyName) -> BotName:
    """Give the name in a language."""
    name = _said(profile_of(caller).names, call.language_code)
    return BotName(name=name or caller.bot.user.first_name)


@area.answers_to(methods.SetMyDescription)
def set_my_description(caller: Caller, call: methods.SetMyDescription) -> bool:
    """Set what is shown in an empty chat."""
    texts = profile_of(caller).descriptions
    _put(texts, call.language_code, call.description, LONGEST_DESCRIPTION)
    menus_changed(caller)
    return True


@area.answers_to(methods.GetMyDescription)
def get_my_description(caller: Caller, call: methods.GetMyDescription) -> BotDescription:
    """Give what is shown in an empty chat."""
    return BotDescription(description=_said(profile_of(caller).descriptions, call.language_code))


@area.answers_to(methods.SetMyShortDescription)
def set_my_short_description(caller: Caller, call: methods.SetMyShortDescription) -> bool:
    """Set what is shown on the profile."""
    texts = profile_of(caller).short_descriptions
    _put(texts, call.language_code, call.short_description, LONGEST_SHORT_DESCRIPTION)
    menus_changed(caller)
    return True


@area.answers_to(methods.GetMyShortDescription)
def get_my_short_description(
    caller: Caller, call: methods.GetMyShortDescription
) -> BotShortDescription:
    """Give what is shown on the profile."""
    text = _said(profile_of(caller).short_descriptions, call.language_code)
    return BotShortDescription(short_description=text)


@area.answers_to(methods.SetMyDefaultAdministratorRights)
def set_default_rights(caller: Caller, call: methods.SetMyDefaultAdministratorRights) -> bool:
    """Set which rights the bot asks for."""
    if call.rights is None:
        profile_of(caller).rights.pop(bool(call.for_channels), None)
    else:
        profile_of(caller).rights[bool(call.for_channels)] = call.rights
    return True


@area.answers_to(methods.GetMyDefaultAdministratorRights)
def get_default_rights(
    caller: Caller, call: methods.GetMyDefaultAdministratorRights
) -> ChatAdministratorRights:
    """Give which rights the bot asks for."""
    given = profile_of(caller).rights.get(bool(call.for_channels))
    if given is not None:
        return given
    required = ChatAdministratorRights.model_fields.items()
    return ChatAdministratorRights.model_validate(
        {name: False for name, field in required if field.is_required()}
    )
