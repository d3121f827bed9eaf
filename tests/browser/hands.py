"""A person's hands and eyes on the page: their column, by what they would read and press."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect


class Person:
    """One column of the page."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.column = page.get_by_role("region", name=name, exact=True)
        self.field = self.column.get_by_role("textbox")
        self.toasts = self.column.locator(".toast")
        self.draft = self.column.locator(".drafting")

    async def opens(self, chat: str) -> None:
        """Chooses a chat in the list."""
        row = self.column.get_by_role("navigation").locator(".chat-row", has_text=chat)
        await row.click()
        await expect(row).to_have_attribute("aria-current", "true")

    async def says(self, text: str) -> None:
        """Types and presses Enter."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.field).to_have_value("")

    async def attaches(self, *paths: Path) -> None:
        """Chooses files; they wait above the composer until they are sent."""
        await self.column.locator("input[type=file]").set_input_files(list(paths))

    async def sends(self) -> None:
        """Presses the round send button."""
        await self.column.get_by_role("button", name="Send", exact=True).click()

    async def taps(self, label: str) -> None:
        """Presses a button under a message or of the reply keyboard."""
        await self.key(label).last.click()

    def key(self, label: str) -> Locator:
        """A button under messages or of the reply keyboard."""
        return self.column.locator(".key", has_text=label)

    def message(self, text: str) -> Locator:
        """The newest message with this text."""
        said = self.page.locator(".bubble > :not(.reply-quote)", has_text=text)
        return self.column.locator(".message:not(.drafting)", has=said).last

    async def sees(self, text: str) -> Locator:
        """Waits for a message with this text."""
        message = self.message(text)
        await expect(message).to_be_visible()
        return message

    async def opens_menu(self, text: str) -> Locator:
        """Opens the menu of a message, as the right mouse button does."""
        await self.message(text).locator(".bubble").click(button="right", position={"x": 6, "y": 6})
        menu = self.page.get_by_role("menu")
        await expect(menu).to_be_visible()
        return menu
