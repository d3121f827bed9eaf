from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.adapters.drift.wire import Samples, Told
from services.adapters.processes.child import in_child
from services.errors import UnavailableError

_TIMEOUT_S: Final = 300.0
_TELLING: Final = "services.adapters.drift.telling"


class LogisticTwoSample:
    """``TwoSampleClassifier`` by a logistic regression in a process of its own.

    Args:
        environment: Of that process.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    async def compare(
        self, before: NDArray[np.float64], now: NDArray[np.float64]
    ) -> tuple[float, float, list[int]]:
        """See ``TwoSampleClassifier.compare``."""
        samples = Samples(before=_rows(before), now=_rows(now))
        said = await in_child(
            _TELLING, msgspec.json.encode(samples), self._environment, timeout_s=_TIMEOUT_S
        )
        try:
            told = msgspec.json.decode(said, type=Told)
        except msgspec.DecodeError as error:
            raise UnavailableError("a comparison is not readable", dependency="fitting") from error
        return told.auc, told.p_value, list(told.columns)


def _rows(values: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values.tolist())
