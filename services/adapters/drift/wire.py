"""What passes between the bot and the process that tells two samples apart."""

import msgspec


class Samples(msgspec.Struct, frozen=True):
    """Rows of features before and now."""

    before: tuple[tuple[float, ...], ...]
    now: tuple[tuple[float, ...], ...]


class Told(msgspec.Struct, frozen=True):
    """How well they are told apart; see ``TwoSampleClassifier.compare``."""

    auc: float
    p_value: float
    columns: tuple[int, ...]
