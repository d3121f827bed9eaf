"""Why a source was not read: a code with parameters for catalogues, an English sentence for logs.

A sentence is rendered from its code, so that code and sentence cannot say different things. Its
parameters are numbers or short words of our own, never text of the file, except ``name``, which
is cleaned, and ``suffix``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class SkipCode(StrEnum):
    """What is wrong with a source; in brackets the parameters."""

    OTHER = "other"
    EMPTY = "empty"
    NO_TEXT = "no-text"
    NOT_TEXT = "not-text"
    UNKNOWN_KIND = "unknown-kind"  # suffix
    NOT_FOUND = "not-found"
    NO_PERMISSION = "no-permission"
    NOT_A_FILE = "not-a-file"
    IS_A_FOLDER = "is-a-folder"
    IS_A_LINK = "is-a-link"
    UNREADABLE = "unreadable"
    FOLDER_WITHOUT_SOURCES = "folder-without-sources"
    TOO_LARGE = "too-large"  # limit_mb
    TOO_MUCH_TEXT = "too-much-text"  # limit_mb
    TOO_SLOW = "too-slow"  # limit_s
    TOO_MUCH_MEMORY = "too-much-memory"
    BROKEN = "broken"  # kind: PDF, DOCX, EPUB, ZIP, HTML, table
    WRONG_KIND = "wrong-kind"  # kind, as the name says it
    ENCRYPTED = "encrypted"  # kind
    PROTECTED_BOOK = "protected-book"
    SCANNED = "scanned"
    TOO_MANY_PAGES = "too-many-pages"  # limit
    TOO_DEEP = "too-deep"
    NO_EXPORT = "no-export"
    EXPORT_BROKEN = "export-broken"
    EXPORT_EMPTY = "export-empty"
    EXPORT_WITHOUT_TEXT = "export-without-text"
    EXPORT_LINK_OF_MANY = "export-link-of-many"
    DELETIONS_KEPT = "deletions-kept"  # missing, known
    ARCHIVE_EMPTY = "archive-empty"
    ARCHIVE_TOO_MANY = "archive-too-many"  # limit
    ARCHIVE_TOO_LARGE = "archive-too-large"  # limit_mb
    ARCHIVE_BOMB = "archive-bomb"  # limit (times smaller than its content)
    ARCHIVE_NESTED = "archive-nested"
    ARCHIVE_BAD_NAME = "archive-bad-name"
    FILE_CHANGED = "file-changed"
    PAGE_FORBIDDEN = "page-forbidden"
    PAGE_NOT_FOUND = "page-not-found"  # status
    PAGE_OF_OTHER_KIND = "page-of-other-kind"
    PAGE_PRIVATE = "page-private"
    PAGE_ROUND = "page-round"
    PAGE_SILENT = "page-silent"
    PAGE_UNREACHABLE = "page-unreachable"


SENTENCES: Final[Mapping[SkipCode, str]] = {
    SkipCode.OTHER: "it cannot be read",
    SkipCode.EMPTY: "it is empty",
    SkipCode.NO_TEXT: "there is no text in it",
    SkipCode.NOT_TEXT: "it is not a text file",
    SkipCode.UNKNOWN_KIND: "files of the kind {suffix} cannot be read yet",
    SkipCode.NOT_FOUND: "there is no such file",
    SkipCode.NO_PERMISSION: "reading it is not allowed: change its permissions",
    SkipCode.NOT_A_FILE: "it is no ordinary file",
    SkipCode.IS_A_FOLDER: "it is a folder",
    SkipCode.IS_A_LINK: "it is a link to another place, and those are not followed",
    SkipCode.UNREADABLE: "the disk could not read it",
    SkipCode.FOLDER_WITHOUT_SOURCES: "there is no file of a known kind in this folder",
    SkipCode.TOO_LARGE: "it is larger than {limit_mb} MB",
    SkipCode.TOO_MUCH_TEXT: "it has more than {limit_mb} MB of text: divide it",
    SkipCode.TOO_SLOW: "reading it took more than {limit_s} seconds: divide it, or save it anew",
    SkipCode.TOO_MUCH_MEMORY: "reading it needs too much memory: divide it, or save it anew",
    SkipCode.BROKEN: "the {kind} file is damaged or incomplete: save or download it again",
    SkipCode.WRONG_KIND: "its name says {kind}, its content is something else",
    SkipCode.ENCRYPTED: "the {kind} file is protected by a password: save it without one",
    SkipCode.PROTECTED_BOOK: "the book is encrypted by its seller (DRM)",
    SkipCode.SCANNED: "its pages are pictures without text: run text recognition (OCR) first",
    SkipCode.TOO_MANY_PAGES: "it has more than {limit} pages: divide it",
    SkipCode.TOO_DEEP: "it is nested too deeply",
    SkipCode.NO_EXPORT: (
        "it is no Telegram Desktop export: export the chat as JSON and send result.json"
    ),
    SkipCode.EXPORT_BROKEN: "the export is damaged or incomplete: export the chat again",
    SkipCode.EXPORT_EMPTY: "the export has no messages",
    SkipCode.EXPORT_WITHOUT_TEXT: "no message in the export has any text",
    SkipCode.EXPORT_LINK_OF_MANY: "--link needs an export of one chat; this file has many",
    SkipCode.DELETIONS_KEPT: (
        "{missing} of its {known} posts are missing in this export; they were kept because more "
        "than 10% would go: run again with --yes to remove them"
    ),
    SkipCode.ARCHIVE_EMPTY: "there is no file of a known kind in the archive",
    SkipCode.ARCHIVE_TOO_MANY: "the archive has more than {limit} files: divide it",
    SkipCode.ARCHIVE_TOO_LARGE: "unpacked it is larger than {limit_mb} MB: divide it",
    SkipCode.ARCHIVE_BOMB: "unpacked it is more than {limit} times as large, as only bombs are",
    SkipCode.ARCHIVE_NESTED: "an archive inside an archive inside an archive is not opened",
    SkipCode.ARCHIVE_BAD_NAME: "its name points outside the archive",
    SkipCode.FILE_CHANGED: "it changed while it was read: try again",
    SkipCode.PAGE_FORBIDDEN: "the site asks programs not to read it (robots.txt)",
    SkipCode.PAGE_NOT_FOUND: "the server answered {status}",
    SkipCode.PAGE_OF_OTHER_KIND: "it is neither a page nor a file of a known kind",
    SkipCode.PAGE_PRIVATE: (
        "its address is in a private network, which pages are not read from"
        " (SAMOVAR_PRIVATE_NETWORKS names those that may be)"
    ),
    SkipCode.PAGE_ROUND: "it leads from one address to the next without end",
    SkipCode.PAGE_SILENT: "the server did not answer in time",
    SkipCode.PAGE_UNREACHABLE: "there is no server at this address, or it breaks off",
}


def sentence(code: SkipCode, parameters: Mapping[str, str | int]) -> str:
    """Say in English why a source was skipped."""
    return SENTENCES[code].format(**parameters)
