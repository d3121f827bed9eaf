"""What happens because time passes."""

from playground.life.joining import queue_unanswered
from playground.life.polling import close_due
from playground.life.post import expire_drafts
from playground.life.whispers import expire_whispers
from playground.town import Town


def sweep(town: Town) -> None:
    """End what is over by now: drafts, questions, updates nobody fetched, what a fault kept."""
    expire_drafts(town)
    queue_unanswered(town)
    close_due(town)
    expire_whispers(town)
    for queue in town.queues.values():
        queue.sweep()


def pass_time(town: Town, seconds: float) -> float:
    """Skip some time: what ends in it ends, and whoever waits looks at the clock again.

    Returns:
        What the time is now.

    Raises:
        SimError: The clock cannot be moved so.
    """
    now = town.clock.advance(seconds)
    sweep(town)
    town.events.add("clock", now=now)
    for queue in town.queues.values():
        queue.changed.notify()
    return now
