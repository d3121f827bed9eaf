"""What happened in a chat, as lines of a test: pure, from events to steps to Python."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from playground.encoding import Json

MEDIA: Final = (
    "photo", "voice", "audio", "document", "video", "video_note", "animation", "sticker",
)  # fmt: skip
OTHERS: Final = ("location", "contact", "dice", "venue", "rich_message")
SHORT: Final = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the test.

    Attributes:
        code: Python; ``{12}`` stands for the variable that holds message 12.
        binds: The message that the line gives, if any.
        begins: Whether somebody does something: a blank line comes before.
    """

    code: str
    binds: int | None = None
    begins: bool = False

    @property
    def uses(self) -> set[int]:
        """The messages that it names."""
        return {int(part.partition("\x00")[0]) for part in self.code.split("\x00#")[1:]}


def ref(message_id: int) -> str:
    """Name a message in the code of a step; resolved by ``lines``."""
    return f"\x00#{message_id}\x00"


@dataclass(slots=True)
class Retelling:
    """Takes events in order; gives the steps of a test.

    What a bot says is expected once its turn ends, that is before somebody does the next thing,
    and as it is then: what it edited or took back meanwhile, a test may never see.
    """

    variables: dict[int, str]
    watcher: str
    files: Callable[[str], bytes | None]
    steps: list[Step] = field(default_factory=list)
    _shown: dict[int, Json] = field(default_factory=dict)
    _gone: list[int] = field(default_factory=list)
    _toasts: list[str] = field(default_factory=list)
    _bound: set[int] = field(default_factory=set)
    _polls: dict[int, list[str]] = field(default_factory=dict)
    _reactions: dict[int, dict[int, set[str]]] = field(default_factory=dict)

    def take(self, event: Json) -> None:
        """Take in one event of the chat; other kinds than those known here are left out."""
        handlers = {
            "message": self._message, "edited": self._edited, "deleted": self._deleted,
            "answer": self._answer, "delivery": self._delivery, "reactions": self._reacted,
            "vote": self._voted,
        }  # fmt: skip
        handlers.get(event["kind"], _ignore)(event)

    def end(self) -> list[Step]:
        """Give all steps, once there are no more events."""
        self._end_turn()
        return self.steps

    def _message(self, event: Json) -> None:
        message = event["message"]
        if "poll" in message:
            options = [option["text"] for option in message["poll"]["options"]]
            self._polls[message["message_id"]] = options
        sender = message.get("from", {})
        if sender.get("is_bot") or sender.get("id") not in self.variables:
            self._shown[message["message_id"]] = message
        else:
            code = self._said(message)
            self._act(sender["id"], code or f"# not retold: {_content(message)}", message)

    def _edited(self, event: Json) -> None:
        message = event["message"]
        sender = message.get("from", {})
        number = message["message_id"]
        if "poll" in message:
            return  # the count of votes; the votes themselves are retold
        if sender.get("is_bot") or sender.get("id") not in self.variables:
            self._shown[number] = message
        elif number in self._bound and message.get("edit_date"):
            text = message.get("text") or message.get("caption") or ""
            self._act(sender["id"], f"edits({ref(number)}, {text!r})", None)

    def _deleted(self, event: Json) -> None:
        for number in event["message_ids"]:
            if self._shown.pop(number, None) is None and number in self._bound:
                self._gone.append(number)

    def _answer(self, event: Json) -> None:
        if event["text"]:
            self._toasts.append(event["text"])

    def _delivery(self, event: Json) -> None:
        delivery = event["delivery"]
        query = delivery["update"].get("callback_query")
        if query is None or delivery["state"] != "queued" or delivery.get("times"):
            return
        number = query.get("message", {}).get("message_id")
        label = _label(query)
        if label is None or query["from"]["id"] not in self.variables:
            return
        on = f", on={ref(number)}" if self._has_name(number) else ""
        self._act(query["from"]["id"], f"taps({label!r}{on})", None)

    def _voted(self, event: Json) -> None:
        number, voter = event["message_id"], event["to"][0]
        if voter in self.variables and number in self._polls and self._has_name(number):
            texts = [self._polls[number][option] for option in event["options"]]
            chosen = "".join(f", {text!r}" for text in texts)
            self._act(voter, f"votes({ref(number)}{chosen})", None)

    def _reacted(self, event: Json) -> None:
        number, now = event["message_id"], _by_person(event["reactions"])
        before = self._reactions.get(number, {})
        self._reactions[number] = now
        for user in now.keys() | before.keys():
            emoji = now.get(user, set())
            if emoji != before.get(user, set()) and self._has_name(number):
                self._react(user, number, emoji)

    def _react(self, user: int, number: int, emoji: set[str]) -> None:
        shown = repr(min(emoji)) if emoji else "None"
        if user in self.variables:
            self._act(user, f"reacts({ref(number)}, {shown})", None)
        elif emoji:
            if number in self._shown:
                self._expect(number, self._shown.pop(number))
            self.steps.append(Step(f"await {self.watcher}.sees_reaction({ref(number)}, {shown})"))

    def _has_name(self, number: int | None) -> bool:
        """Whether a message can be named in the next step."""
        return number in self._bound or (
            number in self._shown and _expected(self._shown[number]) is not None
        )

    def _act(self, user: int, code: str, message: Json | None) -> None:
        """Somebody does something: what the bot did before is over."""
        self._end_turn()
        if code.startswith("#"):
            self.steps.append(Step(code, begins=True))
            return
        actor = self.variables[user]
        number = None if message is None else int(message["message_id"])
        self.steps.append(Step(f"await {actor}.{code}", number, begins=True))
        if number is not None:
            self._bound.add(number)
        self.watcher = actor

    def _end_turn(self) -> None:
        for text in self._toasts:
            self.steps.append(Step(f"await {self.watcher}.sees_toast({text!r})"))
        for number in self._gone:
            self.steps.append(Step(f"await {self.watcher}.sees_gone({ref(number)})"))
        for number, message in self._shown.items():
            self._expect(number, message)
        self._toasts, self._gone, self._shown = [], [], {}

    def _expect(self, number: int, message: Json) -> None:
        wanted = _expected(message)
        if wanted is None:
            return
        self.steps.append(Step(f"await {self.watcher}.{wanted}", number))
        self._bound.add(number)
        labels = [
            button["text"]
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]
        if labels:
            self.steps.append(Step(f"assert {ref(number)}.buttons == {labels!r}"))

    def _said(self, message: Json) -> str | None:
        text = message.get("text")
        if text is None:
            return self._sent(message)
        if message["chat"]["type"] == "private" and text.split(" ")[0] == "/start":
            payload = text[len("/start ") :]
            return f"starts({payload!r})" if payload else "starts()"
        replied = message.get("reply_to_message", {}).get("message_id")
        if self._has_name(replied):
            return f"replies({ref(replied)}, {text!r})"
        return f"says({text!r})"

    def _sent(self, message: Json) -> str | None:
        kind = next((kind for kind in MEDIA if message.get(kind)), None)
        if kind is None:
            return _without_file(message)
        file = message[kind][-1] if kind == "photo" else message[kind]
        caption = message.get("caption")
        more = f", caption={caption!r}" if caption else ""
        if kind == "photo":
            return f"sends_photo(picture({file['width']}, {file['height']}){more})"
        if kind == "voice":
            seconds = max(1, file["duration"])
            return f"sends_voice(voice({seconds}), duration={seconds})"
        name, mime = file.get("file_name", kind), file.get("mime_type", "application/octet-stream")
        content = self._content(file["file_id"], file.get("file_size", 0))
        return f"sends({kind!r}, {content}, name={name!r}, mime={mime!r}{more})"

    def _content(self, file_id: str, size: int) -> str:
        """A small file as it is; of a large one, as many zeros."""
        content = self.files(file_id)
        return repr(content) if content is not None and len(content) <= SHORT else f"bytes({size})"


def _ignore(_event: Json) -> None:
    """Nothing to retell."""


def _by_person(reactions: list[Json]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for reaction in reactions:
        for user in reaction["by"] if reaction.get("type") == "emoji" else ():
            found.setdefault(user, set()).add(reaction["emoji"])
    return found


def _label(query: Json) -> str | None:
    rows = query.get("message", {}).get("reply_markup", {}).get("inline_keyboard", [])
    buttons = (button for row in rows for button in row)
    data = query.get("data")
    return next((one["text"] for one in buttons if one.get("callback_data") == data), None)


def _content(message: Json) -> str:
    known = (kind for kind in (*MEDIA, *OTHERS) if message.get(kind))
    return next(known, "a message of another kind")


def _expected(message: Json) -> str | None:
    """The call that waits for a message; None for what nobody said, such as who came."""
    text = message.get("text") or message.get("caption")
    if text:
        return f"sees({text!r})"
    if "poll" in message:
        return f"sees_poll({message['poll']['question']!r})"
    kind = next((kind for kind in (*MEDIA, *OTHERS) if message.get(kind)), None)
    return None if kind is None else f"sees(where=lambda seen: seen.message.{kind} is not None)"


def _without_file(message: Json) -> str | None:
    """The call that sends what is neither text nor file."""
    if "poll" in message:
        poll = message["poll"]
        options = [option["text"] for option in poll["options"]]
        hidden = "" if poll["is_anonymous"] else ", is_anonymous=False"
        several = ", allows_multiple_answers=True" if poll["allows_multiple_answers"] else ""
        return f"asks_poll({poll['question']!r}, {options!r}{hidden}{several})"
    if "location" in message:
        point = message["location"]
        return f"sends_location({point['latitude']!r}, {point['longitude']!r})"
    if "contact" in message:
        contact = message["contact"]
        return f"sends_contact({contact['phone_number']!r}, {contact['first_name']!r})"
    return f"rolls({message['dice']['emoji']!r})" if "dice" in message else None


def lines(steps: Iterable[Step]) -> list[str]:
    """Give the code of the steps, with names for those messages that are named somewhere."""
    steps = list(steps)
    used = {number for step in steps for number in step.uses}
    names: dict[int, str] = {}
    code: list[str] = []
    for step in steps:
        text = step.code
        for number in step.uses:
            text = text.replace(ref(number), names[number])
        if step.binds is not None and step.binds in used:
            name = names.setdefault(step.binds, f"message_{len(names) + 1}")
            text = f"{name} = {text}"
        code += ["", text] if step.begins and code else [text]
    return code
