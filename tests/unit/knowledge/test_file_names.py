import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.file_names import clean_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("устав.md", "устав.md"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\цены.PDF", "цены.PDF"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("a\nb\x00c.txt", "a b c.txt"),
        ("", "file"),
        ("///", "file"),
        ("я" * 200 + ".pdf", "я" * 76 + ".pdf"),
    ],
)
def test_a_name_keeps_what_it_says_and_nothing_that_misleads(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


@given(st.text(max_size=300))
def test_no_name_is_long_empty_or_unseen(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= 80
    assert "/" not in clean
    assert "\\" not in clean
    assert not {unicodedata.category(sign) for sign in clean} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
