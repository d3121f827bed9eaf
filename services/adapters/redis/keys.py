"""Every Redis key that Samovar writes, except those inside the job queue engine.

One frozen class per kind of key; its docstring prints the format. All keys begin with
``samovar:`` so that one Redis can serve other programs beside us.
"""

from dataclasses import dataclass

PREFIX = "samovar"


@dataclass(frozen=True, slots=True)
class LeaseKey:
    """``samovar:lease:<name>``: the holder's token, with a time to live."""

    name: str

    def __str__(self) -> str:
        return f"{PREFIX}:lease:{self.name}"


@dataclass(frozen=True, slots=True)
class LeaseQueueKey:
    """``samovar:lease-queue:<name>``: tokens of those who wait, by arrival."""

    name: str

    def __str__(self) -> str:
        return f"{PREFIX}:lease-queue:{self.name}"


@dataclass(frozen=True, slots=True)
class LeaseWaitersKey:
    """``samovar:lease-waiters:<name>``: the same tokens by the time they last asked."""

    name: str

    def __str__(self) -> str:
        return f"{PREFIX}:lease-waiters:{self.name}"


@dataclass(frozen=True, slots=True)
class FencingKey:
    """``samovar:fencing``: the number of the newest lease of all."""

    def __str__(self) -> str:
        return f"{PREFIX}:fencing"


@dataclass(frozen=True, slots=True)
class InboxKey:
    """``samovar:inbox:<bot>``: stream of accepted updates; an entry goes when it is handled."""

    bot_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:inbox:{self.bot_id}"


@dataclass(frozen=True, slots=True)
class InboxSeenKey:
    """``samovar:inbox-seen:<bot>``: update ids of the last day by the time of their arrival."""

    bot_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:inbox-seen:{self.bot_id}"


@dataclass(frozen=True, slots=True)
class InboxLaneKey:
    """``samovar:inbox-lane:<bot>:<lane>``: unfinished entries of a chat, oldest first."""

    bot_id: int
    lane: str

    def __str__(self) -> str:
        return f"{PREFIX}:inbox-lane:{self.bot_id}:{self.lane}"


@dataclass(frozen=True, slots=True)
class InboxAttemptsKey:
    """``samovar:inbox-attempts:<bot>``: how often an entry was begun, by its id."""

    bot_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:inbox-attempts:{self.bot_id}"


@dataclass(frozen=True, slots=True)
class DeadLettersKey:
    """``samovar:dead-letters:<bot>``: stream of the updates that could not be handled."""

    bot_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:dead-letters:{self.bot_id}"


@dataclass(frozen=True, slots=True)
class ReplicasKey:
    """``samovar:replicas:<bot>``: set of the replicas that may own something."""

    bot_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:replicas:{self.bot_id}"


@dataclass(frozen=True, slots=True)
class HeartbeatKey:
    """``samovar:heartbeat:<bot>:<replica>``: there while the replica lives."""

    bot_id: int
    replica: str

    def __str__(self) -> str:
        return f"{PREFIX}:heartbeat:{self.bot_id}:{self.replica}"


@dataclass(frozen=True, slots=True)
class PaceKey:
    """``samovar:pace:<bot>:<scope>``: the latest reserved moments of the scope, ms."""

    bot_id: int
    scope: str

    def __str__(self) -> str:
        return f"{PREFIX}:pace:{self.bot_id}:{self.scope}"


@dataclass(frozen=True, slots=True)
class FrozenKey:
    """``samovar:frozen:<bot>:<scope>``: there while Telegram wants silence in the scope."""

    bot_id: int
    scope: str

    def __str__(self) -> str:
        return f"{PREFIX}:frozen:{self.bot_id}:{self.scope}"


@dataclass(frozen=True, slots=True)
class DialogueStateKey:
    """``samovar:dialogue:<bot>:<chat>:<thread>:<user>``: turns, JSON."""

    bot_id: int
    chat_id: int
    thread_id: int
    user_id: int

    def __str__(self) -> str:
        place = f"{self.bot_id}:{self.chat_id}:{self.thread_id}:{self.user_id}"
        return f"{PREFIX}:dialogue:{place}"


@dataclass(frozen=True, slots=True)
class AsideDialogueKey:
    """``samovar:dialogue:<bot>:<chat>:<thread>:<user>:<id>``: one set aside, JSON as above."""

    current: str
    conversation_id: str

    def __str__(self) -> str:
        return f"{self.current}:{self.conversation_id}"


@dataclass(frozen=True, slots=True)
class UserDialoguesKey:
    """``samovar:dialogues-of:<user>``: set of the person's dialogue keys."""

    user_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:dialogues-of:{self.user_id}"


@dataclass(frozen=True, slots=True)
class OwnerWarnedKey:
    """``samovar:owner-warned:<bot>:<what>``: there for a day after the owner was told."""

    bot_id: int
    what: str

    def __str__(self) -> str:
        return f"{PREFIX}:owner-warned:{self.bot_id}:{self.what}"


@dataclass(frozen=True, slots=True)
class ForgottenKey:
    """``samovar:forgotten``: hash of the forget-list's entries, JSON by id, for all hosts."""

    def __str__(self) -> str:
        return f"{PREFIX}:forgotten"


@dataclass(frozen=True, slots=True)
class ForgottenHereKey:
    """``samovar:forgotten-here``: set of the entries that this Redis has followed."""

    def __str__(self) -> str:
        return f"{PREFIX}:forgotten-here"


@dataclass(frozen=True, slots=True)
class FloodKey:
    """``samovar:flood:<bot>:<user>:<chat>:<kind>``: the author's latest messages by time, ms."""

    bot_id: int
    user_id: int
    chat_id: int
    kind: str

    def __str__(self) -> str:
        return f"{PREFIX}:flood:{self.bot_id}:{self.user_id}:{self.chat_id}:{self.kind}"


@dataclass(frozen=True, slots=True)
class SaidKey:
    """``samovar:said:<bot>:<user>:<text>``: where the author wrote one text, by time, ms."""

    bot_id: int
    user_id: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{PREFIX}:said:{self.bot_id}:{self.user_id}:{self.fingerprint}"


@dataclass(frozen=True, slots=True)
class EchoKey:
    """``samovar:echo:<bot>:<chat>:<text>``: messages of one text in a chat, by time, ms."""

    bot_id: int
    chat_id: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{PREFIX}:echo:{self.bot_id}:{self.chat_id}:{self.fingerprint}"


@dataclass(frozen=True, slots=True)
class JoinsKey:
    """``samovar:joins:<bot>:<chat>``: who joined a chat just now, by time, ms."""

    bot_id: int
    chat_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:joins:{self.bot_id}:{self.chat_id}"


@dataclass(frozen=True, slots=True)
class RaidKey:
    """``samovar:raid:<bot>:<chat>``: there while a chat is raided."""

    bot_id: int
    chat_id: int

    def __str__(self) -> str:
        return f"{PREFIX}:raid:{self.bot_id}:{self.chat_id}"
