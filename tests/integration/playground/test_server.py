"""The server around the town: its command, its page, its stream, and whom it refuses."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import httpx
import pytest

from playground.server import Running, running_playground
from playground.users import Person


async def test_the_command_tells_where_it_serves_and_stops_on_a_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())",
        "playground", "--port", "0", "--limits", "faq", "--json", stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        told = json.loads(await asyncio.wait_for(process.stdout.readline(), 120))
        assert set(told["users"]) == {"alice", "bob", "carol"}
        assert told["groups"]["club"] < 0
        async with httpx.AsyncClient(base_url=told["base"], trust_env=False) as client:
            me = (await client.get(f"/bot{told['token']}/getMe")).json()
            assert me["result"]["id"] == told["bot"]["id"]
            assert (await client.get("/sim/limits")).json() == {"profile": "faq", "seed": 0}
            assert (await client.get("/healthz")).json() == {"ready": True}
            page = await client.get("/")
            assert page.headers["content-type"].startswith("text/html")
            assert "default-src 'self'" in page.headers["content-security-policy"]
    finally:
        process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert await process.stdout.read() == b""


async def test_the_command_keeps_its_town_and_says_when_it_cannot(tmp_path: Path) -> None:
    async def started() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())",
            "playground", "--port", "0", "--state", str(tmp_path), "--json",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    process = await started()
    assert process.stdout is not None
    assert json.loads(await asyncio.wait_for(process.stdout.readline(), 120))["users"]
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert (tmp_path / "town.zip").stat().st_size > 1_000
    (tmp_path / "town.zip").write_bytes(b"half a town")
    process = await started()
    _, told = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode != 0
    assert "this is not a saved town, or it is damaged" in told.decode()


async def test_a_stream_can_be_taken_up_again(server: Running, alice: Person) -> None:
    async def numbers(client: httpx.AsyncClient, headers: dict[str, str]) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        params = {"users": str(alice.id), "kinds": "message"}
        async with client.stream("GET", "/sim/events", params=params, headers=headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    event = json.loads(line.removeprefix("data: "))
                    found.append((event["seq"], event["message"]["text"]))
                    if event["message"]["text"] == "end":
                        break
        return found

    async with httpx.AsyncClient(base_url=server.base, trust_env=False, timeout=30) as client:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(numbers(client, {}))
            for text in ("one", "two", "end"):
                await alice.says(text)
        assert [text for _, text in first.result()] == ["one", "two", "end"]
        resumed = await numbers(client, {"Last-Event-ID": str(first.result()[0][0])})
        assert resumed == first.result()[1:]


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_a_foreign_page_is_refused(server: Running, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as client:
        assert (await client.post("/sim/users", headers=headers)).status_code == 403
        own = {"Origin": server.base}
        assert (await client.get("/sim/state", headers=own)).status_code == 200


async def test_mistakes_on_the_users_side_are_one_sentence(server: Running) -> None:
    alice, bot = server.seed.users["alice"], server.seed.bot_id
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as client:
        for path, body, status, words in (
            (f"/sim/users/1/chats/{bot}/messages", {"text": "x"}, 404, "no person"),
            (f"/sim/users/{alice}/chats/1/messages", {"text": "x"}, 404, "no chat"),
            (f"/sim/users/{alice}/chats/{bot}/messages", {}, 400, "text: Field required"),
            (f"/sim/users/{alice}/chats/{bot}/messages", {"text": " "}, 400, "empty"),
            (f"/sim/users/{alice}/chats/{bot}/drafts/5/stop", {}, 404, "not shown"),
            ("/sim/users", {"first_name": "X", "username": "ALICE"}, 400, "taken"),
            ("/sim/faults", {"code": 7}, 400, "code"),
        ):
            answer = await client.post(path, json=body)
            assert (answer.status_code, words in answer.json()["error"]) == (status, True), path


async def test_a_taken_port_is_said_at_once(server: Running) -> None:
    with pytest.raises(OSError, match="address already in use"):
        async with running_playground(port=int(server.base.rpartition(":")[2])):
            pass
