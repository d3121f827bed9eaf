"""Heavy libraries in a process that comes and goes, so that the bot never loads them."""

import asyncio
import sys
from collections.abc import Mapping

from services.errors import UnavailableError


async def in_child(
    module: str, order: bytes, environment: Mapping[str, str], *, timeout_s: float
) -> bytes:
    """Run ``python -m module`` with an order on its standard input; give what it prints.

    Args:
        module: Reads one order and writes one answer.
        order: What to do.
        environment: Of the process; it computes in one thread.
        timeout_s: Seconds until it is given up and killed.

    Raises:
        UnavailableError: It cannot be started, failed, or took too long.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, env={**environment, "OMP_NUM_THREADS": "1"},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise UnavailableError("no process for fitting", dependency="fitting") from error
    try:
        async with asyncio.timeout(timeout_s):
            fitted, _ = await process.communicate(order)
    except TimeoutError as error:
        msg = f"fitting took more than {timeout_s:.0f} s"
        raise UnavailableError(msg, dependency="fitting") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        msg = f"fitting failed with status {process.returncode}"
        raise UnavailableError(msg, dependency="fitting")
    return fitted
