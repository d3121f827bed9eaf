from dataclasses import dataclass, field

import pytest

from services.errors import DeadlineError
from services.people.personal_data import ForgetPerson
from services.people.ports import Exported


@dataclass
class _Place:
    name: str
    rows: int
    down: bool = False
    asked: list[int] = field(default_factory=list)

    async def export(self, user_id: int) -> Exported:
        del user_id
        return {}

    async def erase(self, user_id: int) -> dict[str, int]:
        self.asked.append(user_id)
        if self.down:
            raise DeadlineError("an index is busy", dependency="search")
        rows, self.rows = self.rows, 0
        return {self.name: rows}


async def test_a_place_that_is_down_keeps_no_other_from_being_erased() -> None:
    files, memories, log = _Place("files", 1, down=True), _Place("memories", 2), _Place("log", 0)
    forget = ForgetPerson(places=(files, memories, log))
    with pytest.raises(DeadlineError):
        await forget(7)
    assert memories.rows == 0
    assert log.asked == [7]

    files.down = False
    assert await forget(7) == {"files": 1, "memories": 0, "log": 0}
