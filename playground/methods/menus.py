"""Menus of commands, and the button beside the input field."""

import re
from typing import Final

from aiogram import methods
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    MenuButtonCommands,
    MenuButtonDefault,
    MenuButtonWebApp,
)

from playground.life.views import announce
from playground.methods.addressing import reachable
from playground.methods.button_links import checked_link
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.profiles import AnyMenuButton, Profile, Scope

area = Area()
MOST_COMMANDS: Final = 100
LONGEST_COMMAND: Final = 32
LONGEST_DESCRIPTION: Final = 256
NAME: Final = re.compile(r"[a-z0-9_]+")
LANGUAGE: Final = re.compile(r"(?:[a-z]{2})?")
CommandsCall = methods.SetMyCommands | methods.GetMyCommands | methods.DeleteMyCommands


def profile_of(caller: Caller) -> Profile:
    """Give what the bot tells about itself."""
    return caller.town.profiles[caller.bot.id]


def language_of(code: str | None) -> str:
    """Check a language code: two letters, or none for all languages.

    Raises:
        Refusal: It is neither.
    """
    if LANGUAGE.fullmatch(code or "") is None:
        raise bad_request("invalid language code specified")
    return code or ""


def menus_changed(caller: Caller) -> None:
    """Show people what changed about the bot, in every chat with it."""
    town = caller.town
    for person in town.users.people:
        announce(town, town.place_for_bot(caller.bot.id, person))
    for group in town.chats.groups.values():
        if caller.bot.id in group.members:
            announce(town, group.place)


def _key(caller: Caller, call: CommandsCall) -> tuple[Scope, str]:
    return _scope(caller, call), language_of(call.language_code)


def _scope(caller: Caller, call: CommandsCall) -> Scope:
    scope = call.scope
    if scope is None:
        return Scope()
    if not isinstance(
        scope,
        BotCommandScopeChat | BotCommandScopeChatAdministrators | BotCommandScopeChatMember,
    ):
        return Scope(scope.type)
    place = reachable(caller, scope.chat_id)
    if place.is_private and not isinstance(scope, BotCommandScopeChat):
        raise bad_request("can't use specified scope in private chats")
    if not isinstance(scope, BotCommandScopeChatMember):
        return Scope(scope.type, place.chat_id)
    return Scope(scope.type, place.chat_id, caller.town.user(scope.user_id).id)


@area.answers_to(methods.SetMyCommands)
def set_my_commands(caller: Caller, call: methods.SetMyCommands) -> bool:
    """Set the menu of a scope and a language; an empty one is none."""
    key = _key(caller, call)
    commands = [_checked(command) for command in call.commands]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if not all(NAME.fullmatch(command.command) for command in commands):
        raise bad_request("BOT_COMMAND_INVALID")
    if commands:
        profile_of(caller).commands[key] = commands
    else:
        profile_of(caller).commands.pop(key, None)
    menus_changed(caller)
    return True


def _checked(given: BotCommand) -> BotCommand:
    name = given.command.strip().removeprefix("/")
    description = given.description.strip()
    for what, text, most in (
        ("command", name, LONGEST_COMMAND),
        ("command description", description, LONGEST_DESCRIPTION),
    ):
        if not text:
            raise bad_request(f"{what} must be non-empty")
        if len(text) > most:
            raise bad_request(f"{what} length must not exceed {most}")
    return BotCommand(command=name, description=description, is_ephemeral=given.is_ephemeral)


@area.answers_to(methods.GetMyCommands)
def get_my_commands(caller: Caller, call: methods.GetMyCommands) -> list[BotCommand]:
    """Give the menu of exactly this scope and language."""
    return profile_of(caller).commands.get(_key(caller, call), [])


@area.answers_to(methods.DeleteMyCommands)
def delete_my_commands(caller: Caller, call: methods.DeleteMyCommands) -> bool:
    """Take a menu away."""
    profile_of(caller).commands.pop(_key(caller, call), None)
    menus_changed(caller)
    return True


@area.answers_to(methods.SetChatMenuButton)
def set_chat_menu_button(caller: Caller, call: methods.SetChatMenuButton) -> bool:
    """Set the button beside the input field, for one person or for all others."""
    person = _person(caller, call.chat_id)
    button = call.menu_button or MenuButtonDefault()
    if isinstance(button, MenuButtonWebApp):
        if not button.text.strip():
            raise bad_request("menu button text must be non-empty")
        checked_link(button.web_app.url, "menu button Web App", https_only=True)
    profile_of(caller).menu_buttons[person] = button
    menus_changed(caller)
    return True


def _person(caller: Caller, chat_id: int | None) -> int | None:
    if chat_id is None:
        return None
    if chat_id <= 0:
        raise bad_request("invalid chat_id specified")
    if chat_id not in caller.town.users.people:
        raise bad_request("user not found")
    return chat_id


@area.answers_to(methods.GetChatMenuButton)
def get_chat_menu_button(caller: Caller, call: methods.GetChatMenuButton) -> AnyMenuButton:
    """Give exactly what was set for this person, or for all."""
    person = _person(caller, call.chat_id)
    unset = MenuButtonCommands() if person is None else MenuButtonDefault()
    return profile_of(caller).menu_buttons.get(person, unset)
