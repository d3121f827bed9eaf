from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.library_pages import add_library_pages, article_page
from services.knowledge.demo_library import ARTICLES, read_articles


@pytest.fixture
def app() -> web.Application:
    app = web.Application()
    add_library_pages(app)
    return app


async def test_every_address_of_the_demo_library_opens_its_place(app: web.Application) -> None:
    documents = read_articles().documents
    assert len(documents) > 40
    async with TestClient(TestServer(app)) as client:
        for document in documents:
            assert document.url is not None
            page = await (await client.get(document.url)).text()
            anchors = {block.anchor for block in document.blocks if block.anchor}
            assert anchors
            for anchor in anchors:
                assert f'id="{anchor.removeprefix("#")}"' in page


@pytest.mark.parametrize(
    "name", ["nothing.md", "vectors.npy", "..%2Fmodels.py", "%2Fetc%2Fpasswd", ".."]
)
async def test_nothing_else_is_shown(app: web.Application, name: str) -> None:
    async with TestClient(TestServer(app)) as client:
        assert (await client.get(f"/library/{name}")).status == 404


def test_an_article_is_no_html(tmp_path: Path) -> None:
    path = tmp_path / "1-x.en.md"
    path.write_text("# <b>Title</b>\n\n<script>alert(1)</script>\n")
    page = article_page(path)
    assert "<script>" not in page
    assert "<title>&lt;b&gt;Title" in page
    assert ARTICLES.is_dir()
