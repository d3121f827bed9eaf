from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """How much of an untrusted file is taken on.

    Attributes:
        file_mb: Largest file of any kind but a Telegram export, which is read in portions.
        text_mb: Most text taken from one file that is no export.
        markup_mb: Largest HTML or Markdown file: their parsers hold several times its size.
        seconds: Longest time for taking a PDF, DOCX, EPUB, HTML or Markdown file apart.
        memory_mb: Most memory for that, beside the program's own.
        pages: Most pages of a PDF, and chapters of an EPUB.
        archive_files: Most files in an archive, those in an archive inside it included.
        archive_mb: Most that an archive unpacks to; exports in it count as well.
        archive_ratio: How many times larger than itself a file of an archive may be, from 10 MB.
    """

    file_mb: int = 512
    text_mb: int = 128
    markup_mb: int = 32
    seconds: int = 600
    memory_mb: int = 1024
    pages: int = 5000
    archive_files: int = 2000
    archive_mb: int = 4096
    archive_ratio: int = 200
