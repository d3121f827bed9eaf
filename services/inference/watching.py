from datetime import datetime

from services.clock import Clock
from services.inference.bus import JobBus, Place
from services.inference.kinds import (
    DrawPayload,
    GeneratePayload,
    Payload,
    RewritePayload,
    SpeakPayload,
    TranscribePayload,
)
from services.inference.protocol import Done, Job, Reply
from services.inference.waits import (
    JobJournal,
    JobTiming,
    QueueObserver,
    WaitEstimate,
    WaitEstimator,
    WaitFeatures,
)


class WaitWatch:
    """Follows one job: guesses its wait, tells who is interested, and notes how it was."""

    def __init__(
        self,
        job: Job,
        *,
        bus: JobBus,
        waits: WaitEstimator,
        journal: JobJournal,
        clock: Clock,
        observer: QueueObserver | None,
    ) -> None:
        self._job = job
        self._bus = bus
        self._waits = waits
        self._journal = journal
        self._clock = clock
        self._observer = observer
        self._accepted: WaitFeatures | None = None
        self._waits_still = True
        self._told = False

    def estimate(self, place: Place) -> WaitEstimate:
        """Guess the wait of somebody who stands there."""
        return self._waits.estimate(self._features(place))

    def accepted(self, place: Place) -> None:
        """Remember how things were when the job was accepted."""
        self._accepted = self._features(place)

    async def look(self) -> None:
        """Tell the observer how much longer, or that a worker has the job.

        Raises:
            UnavailableError: The queue is down.
        """
        if self._observer is None or not self._waits_still:
            return
        place = await self._bus.place(self._job.kind, self._job.job_id)
        if place is None:
            # Jobs without a text do not say that they have begun.
            await self._tell_begun()
        else:
            self._told = True
            await self._observer.waiting(self.estimate(place))

    async def heard(self, reply: Reply) -> None:
        """Take a reply: the wait is over, and at the end it is known how long it was."""
        self._waits_still = False
        await self._tell_begun()
        if isinstance(reply, Done) and self._accepted is not None:
            self._journal.note(
                JobTiming(features=self._accepted, waited_s=reply.waited_s, ran_s=reply.ran_s)
            )

    async def _tell_begun(self) -> None:
        if self._told and self._observer is not None:
            self._told = False
            await self._observer.begun()

    def _features(self, place: Place) -> WaitFeatures:
        local: datetime = self._clock.now().astimezone()
        return WaitFeatures(
            kind=self._job.kind,
            priority=self._job.priority,
            place=place,
            work=_work(self._job.payload),
            most_tokens=_most_tokens(self._job.payload),
            hour=local.hour + local.minute / 60,
        )


def _work(payload: Payload) -> int:
    match payload:
        case GeneratePayload(messages=messages) | RewritePayload(messages=messages):
            return sum(len(message.content) for message in messages)
        case DrawPayload():
            return (payload.steps or 1) * payload.count * payload.width * payload.height // 10_000
        case SpeakPayload(text=text):
            return len(text)
        case TranscribePayload(audio=audio):
            return audio.size
    texts = getattr(payload, "texts", ())
    return sum(len(getattr(text, "text", text)) for text in texts)


def _most_tokens(payload: Payload) -> int:
    return int(getattr(payload, "max_tokens", 0))
