import math
from typing import Final

from handlers.i18n import Texts

_MINUTE_S: Final = 60
_EXACT_UP_TO_S: Final = 10
_ROUND_TO_S: Final = 5
_HOUR_MIN: Final = 60
_LONGEST_S: Final = 24 * 3600.0


def said_wait(seconds: float, texts: Texts) -> str:
    """Say a wait as people do: "7 s", "25 s", "3 min", "2 h"; always rounded up.

    Seconds are whole up to 10 and then by fives, so that the line does not flicker. A day is the
    longest: a guess may be any number, also none that can be counted.
    """
    whole = max(1, math.ceil(_LONGEST_S if math.isnan(seconds) else min(seconds, _LONGEST_S)))
    if whole > _EXACT_UP_TO_S:
        whole = math.ceil(whole / _ROUND_TO_S) * _ROUND_TO_S
    if whole < _MINUTE_S:
        return texts.plain("wait-seconds", count=whole)
    minutes = math.ceil(whole / _MINUTE_S)
    if minutes < _HOUR_MIN:
        return texts.plain("wait-minutes", count=minutes)
    return texts.plain("wait-hours", count=math.ceil(minutes / _HOUR_MIN))
