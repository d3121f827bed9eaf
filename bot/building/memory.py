"""What is remembered of people, and what makes sure that the forgotten stay so."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.settings import Settings
from services.adapters.forgetting.forget_list import KeptForgetList, RedisFollowed, person_key
from services.adapters.sql.engine import Sessions
from services.adapters.sql.forgotten import SqlFollowed
from services.adapters.sql.memory import SqlMemoryStore
from services.adapters.sql.sanctions import SqlSanctions
from services.clock import Clock
from services.inference.ports import TextEmbedder
from services.knowledge.ports import Lemmatizer
from services.memory.remembering import Memories
from services.people.forgotten import ForgetAgain, ForgetRecord, Hashing, Store
from services.people.personal_data import ForgetPerson, SanctionData
from services.people.ports import PersonalData
from services.tasks import Nursery


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """The forget-list and what follows it.

    Attributes:
        kept: The list itself.
        in_sql: What the database has followed, and whom it knows.
        in_redis: The same of Redis.
    """

    hashing: Hashing
    kept: KeptForgetList
    in_sql: SqlFollowed
    in_redis: RedisFollowed
    sanctions: SqlSanctions
    clock: Clock

    @property
    def sanction_data(self) -> SanctionData:
        """Sanctions as a place of personal data."""
        return SanctionData(sanctions=self.sanctions, clock=self.clock)

    def person(self, places: Sequence[PersonalData]) -> ForgetPerson:
        """Put together what forgets a person in all places and puts that down."""
        return ForgetPerson(
            places=places, record=self.record, sanctions=self.sanctions, clock=self.clock
        )

    @property
    def record(self) -> ForgetRecord:
        """Puts down who and what is forgotten."""
        return ForgetRecord(
            hashing=self.hashing, list=self.kept, places=(self.in_sql, self.in_redis),
            clock=self.clock,
        )  # fmt: skip

    def again(
        self, everywhere: Sequence[PersonalData], in_redis: Sequence[PersonalData]
    ) -> ForgetAgain:
        """Put together what forgets again after a backup was put back.

        Args:
            everywhere: All places, for a database that was put back.
            in_redis: The places in Redis, for a Redis that was put back beside it.
        """
        stores = (
            Store(
                name="sql", followed=self.in_sql, user_ids=self.in_sql.user_ids,
                forget=ForgetPerson(places=everywhere),
            ),
            Store(
                name="redis", followed=self.in_redis, user_ids=self.in_redis.user_ids,
                forget=ForgetPerson(places=in_redis),
            ),
        )  # fmt: skip
        return ForgetAgain(hashing=self.hashing, list=self.kept, stores=stores, clock=self.clock)


def build_forgetting(
    settings: Settings, sessions: Sessions, redis: Redis, clock: Clock
) -> Forgetting:
    """Open the forget-list.

    Args:
        settings: For its place, and the key of the hashes.
        sessions: Of the database with the present schema.
        redis: Shared by all hosts.
        clock: The process's clock.

    Raises:
        UnavailableError: The key can be neither read nor written.
    """
    given = settings.person_key
    key = given.get_secret_value().encode() if given else person_key(settings.data / "person.key")
    hashing = Hashing(key)
    return Forgetting(
        hashing=hashing,
        kept=KeptForgetList(
            path=settings.forget_list or settings.data / "forgotten.jsonl", redis=redis
        ),
        in_sql=SqlFollowed(sessions),
        in_redis=RedisFollowed(redis=redis),
        sanctions=SqlSanctions(sessions, hashing),
        clock=clock,
    )


def build_memories(
    settings: Settings,
    sessions: Sessions,
    *,
    lemmatizer: Lemmatizer,
    embedder: TextEmbedder,
    clock: Clock,
    nursery: Nursery,
) -> Memories:
    """Put the memory together.

    Args:
        settings: For how long a memory outlives its last use.
        sessions: Of the database with the present schema.
        lemmatizer: The one that the index is built with.
        embedder: Vectors from the pool.
        clock: The process's clock.
        nursery: Runs what gives memories their vectors.
    """
    return Memories(
        store=SqlMemoryStore(sessions), lemmatizer=lemmatizer, embedder=embedder, clock=clock,
        nursery=nursery, kept_days=settings.memories_kept_days,
    )  # fmt: skip
