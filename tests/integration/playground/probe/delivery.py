"""How updates come, and the end of a session."""

from aiogram import methods

from playground.life.sweeping import pass_time
from tests.integration.playground.probe.frame import Probe


async def probe(p: Probe) -> None:
    await p.alice.says("one")
    [update] = await p(methods.GetUpdates(limit=1))
    await p(methods.GetUpdates(offset=update.update_id + 1))
    await p(methods.SetWebhook(url="http://127.0.0.1:1/x", max_connections=5))
    info = await p(methods.GetWebhookInfo())
    assert (info.max_connections, info.ip_address) == (5, "127.0.0.1")
    await p(methods.DeleteWebhook(drop_pending_updates=True))
    pass_time(p.server.town, 600)
    await p(methods.Close())
    await p(methods.LogOut())
    pass_time(p.server.town, 600)
