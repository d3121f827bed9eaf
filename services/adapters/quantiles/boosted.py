from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from services.adapters.processes.child import in_child
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
        self._environment = environment
        self._timeout_s = timeout_s

    async def fit(self, rows: Sequence[tuple[float, ...]], targets: Sequence[float]) -> Quantiles:
        """See ``QuantileFitter.fit``."""
        order = msgspec.json.encode(FitOrder(rows=tuple(rows), targets=tuple(targets)))
        fitted = await in_child(_FITTING, order, self._environment, timeout_s=self._timeout_s)
        try:
            return msgspec.json.decode(fitted, type=Quantiles)
        except msgspec.DecodeError as error:
            raise UnavailableError(
                "a fitted model is not readable", dependency="fitting"
            ) from error
