"""Commands of many callers over one connection."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from services.adapters.queue.together import Together

pytestmark = pytest.mark.services


async def test_each_caller_gets_its_own_answers(redis: Redis) -> None:
    together = Together(redis)

    async def count(name: str) -> list[int]:
        return [int(each) for each in await together.execute(("INCR", name), ("INCR", name))]

    answers = await asyncio.gather(*(count(f"n{number}") for number in range(50)))
    assert answers == [[1, 2]] * 50
    # A crowd shared its trips: far fewer batches than callers, over one connection.
    connections = await redis.client_list()
    assert len([each for each in connections if each["cmd"] != "client|list"]) <= 1


async def test_an_error_reaches_only_its_caller(redis: Redis) -> None:
    together = Together(redis)
    await redis.set("text", "x")
    answers: list[object] = await asyncio.gather(
        together.execute(("INCR", "n")),
        together.execute(("INCR", "text")),
        together.execute(("ECHO", "fine")),
        return_exceptions=True,
    )
    assert answers[0] == [1]
    assert isinstance(answers[1], ResponseError)
    assert answers[2] in (["fine"], [b"fine"])


async def test_a_caller_that_is_cancelled_takes_nobody_along(redis: Redis) -> None:
    together = Together(redis)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(together.execute(("INCR", f"n{n}"))) for n in range(6)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[3].cancel()
    results = [task.result() for task in tasks if not task.cancelled()]
    assert len(results) >= 4
    assert all(result[0] in {1, 2} for result in results)
