"""Web pages of the demo library's articles, so that a citation opens the very place."""

from html import escape
from pathlib import Path
from typing import Final

from aiohttp import web
from markdown_it import MarkdownIt
from markdown_it.token import Token

from services.knowledge.demo_library import ARTICLES, PAGES
from services.knowledge.readers.markdown import anchored_headings

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #2b211b; --paper: #fffaf3; --mark: #ffe3bd; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f1e6dc; --paper: #1d1714; --mark: #4d3620; }
}
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink);
       background: var(--paper); font: 1.06rem/1.6 system-ui, sans-serif; }
:target { background: var(--mark); border-radius: .4rem; padding: .1em .4em; margin-left: -.4em; }
"""


def add_library_pages(app: web.Application) -> None:
    """Serve the articles under ``PAGES``; other names are not found."""
    app.router.add_get(f"{PAGES}{{name}}", _article)


async def _article(request: web.Request) -> web.Response:
    path = ARTICLES / request.match_info["name"]
    if path not in set(ARTICLES.glob("*.md")):
        raise web.HTTPNotFound(text="There is no such article.")
    return web.Response(
        text=article_page(path),
        content_type="text/html",
        headers={"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
    )


def article_page(path: Path) -> str:
    """Make a page of an article; its headings have the anchors that citations use."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(path.read_text("utf-8"))
    for opening, anchor in anchored_headings(tokens):
        opening.attrSet("id", anchor)
    body = markdown.renderer.render(tokens, markdown.options, {})
    language = path.name.split(".")[-2]
    return (
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(_title(tokens))}</title><style>{_STYLE}</style>{body}</html>"
    )


def _title(tokens: list[Token]) -> str:
    return next((token.content for token in tokens if token.type == "inline"), "")
