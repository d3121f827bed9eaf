"""Files as programs write them, made for the tests."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    StreamObject,
)

Text = tuple[float, float, str]
"""Size in points, height on the page, the line; a line that begins with ``*`` is bold."""

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
2 beginbfrange
<20> <7E> <0020>
<C0> <FF> <0410>
endbfrange
endcmap
end
end"""


def pdf(
    pages: Sequence[Sequence[Text]],
    *,
    title: str = "",
    password: str | None = None,
    bookmarks: Sequence[tuple[str, int]] = (),
) -> bytes:
    """Write a PDF of lines; Russian letters are in Windows-1251."""
    writer = PdfWriter()
    unicode_map = DecodedStreamObject()
    unicode_map.set_data(_TO_UNICODE)
    to_unicode = writer._add_object(unicode_map)
    fonts = DictionaryObject()
    for name, base in (("/F1", "/Helvetica"), ("/F2", "/Helvetica-Bold")):
        fonts[NameObject(name)] = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject(base),
                NameObject("/ToUnicode"): to_unicode,
            }
        )
    for lines in pages:
        page = writer.add_blank_page(400, 600)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content: StreamObject = DecodedStreamObject()
        content.set_data(b"\n".join(_shown(*line) for line in lines))
        page[NameObject("/Contents")] = writer._add_object(content)
    if title:
        writer.add_metadata({"/Title": title})
    for name, number in bookmarks:
        writer.add_outline_item(title=name, page_number=number)
    if password is not None:
        writer.encrypt(user_password=password, owner_password=password * 2, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def paragraph_lines(*lines: str, top: float = 500, size: float = 10) -> list[Text]:
    """Lines of one paragraph, one below another."""
    return [(size, top - 12 * index, line) for index, line in enumerate(lines)]


def _shown(size: float, y: float, text: str) -> bytes:
    font = b"/F2" if text.startswith("*") else b"/F1"
    code = text.removeprefix("*").encode("cp1251").hex().encode()
    return b"BT %s %g Tf 40 %g Td <%s> Tj ET" % (font, size, y, code)


def word(path: Path) -> Path:
    """Write a DOCX with headings, a list and a table, by python-docx."""
    document = docx.Document()
    document.core_properties.title = ""
    document.add_heading("Щи", level=1)
    document.add_paragraph("Варят час\nи едят.")
    document.add_heading("Состав", level=2)
    document.add_paragraph("капуста", style="List Bullet")
    table = document.add_table(rows=0, cols=2)
    for cells in (("Продукт", "Сколько"), ("Соль", "щепоть"), ("Вода", "2 литра")):
        row = table.add_row().cells
        row[0].text, row[1].text = cells
    document.save(str(path))
    return path


def archive(path: Path, files: dict[str, bytes | str]) -> Path:
    """Write a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


_CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""
_OPF = """<package xmlns="http://www.idpf.org/2007/opf"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Кухня</dc:title>
<dc:creator>А. Повар</dc:creator></metadata><manifest>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="a%20a.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine toc="ncx"><itemref idref="a"/><itemref idref="b"/></spine></package>"""
_NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
<navPoint><navLabel><text>Первая глава</text></navLabel><content src="a%20a.xhtml#x"/></navPoint>
</navMap></ncx>"""
_CHAPTER = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>'
    "{body}</body></html>"
)


def book(path: Path, more: dict[str, bytes | str] | None = None) -> Path:
    """Write an EPUB of two chapters, the first without a heading of its own."""
    return archive(
        path,
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "OEBPS/book.opf": _OPF,
            "OEBPS/toc.ncx": _NCX,
            "OEBPS/a a.xhtml": _CHAPTER.format(body="<p>Капусту режут.</p>"),
            "OEBPS/b.xhtml": _CHAPTER.format(body="<h2>Вторая</h2><p>Суп варят.</p>"),
            **(more or {}),
        },
    )
