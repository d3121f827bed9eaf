"""What a published reply means for a repeat of its job."""

import pytest

from services.adapters.queue.replies import RedisReplySink, reply_client
from services.inference.kinds import GenerateResult
from services.inference.protocol import Done, Failed, FailureCode, JobFailure, Reply

pytestmark = pytest.mark.services


def failed(code: FailureCode) -> Failed:
    return Failed(job_id="j", attempt=1, failure=JobFailure(code=code, message="m", retryable=True))


@pytest.mark.parametrize(
    ("reply", "done"),
    [
        (Done(job_id="j", attempt=1, result=GenerateResult(text="t")), True),
        (failed(FailureCode.MODEL), True),
        # The bot stopped and started again: it asks for the same job anew.
        (failed(FailureCode.CANCELLED), False),
    ],
)
async def test_a_job_that_was_only_aborted_is_not_taken_for_done(
    redis_url: str, reply: Reply, done: bool
) -> None:
    async with reply_client(redis_url) as client:
        sink = RedisReplySink(client)
        await sink.publish("me", reply)
        assert await sink.is_done("j") is done
