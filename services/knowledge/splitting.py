"""Documents into passages of about 300 to 500 tokens that respect structure."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.knowledge.models import Block, BlockKind, SourceDocument
from services.knowledge.sentences import Span, has_words, sentence_spans
from services.knowledge.visible import visible

TARGET_TOKENS: Final = 300
MOST_TOKENS: Final = 500
_TAIL_TOKENS: Final = 120
# A passage of this length is long enough for the next section to begin another.
_SECTION_TOKENS: Final = 240
_LEAD_CHARACTERS: Final = 120
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_PATH_SEPARATOR: Final = " › "
_LETTERS_PER_TOKEN: Final = 4


def estimate_tokens(text: str) -> int:
    """Estimate the tokens that the encoder will see, without a tokenizer.

    Each word counts one token for every four letters begun, each mark one. Counted against the
    vocabulary of multilingual-e5 on 237 passages, the median by source is 0.94 (Russian
    recipes) to 1.24 of the true number and the least 0.77, so that a passage of 500 by this
    estimate had at most 469 true tokens and the encoder, which reads 512, saw all of it.
    """
    return sum(math.ceil(len(word) / _LETTERS_PER_TOKEN) for word in _WORD.findall(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDraft:
    """A passage before it is stored.

    Attributes:
        heading: Path of the headings it stands under, or empty.
        context: What the passage is about but does not say itself: its headings, or the first
            line of the document for a later passage; goes into the index with the text.
        anchor: Relative address of its first block, joined to the document's URL.
        sentences: Spans into ``text`` of what can be quoted: no headings, no bare links.
    """

    text: str
    heading: str
    context: str
    anchor: str
    sentences: tuple[Span, ...]


@dataclass(slots=True)
class _Piece:
    """A block, or a part of a huge one, with the headings above it."""

    block: Block
    text: str
    tokens: int
    path: tuple[str, ...]


def split_document(document: SourceDocument) -> list[PassageDraft]:
    """Split a document into passages, in reading order.

    Passages end at the ends of blocks. A heading never ends a passage and opens a new one when
    the passage before it is long enough to stand alone; only a block longer than 500 tokens is
    cut, between sentences, and only a sentence longer than that is cut between words. The text
    of all passages one after another is the text of all blocks.
    """
    groups = _without_tail(list(_groups(list(_pieces(document.blocks)))))
    lead = _lead(document)
    drafts = [_draft(group, first=index == 0, lead=lead) for index, group in enumerate(groups)]
    return [draft for draft in drafts if draft.text]


def _pieces(blocks: Iterable[Block]) -> Iterator[_Piece]:
    path: list[tuple[int, str]] = []
    for block in blocks:
        text = visible(block.text).strip()
        if not text:
            continue
        if block.kind is BlockKind.HEADING:
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, " ".join(text.split())))
        names = tuple(name for _, name in path)
        for part in _parts(text):
            yield _Piece(block, part, estimate_tokens(part), names)


def _parts(text: str) -> list[str]:
    if estimate_tokens(text) <= MOST_TOKENS:
        return [text]
    parts: list[str] = []
    filled = MOST_TOKENS
    for sentence in _sentences_or_words(text):
        tokens = estimate_tokens(sentence)
        if filled + tokens > TARGET_TOKENS:
            parts.append(sentence)
            filled = tokens
        else:
            parts[-1] += sentence
            filled += tokens
    return [part.strip() for part in parts]


def _sentences_or_words(text: str) -> Iterator[str]:
    """Give the sentences with the white space after them; huge ones by lines, then words."""
    starts = [start for start, _ in sentence_spans(text)]
    for start, end in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True):
        sentence = text[start:end]
        if estimate_tokens(sentence) <= MOST_TOKENS:
            yield sentence
        else:
            yield from _runs_of_words(sentence)


def _runs_of_words(sentence: str) -> Iterator[str]:
    words = re.findall(r"\S+\s*", sentence)
    for word in words:
        # A "word" without white space can be a whole file in base64.
        width = MOST_TOKENS
        yield from (word[at : at + width] for at in range(0, len(word), width))


def _groups(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    filled = 0
    for index, piece in enumerate(pieces):
        needed = piece.tokens + _following(pieces, index)
        if group and _closes(group, filled, piece, needed):
            kept, carried = _without_trailing_headings(group)
            yield kept
            group, filled = carried, sum(entry.tokens for entry in carried)
        group.append(piece)
        filled += piece.tokens
    if group:
        yield group


def _without_tail(groups: list[list[_Piece]]) -> list[list[_Piece]]:
    """Join a last passage that is too short to stand alone to the one before, if it fits."""
    if len(groups) > 1:
        sizes = [sum(piece.tokens for piece in group) for group in groups[-2:]]
        if sizes[1] < _TAIL_TOKENS and sum(sizes) <= MOST_TOKENS:
            return [*groups[:-2], groups[-2] + groups[-1]]
    return groups


def _following(pieces: Sequence[_Piece], index: int) -> int:
    """Count what a heading must have room for: the first block under it."""
    if pieces[index].block.kind is not BlockKind.HEADING or index + 1 == len(pieces):
        return 0
    return min(pieces[index + 1].tokens, TARGET_TOKENS)


def _closes(group: Sequence[_Piece], filled: int, piece: _Piece, needed: int) -> bool:
    if all(entry.block.kind is BlockKind.HEADING for entry in group):
        return filled + piece.tokens > MOST_TOKENS
    if piece.block.kind is BlockKind.HEADING and filled >= _SECTION_TOKENS:
        return True
    over = filled + needed > MOST_TOKENS
    return over or (filled >= TARGET_TOKENS and piece.block.kind is not BlockKind.LIST_ITEM)


def _without_trailing_headings(group: list[_Piece]) -> tuple[list[_Piece], list[_Piece]]:
    end = len(group)
    while end > 1 and group[end - 1].block.kind is BlockKind.HEADING:
        end -= 1
    if end == 1 and group[0].block.kind is BlockKind.HEADING:
        return group, []
    return group[:end], group[end:]


def _draft(group: Sequence[_Piece], *, first: bool, lead: str) -> PassageDraft:
    text, sentences = _joined(group)
    path = _shared_path(group)
    heading = _PATH_SEPARATOR.join(path)
    missing = [name for name in path if name not in text]
    if not path and not first and lead not in text:
        missing = [lead]
    return PassageDraft(
        text=text, heading=heading, context="\n".join(missing),
        anchor=group[0].block.anchor, sentences=tuple(sentences),
    )  # fmt: skip


def _shared_path(group: Sequence[_Piece]) -> tuple[str, ...]:
    """Give the headings that stand above every block that is no heading itself."""
    paths = [p.path for p in group if p.block.kind is not BlockKind.HEADING] or [group[0].path]
    shared = paths[0]
    for path in paths[1:]:
        length = next(
            (i for i, (a, b) in enumerate(zip(shared, path, strict=False)) if a != b),
            min(len(shared), len(path)),
        )
        shared = shared[:length]
    return shared


def _joined(group: Sequence[_Piece]) -> tuple[str, list[Span]]:
    text = ""
    quotable: list[Span] = []
    other: list[Span] = []
    for piece in group:
        text += "\n" if text else ""
        shifted = [
            (len(text) + start, len(text) + end) for start, end in _spans(piece.block, piece.text)
        ]
        text += piece.text
        if piece.block.kind is BlockKind.HEADING:
            other += shifted
        elif has_words(piece.text):
            quotable += shifted
        elif quotable and text[quotable[-1][1] - 1] == ":":
            # "The code:" and the address on the next line are one statement.
            quotable[-1] = (quotable[-1][0], len(text))
        else:
            other += shifted
    return text, quotable or other


def _spans(block: Block, text: str) -> list[Span]:
    return [(0, len(text))] if block.kind is BlockKind.CODE else sentence_spans(text)


def _lead(document: SourceDocument) -> str:
    first = next((b.text.strip() for b in document.blocks if has_words(b.text)), "")
    line = first.partition("\n")[0]
    if len(line) <= _LEAD_CHARACTERS:
        return line
    return line[:_LEAD_CHARACTERS].rsplit(" ", 1)[0]
