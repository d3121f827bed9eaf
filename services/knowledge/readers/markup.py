"""HTML and Markdown files, read in the child."""

from typing import BinaryIO

from services.knowledge.readers.apart import ApartRequest
from services.knowledge.readers.html import read_html
from services.knowledge.readers.markdown import read_markdown
from services.knowledge.readers.models import ReadSource


def read_apart(request: ApartRequest, file: BinaryIO) -> ReadSource:
    """Read a file by its kind."""
    reader = read_html if request.kind == "html" else read_markdown
    return reader(request.source, request.name, file.read(), url=request.url)
