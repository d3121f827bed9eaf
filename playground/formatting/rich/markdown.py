"""Rich Markdown: GitHub's, with Telegram's marks, as rich HTML."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

PAIRS: Final = {"==": "mark", "||": "tg-spoiler"}
NOTE: Final = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]+(.*(?:\n(?:[ \t]{2,}|\t).*)*)", re.MULTILINE)
REFERENCE: Final = re.compile(r"\[\^([^\]\s]+)\]")
MATH_BLOCK: Final = re.compile(r"^\$\$\s*(.+?)\s*\$\$[ \t]*$", re.MULTILINE | re.DOTALL)
FENCE: Final = re.compile(r"^(```|~~~)[\s\S]*?^\1", re.MULTILINE)
TASK: Final = re.compile(r"<li>(\s*<p>)?\[([ xX])\][ \t]+")
LONE_MEDIA: Final = re.compile(r"<p>\s*((?:<(?:img|video|audio|tg-document)\b[^>]*/>\s*)+)</p>")
ALIGNED: Final = re.compile(r' style="text-align:\s*(left|center|right)"')
TIME_LINK: Final = re.compile(r"tg://time\?unix=(\d+)(?:&(?:amp;)?format=(\w+))?$")
EMOJI_LINK: Final = re.compile(r"tg://emoji\?id=(\d+)$")
SOUNDS: Final = (".mp3", ".ogg", ".oga", ".m4a")
FILMS: Final = (".mp4", ".gif", ".mov", ".webm")
TAGS: Final = {"tg://video": "video", "tg://audio": "audio", "tg://document": "tg-document"}


def _pair(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as the library calls it
    """``==marked==`` and ``||spoiler||``."""
    mark = state.src[state.pos : state.pos + 2]
    if mark not in PAIRS:
        return False
    stop = state.src.find(mark, state.pos + 2)
    if stop <= state.pos + 2 or stop > state.posMax:
        return False
    if not silent:
        _wrapped(state, PAIRS[mark], stop)
    state.pos = stop + 2
    return True


def _wrapped(state: StateInline, tag: str, stop: int) -> None:
    begin, end = state.pos, state.posMax
    state.push("html_inline", "", 0).content = f"<{tag}>"
    state.pos, state.posMax = begin + 2, stop
    state.md.inline.tokenize(state)
    state.pos, state.posMax = begin, end
    state.push("html_inline", "", 0).content = f"</{tag}>"


def _math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as the library calls it
    """``$x^2$``: no space inside the dollars, no digit after them."""
    found = re.compile(r"\$(?![\s$])([^$\n]*[^\s$\\])\$(?!\d)").match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        source = escape(found[1], quote=False)
        state.push("html_inline", "", 0).content = f"<tg-math>{source}</tg-math>"
    state.pos = found.end()
    return True


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """A file, a custom emoji or a time, as all of them are written like images."""
    token = tokens[at]
    source = str(token.attrGet("src") or "")
    label = renderer.renderInlineAsText(token.children or [], options, env)
    if emoji := EMOJI_LINK.match(source):
        return f'<tg-emoji emoji-id="{emoji[1]}">{escape(label)}</tg-emoji>'
    if time := TIME_LINK.match(source):
        return f'<tg-time unix="{time[1]}" format="{time[2] or ""}">{escape(label)}</tg-time>'
    title = token.attrGet("title")
    shown = f' title="{escape(str(title))}"' if title else ""
    return f'<{media_tag(source)} src="{escape(source)}"{shown}/>'


def media_tag(source: str) -> str:
    """Tell the tag of a file by its address."""
    path = source.lower().partition("?")[0]
    if path in TAGS:
        return TAGS[path]
    if path.endswith(SOUNDS):
        return "audio"
    return "video" if path.endswith(FILMS) else "img"


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Leave addresses to the HTML that follows."""
        return bool(url)


@cache
def _parser() -> MarkdownIt:
    parser = _Markdown("commonmark", {"html": True, "breaks": False})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("emphasis", "telegram_pair", _pair)
    parser.inline.ruler.before("escape", "telegram_math", _math)
    parser.inline.add_terminator_char("$")
    parser.inline.add_terminator_char("=")
    parser.inline.add_terminator_char("|")
    parser.add_render_rule("image", _image)
    parser.add_render_rule("fence", _fence)
    return parser


def _fence(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    token = tokens[at]
    language = token.info.strip().split(" ")[0]
    code = escape(token.content.rstrip("\n"), quote=False)
    if language == "math":
        return f"<tg-math-block>{code}</tg-math-block>\n"
    kind = f' class="language-{escape(language)}"' if language else ""
    return f"<pre><code{kind}>{code}</code></pre>\n"


def markdown_html(source: str) -> str:
    """Give the rich HTML of rich Markdown."""
    notes: dict[str, str] = {}
    body = _outside_fences(source, lambda text: _without_notes(text, notes))
    html = _parser().render(body)
    for name, note in notes.items():
        inner = _parser().renderInline(" ".join(note.split()))
        html += f'<p><tg-reference name="{escape(name)}">{inner}</tg-reference></p>\n'
    html = LONE_MEDIA.sub(r"\1", ALIGNED.sub(r' align="\1"', html))
    return TASK.sub(_task, html)


def _task(found: re.Match[str]) -> str:
    checked = "" if found[2] == " " else " checked"
    return f'<li><input type="checkbox"{checked}/>{found[1] or ""}'


def _outside_fences(source: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    at = 0
    for fence in FENCE.finditer(source):
        parts += [change(source[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*parts, change(source[at:])])


def _without_notes(text: str, notes: dict[str, str]) -> str:
    def keep(found: re.Match[str]) -> str:
        notes[found[1]] = found[2]
        return ""

    text = MATH_BLOCK.sub(_math_block, NOTE.sub(keep, text))
    return REFERENCE.sub(_reference, text)


def _math_block(found: re.Match[str]) -> str:
    return f"\n```math\n{found[1]}\n```\n"


def _reference(found: re.Match[str]) -> str:
    name = escape(found[1])
    return f'<a href="#{name}">{name}</a>'
