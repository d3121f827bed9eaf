from dataclasses import dataclass, field

from aiogram.types import (
    BotCommand,
    ChatAdministratorRights,
    MenuButtonCommands,
    MenuButtonDefault,
    MenuButtonWebApp,
)

AnyMenuButton = MenuButtonDefault | MenuButtonWebApp | MenuButtonCommands


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose menu a list of commands is for."""

    type: str = "default"
    chat_id: int | None = None
    user_id: int | None = None


@dataclass(slots=True)
class Profile:
    """What a bot tells about itself, by language code ("" = every language)."""

    commands: dict[tuple[Scope, str], list[BotCommand]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int | None, AnyMenuButton] = field(default_factory=dict)
    rights: dict[bool, ChatAdministratorRights] = field(default_factory=dict)

    def menu_button(self, person: int) -> AnyMenuButton:
        """Give the button that this person sees."""
        own = self.menu_buttons.get(person)
        if own is None or isinstance(own, MenuButtonDefault):
            return self.menu_buttons.get(None, MenuButtonCommands())
        return own

    def menu(self, scopes: list[Scope], language: str) -> list[BotCommand]:
        """Give the commands that Telegram shows: the narrowest scope wins, then the language."""
        for scope in scopes:
            for code in dict.fromkeys((language[:2], "")):
                if found := self.commands.get((scope, code)):
                    return found
        return []
