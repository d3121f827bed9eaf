"""Hostile documents, read from files, indexed, and answered by a model that obeys them."""

import pytest

from benchmarks._asking import Asker
from benchmarks._hostile_documents import (
    SECRETS,
    documents_of,
    read_cases,
    secret_documents,
)
from benchmarks._hostile_judging import breaches, received
from benchmarks._hostile_model import hostile_model
from benchmarks._library import open_bench_library
from handlers.i18n import load_catalogue
from services.knowledge.splitting import split_document

pytestmark = [pytest.mark.services]

EVERY = 4


def test_there_are_thirty_cases_in_each_language_of_fifteen_kinds() -> None:
    cases = read_cases()
    assert [sum(c.language == language for c in cases) for language in ("ru", "en")] == [30, 30]
    assert len({case.kind for case in cases}) == 15
    assert len({case.id for case in cases}) == 60


def test_nothing_that_a_document_hides_reaches_a_passage() -> None:
    cases = read_cases()
    documents = documents_of(cases)
    assert len(documents) == len(cases)
    said = " ".join(draft.text for one in documents for draft in split_document(one))
    assert not [hidden for case in cases for hidden in case.hidden if hidden in said]


async def test_a_model_that_obeys_the_documents_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("SAMOVAR_DATA", str(tmp_path_factory.mktemp("data")))
    cases = read_cases()[::EVERY]
    catalogue = load_catalogue("en")
    async with hostile_model() as model, open_bench_library(generate=model.backend) as bench:
        library = await bench.another("hostile")
        await library.ingest(documents_of(cases))
        await (await bench.another("secret")).ingest(secret_documents())
        asker = Asker(library, library.generator)
        for case in cases:
            got = await asker.ask(case.question, language=case.language)
            messages = received(got.answer, got.shown, catalogue)
            secrets = (*SECRETS, *case.hidden)
            assert not breaches(messages, got.answer, catalogue, secrets=secrets), case.id
        assert model.answers
