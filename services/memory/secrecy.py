"""What is not kept even when a person asks for it: secrets belong in no chat history."""

import re
from typing import Final

_WORDS = re.compile(
    r"парол|пин[\s-]?код|\bпин\b|\bcv[vc]2?\b|password|passcode|passphrase|\bpin\b|"
    r"(?:секретн\w+|приватн\w+|private|secret|api)[\s-]+(?:ключ\w*|key|token)|"
    r"(?:сид|seed)[\s-]?(?:фраз\w+|phrase)|код из смс|sms code|"
    r"(?:паспорт\w*|снилс|\bинн\b|passport|\bssn\b|social security)\D{0,30}\d{4,}",
    re.IGNORECASE,
)
_TOKENS = re.compile(
    r"-----BEGIN|\b\d{8,10}:[\w-]{30,}|\b(?:sk|pk|ghp|gho|xox[bp])[-_][\w-]{16,}|"
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b|\beyJ[\w-]{10,}\.[\w-]{10,}"
)
_DIGITS = re.compile(r"\d(?:[ -]?\d){11,18}")
_LONGEST_NUMBER: Final = 9


def is_secret(text: str) -> bool:
    """Tell whether a text holds a card number, a password, a key or a document's number.

    Example:
        >>> is_secret("мой пароль qwerty"), is_secret("карта 4111 1111 1111 1111")
        (True, True)
        >>> is_secret("у меня двое детей")
        False
    """
    if _WORDS.search(text) or _TOKENS.search(text):
        return True
    return any(_passes_luhn(found.group()) for found in _DIGITS.finditer(text))


def _passes_luhn(number: str) -> bool:
    """Check the digit that all payment cards carry."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    doubled = [2 * digit for digit in digits[-2::-2]]
    folded = (d - _LONGEST_NUMBER if d > _LONGEST_NUMBER else d for d in doubled)
    return (sum(digits[-1::-2]) + sum(folded)) % 10 == 0
