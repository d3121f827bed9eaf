"""What a bot is and tells about itself."""

from aiogram import methods
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    BotDescription,
    BotName,
    BotShortDescription,
    ChatAdministratorRights,
    MenuButtonDefault,
    User,
)

from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.profiles import AnyMenuButton, Profile, Scope
from playground.views import announce

area = Area()
MOST_COMMANDS = 100
LONGEST_COMMAND = 32
LONGEST_COMMAND_DESCRIPTION = 256
CommandsCall = methods.SetMyCommands | methods.GetMyCommands | methods.DeleteMyCommands


def _profile(caller: Caller) -> Profile:
    return caller.town.profiles[caller.bot.id]


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


def _scope(caller: Caller, call: CommandsCall) -> Scope:
    scope = call.scope
    if scope is None:
        return Scope()
    if isinstance(
        scope,
        BotCommandScopeChat | BotCommandScopeChatAdministrators | BotCommandScopeChatMember,
    ):
        place = caller.town.place_for_bot(caller.bot.id, scope.chat_id)
        user_id = scope.user_id if isinstance(scope, BotCommandScopeChatMember) else None
        return Scope(scope.type, place.chat_id, user_id)
    return Scope(scope.type)


@area.answers_to(methods.SetMyCommands)
def set_my_commands(caller: Caller, call: methods.SetMyCommands) -> bool:
    """Set the menu of a scope and a language."""
    if len(call.commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in call.commands:
        _check(command)
    key = (_scope(caller, call), call.language_code or "")
    _profile(caller).commands[key] = [
        BotCommand(
            command=one.command.lstrip("/"),
            description=one.description,
            is_ephemeral=one.is_ephemeral,
        )
        for one in call.commands
    ]
    _menus_changed(caller)
    return True


def _check(command: BotCommand) -> None:
    name = command.command.lstrip("/")
    is_plain = name.isascii() and name.replace("_", "").isalnum() and name == name.lower()
    if not is_plain or len(name) > LONGEST_COMMAND:
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(command.description) <= LONGEST_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def _menus_changed(caller: Caller) -> None:
    town = caller.town
    for person in town.users.people:
        announce(town, town.place_for_bot(caller.bot.id, person))
    for group in town.chats.groups.values():
        if caller.bot.id in group.members:
            announce(town, group.place)


@area.answers_to(methods.GetMyCommands)
def get_my_commands(caller: Caller, call: methods.GetMyCommands) -> list[BotCommand]:
    """Give the menu of exactly this scope and language."""
    key = (_scope(caller, call), call.language_code or "")
    return _profile(caller).commands.get(key, [])


@area.answers_to(methods.DeleteMyCommands)
def delete_my_commands(caller: Caller, call: methods.DeleteMyCommands) -> bool:
    """Take a menu away."""
    key = (_scope(caller, call), call.language_code or "")
    _profile(caller).commands.pop(key, None)
    _menus_changed(caller)
    return True


def _put(texts: dict[str, str], language: str | None, text: str | None) -> None:
    if text:
        texts[language or ""] = text
    else:
        texts.pop(language or "", None)


def _said(texts: dict[str, str], language: str | None) -> str:
    return texts.get(language or "") or texts.get("", "")


@area.answers_to(methods.SetMyName)
def set_my_name(caller: Caller, call: methods.SetMyName) -> bool:
    """Set the name in a language."""
    _put(_profile(caller).names, call.language_code, call.name)
    _menus_changed(caller)
    return True


@area.answers_to(methods.GetMyName)
def get_my_name(caller: Caller, call: methods.GetMyName) -> BotName:
    """Give the name in a language."""
    name = _said(_profile(caller).names, call.language_code)
    return BotName(name=name or caller.bot.user.first_name)


@area.answers_to(methods.SetMyDescription)
def set_my_description(caller: Caller, call: methods.SetMyDescription) -> bool:
    """Set what is shown in an empty chat."""
    _put(_profile(caller).descriptions, call.language_code, call.description)
    return True


@area.answers_to(methods.GetMyDescription)
def get_my_description(caller: Caller, call: methods.GetMyDescription) -> BotDescription:
    """Give what is shown in an empty chat."""
    return BotDescription(description=_said(_profile(caller).descriptions, call.language_code))


@area.answers_to(methods.SetMyShortDescription)
def set_my_short_description(caller: Caller, call: methods.SetMyShortDescription) -> bool:
    """Set what is shown on the profile."""
    _put(_profile(caller).short_descriptions, call.language_code, call.short_description)
    _menus_changed(caller)
    return True


@area.answers_to(methods.GetMyShortDescription)
def get_my_short_description(
    caller: Caller, call: methods.GetMyShortDescription
) -> BotShortDescription:
    """Give what is shown on the profile."""
    text = _said(_profile(caller).short_descriptions, call.language_code)
    return BotShortDescription(short_description=text)


@area.answers_to(methods.SetChatMenuButton)
def set_chat_menu_button(caller: Caller, call: methods.SetChatMenuButton) -> bool:
    """Set the button beside the input field."""
    _profile(caller).menu_buttons[call.chat_id] = call.menu_button or MenuButtonDefault()
    return True


@area.answers_to(methods.GetChatMenuButton)
def get_chat_menu_button(caller: Caller, call: methods.GetChatMenuButton) -> AnyMenuButton:
    """Give the button beside the input field."""
    buttons = _profile(caller).menu_buttons
    return buttons.get(call.chat_id) or buttons.get(None) or MenuButtonDefault()


@area.answers_to(methods.SetMyDefaultAdministratorRights)
def set_default_rights(caller: Caller, call: methods.SetMyDefaultAdministratorRights) -> bool:
    """Set which rights the bot asks for."""
    if call.rights is None:
        _profile(caller).rights.pop(bool(call.for_channels), None)
    else:
        _profile(caller).rights[bool(call.for_channels)] = call.rights
    return True


@area.answers_to(methods.GetMyDefaultAdministratorRights)
def get_default_rights(
    caller: Caller, call: methods.GetMyDefaultAdministratorRights
) -> ChatAdministratorRights:
    """Give which rights the bot asks for."""
    given = _profile(caller).rights.get(bool(call.for_channels))
    if given is not None:
        return given
    required = ChatAdministratorRights.model_fields.items()
    return ChatAdministratorRights.model_validate(
        {name: False for name, field in required if field.is_required()}
    )
