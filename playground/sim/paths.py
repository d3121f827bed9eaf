"""Who and where, as the path of a request says it."""

from aiohttp import web

from playground.sim.routes import number


def where(request: web.Request) -> tuple[int, int]:
    """Read the person and the chat.

    Raises:
        SimError: One is no id.
    """
    return number(request, "user"), number(request, "chat")
