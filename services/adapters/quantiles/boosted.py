import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from services.adapters.quantiles.wire import FitOrder
from services.errors import UnavailableError
from services.waiting.trees import Quantiles

_TIMEOUT_S: Final = 300.0
_FITTING: Final = "services.adapters.quantiles.fitting"


class BoostedQuantiles:
    """``QuantileFitter`` by gradient boosted trees, fitted in a process of their own.

    The bot itself never loads scikit-learn: that takes a second and 100 MB.
    """

    def __init__(self, environment: Mapping[str, str], *, timeout_s: float = _TIMEOUT_S) -> None:
        """Prepare to fit.

        Args:
            environment: Of that process.
            timeout_s: Seconds until it is given up.
        """
        self._environment = {**environment, "OMP_NUM_THREADS": "1"}
        self._timeout_s = timeout_s

    async def fit(self, rows: Sequence[tuple[float, ...]], targets: Sequence[float]) -> Quantiles:
        """See ``QuantileFitter.fit``."""
        order = msgspec.json.encode(FitOrder(rows=tuple(rows), targets=tuple(targets)))
        fitted = await self._in_process(order)
        try:
            return msgspec.json.decode(fitted, type=Quantiles)
        except msgspec.DecodeError as error:
            raise UnavailableError(
                "a fitted model is not readable", dependency="fitting"
            ) from error

    async def _in_process(self, order: bytes) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", _FITTING, env=self._environment,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise UnavailableError("no process for fitting", dependency="fitting") from error
        try:
            async with asyncio.timeout(self._timeout_s):
                fitted, _ = await process.communicate(order)
        except TimeoutError as error:
            msg = f"fitting took more than {self._timeout_s:.0f} s"
            raise UnavailableError(msg, dependency="fitting") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            msg = f"fitting failed with status {process.returncode}"
            raise UnavailableError(msg, dependency="fitting")
        return fitted
