from typing import Final

PREFIXES: Final = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}


class Refusal(Exception):  # noqa: N818 - it is Telegram's word for no, not our failure
    """A Bot API call is answered with ``ok: false``.

    Args:
        code: The HTTP status and ``error_code``.
        description: Telegram's sentence, without the "Bad Request: " in front.
        retry_after: Seconds to wait, for 429.
        migrate_to: The supergroup that a basic group has become.
    """

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:  # fmt: skip
        self.description = PREFIXES.get(code, "") + description
        super().__init__(self.description)
        self.code = code
        self.retry_after = retry_after
        self.migrate_to = migrate_to

    @classmethod
    def unworded(cls, code: int, description: str, *, retry_after: int | None = None) -> "Refusal":
        """A refusal whose sentence is given whole."""
        refusal = cls(code, "", retry_after=retry_after)
        refusal.description = description
        refusal.args = (description,)
        return refusal


def bad_request(description: str) -> Refusal:
    """400, the most common one."""
    return Refusal(400, description)


def forbidden(description: str) -> Refusal:
    """403: blocked, kicked, not met."""
    return Refusal(403, description)


def too_many_requests(retry_after: int) -> Refusal:
    """429 with the seconds to wait."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


class SimError(Exception):
    """Something on the users' side cannot be done; the sentence is for the person who asked."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
