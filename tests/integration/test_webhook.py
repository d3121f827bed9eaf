import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.http import create_app, serve_http
from bot.webhook import PATH, add_webhook, derived_secret
from services.adapters.redis.client import connect
from services.adapters.redis.inbox import RedisInbox
from services.errors import UnavailableError

pytestmark = pytest.mark.services

SECRET = derived_secret("7:token")
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
UPDATE = {"update_id": 11, "message": {"chat": {"id": 5}, "from": {"id": 5}, "text": "hello"}}


@pytest.fixture
async def inbox(redis_url: str) -> AsyncIterator[RedisInbox]:
    async with connect(redis_url) as client:
        store = RedisInbox(client, bot_id=7, replica="one")
        await store.open()
        yield store


@pytest.fixture
async def client(inbox: RedisInbox) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app({})
    add_webhook(app, inbox.accept, secret=SECRET)
    async with (
        serve_http(app, host="127.0.0.1", port=0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        yield http


async def test_it_answers_when_the_inbox_has_it_and_takes_it_once(
    client: httpx.AsyncClient, inbox: RedisInbox
) -> None:
    for _ in range(2):
        assert (await client.post(PATH, json=UPDATE, headers=HEADERS)).status_code == 200
    entries = await inbox.read(limit=10, wait_s=0.1)
    assert [entry.update.update_id for entry in entries] == [11]
    assert entries[0].update.lane == "5"
    assert json.loads(entries[0].update.payload) == UPDATE


async def test_strangers_and_nonsense_are_refused(
    client: httpx.AsyncClient, inbox: RedisInbox
) -> None:
    assert (await client.post(PATH, json=UPDATE)).status_code == 403
    wrong = {b"X-Telegram-Bot-Api-Secret-Token": b"\xff"}
    assert (await client.post(PATH, json=UPDATE, headers=wrong)).status_code == 403
    assert (await client.post(PATH, content=b"[]", headers=HEADERS)).status_code == 400
    assert (await client.post(PATH, content=b"\xff", headers=HEADERS)).status_code == 400
    assert await inbox.depth() == 0


async def test_without_redis_telegram_is_told_to_come_again() -> None:
    async def accept(updates: object) -> int:
        raise UnavailableError("down", dependency="redis")

    app = create_app({})
    add_webhook(app, accept, secret=SECRET)
    async with (
        serve_http(app, host="127.0.0.1", port=0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        assert (await http.post(PATH, json=UPDATE, headers=HEADERS)).status_code == 503


async def test_health_readiness_and_a_taken_port() -> None:
    ready = False

    async def check() -> bool:
        return ready

    async with (
        serve_http(create_app({"redis": check}), host="127.0.0.1", port=0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):
        assert (await http.get("/healthz")).status_code == 200
        answer = await http.get("/readyz")
        assert (answer.status_code, answer.json()["checks"]) == (503, {"redis": False})
        ready = True
        assert (await http.get("/readyz")).json()["ready"] is True
        assert "samovar_updates_accepted" in (await http.get("/metrics")).text
        with pytest.raises(UnavailableError, match=f"port {port} on 127.0.0.1 is taken"):
            async with serve_http(create_app({}), host="127.0.0.1", port=port):
                pytest.fail("two on one port")
