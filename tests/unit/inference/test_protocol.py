import numpy as np
import pytest

from services.inference.kinds import EmbedPayload, EmbedResult, GenerateResult, JobKind
from services.inference.models import (
    EmbedRole,
    EvidencePassage,
    EvidenceSentence,
    GenerationRequest,
    Priority,
    PromptMessage,
)
from services.inference.protocol import (
    Chunk,
    Done,
    Failed,
    FailureCode,
    Job,
    JobFailure,
    Reply,
    Started,
    WireError,
    decode_job,
    decode_reply,
    encode,
    generate_payload,
    pack_vectors,
    unpack_vectors,
)

REQUEST = GenerationRequest(
    job_id="j",
    messages=(PromptMessage(role="user", content="щи"),),
    evidence=(
        EvidencePassage(n=1, title="t", sentences=(EvidenceSentence(text="Щи.", score=0.5),)),
    ),
    language="ru",
)


def job() -> Job:
    return Job(
        job_id="j",
        kind=JobKind.GENERATE,
        payload=generate_payload(REQUEST),
        reply_to="r",
        priority=Priority.LOW,
        deadline_at=12.5,
    )


def test_a_job_survives_the_way() -> None:
    assert decode_job(encode(job())) == job()
    embed = EmbedPayload(texts=("a", "б"), role=EmbedRole.QUERY)
    sent = Job(**{**_fields(job()), "kind": JobKind.EMBED, "payload": embed})  # type: ignore[arg-type]  # overrides
    assert decode_job(encode(sent)).payload == embed


def _fields(sent: Job) -> dict[str, object]:
    return {name: getattr(sent, name) for name in sent.__struct_fields__}


@pytest.mark.parametrize(
    "reply",
    [
        Started(job_id="j", attempt=1),
        Chunk(job_id="j", attempt=1, text="щи"),
        Done(job_id="j", attempt=2, result=GenerateResult(text="щи [1]")),
        Failed(
            job_id="j",
            attempt=3,
            failure=JobFailure(code=FailureCode.MODEL, message="no", retryable=False),
        ),
    ],
)
def test_a_reply_survives_the_way(reply: Reply) -> None:
    assert decode_reply(encode(reply)) == reply


def test_vectors_survive_the_way_bit_by_bit() -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 7)).astype(np.float32)
    sent = Done(job_id="j", attempt=1, result=pack_vectors(vectors))
    received = decode_reply(encode(sent))
    assert isinstance(received, Done)
    assert received == sent
    result = received.result
    assert isinstance(result, EmbedResult)
    np.testing.assert_array_equal(unpack_vectors(result), vectors)


def test_no_vectors_survive_the_way_too() -> None:
    # Nothing says how long they would have been, and a job without texts failed for it.
    assert unpack_vectors(pack_vectors(())).shape == (0, 0)


def test_another_version_is_refused_by_name_and_says_whom_to_answer() -> None:
    raw = encode(job()).replace(b'"v":1', b'"v":7').replace(b'"priority":"low"', b'"urgency":4')
    with pytest.raises(WireError, match="version 7") as failure:
        decode_job(raw)
    header = failure.value.header
    assert header is not None
    assert (header.job_id, header.reply_to) == ("j", "r")
    assert failure.value.failure.code is FailureCode.VERSION


@pytest.mark.parametrize("raw", [b"", b"[]", b"\x80\x04cos\nsystem\n.", b'{"v":1,"job_id":"j"}'])
def test_what_is_no_record_is_refused(raw: bytes) -> None:
    with pytest.raises(WireError) as failure:
        decode_job(raw)
    assert failure.value.failure.code is FailureCode.MALFORMED
    with pytest.raises(WireError):
        decode_reply(raw)
