"""aiogram's HTTP session for a playground on this machine."""

from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer


class LocalSession(AiohttpSession):
    """Ends at once: aiogram's own waits a quarter of a second for TLS, which is not spoken here."""

    def __init__(self, base: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(base))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
