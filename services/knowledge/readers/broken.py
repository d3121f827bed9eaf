from services.knowledge.readers.skips import SkipCode


class SkipError(Exception):
    """A file cannot be read; ends its reader, and becomes a ``SkippedSource``."""

    def __init__(self, code: SkipCode, **parameters: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters
