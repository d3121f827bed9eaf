from typing import Protocol

from services.moderation.detox.models import DetoxResult


class Detoxifier(Protocol):
    """Puts a rude text politely."""

    async def detoxify(self, text: str) -> DetoxResult | None:
        """Give a form that is calm and means the same; None: there is no good one."""
        ...
