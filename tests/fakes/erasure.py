from collections.abc import Collection


class FakeReplyErasure:
    """Remembers for which jobs it was asked."""

    def __init__(self) -> None:
        self.erased: list[str] = []

    async def erase(self, job_ids: Collection[str]) -> None:
        self.erased.extend(job_ids)
