import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis

Command = tuple[str | bytes | int, ...]


class _Waiting:
    """Commands of one caller on their way."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self.commands = commands
        self.answers: list[Any] | None = None
        self.error: Exception | None = None

    @property
    def ended(self) -> bool:
        return self.answers is not None or self.error is not None


class Together:
    """Commands that are given while others are under way leave together, in one round trip.

    One connection serves many callers, and a crowd of them costs little more than one.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: list[_Waiting] = []
        self._sending = asyncio.Lock()

    async def execute(self, *commands: Command) -> list[Any]:
        """Run commands in order; not a transaction.

        A caller that is cancelled here may or may not have had its commands run.

        Raises:
            RedisError: A command failed, or the connection.
        """
        mine = _Waiting(commands)
        self._waiting.append(mine)
        try:
            async with self._sending:
                # While we waited for our turn, another may have taken ours along.
                if not mine.ended:
                    await self._send_all()
        finally:
            if not mine.ended and mine in self._waiting:
                self._waiting.remove(mine)
        if mine.error is not None:
            raise mine.error
        return mine.answers or []

    async def _send_all(self) -> None:
        batch, self._waiting = self._waiting, []
        commands = [command for waiting in batch for command in waiting.commands]
        try:
            answers = await self._send(commands)
        except Exception as error:  # noqa: BLE001 - each caller gets it
            for waiting in batch:
                waiting.error = error
            return
        except BaseException:
            # We are cancelled; the others send theirs again.
            self._waiting = batch + self._waiting
            raise
        for waiting in batch:
            own, answers = answers[: len(waiting.commands)], answers[len(waiting.commands) :]
            waiting.error = next((each for each in own if isinstance(each, Exception)), None)
            waiting.answers = own

    async def _send(self, commands: Sequence[Command]) -> list[Any]:
        if len(commands) == 1:
            # redis-py leaves it untyped.
            return [await self._client.execute_command(*commands[0])]  # type: ignore[no-untyped-call]
        async with self._client.pipeline(transaction=False) as pipe:
            for command in commands:
                pipe.execute_command(*command)
            answers: list[Any] = await pipe.execute(raise_on_error=False)
            return answers
