"""What passes between the bot and the process that fits its models."""

import msgspec


class FitOrder(msgspec.Struct, frozen=True):
    """Rows of numbers and a target for each."""

    rows: tuple[tuple[float, ...], ...]
    targets: tuple[float, ...]
