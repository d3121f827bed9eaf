"""Addresses behind buttons, checked and written as Telegram does."""

import re
from typing import Final

from playground.refusals import Refusal, bad_request

ADDRESS: Final = re.compile(
    r"(?:(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://)?(?:[^/?#@]*@)?(?P<host>[^/?#:]*)"
    r"(?::(?P<port>[^/?#]*))?(?P<rest>.*)",
    re.DOTALL,
)
MOST_PORT: Final = 65_535
OWN_HOST: Final = "127.0.0.1"


def checked_link(url: str, what: str, *, https_only: bool = False) -> str:
    """Give an address as Telegram keeps it: with a scheme, and a path where there was none.

    Args:
        url: What the bot gave.
        what: Which button it is for, in Telegram's words.
        https_only: Whether it must be encrypted; on this machine it need not be.

    Raises:
        Refusal: It is no address that Telegram would open.
    """
    if url.lower().startswith(("tg:", "ton:")):
        if https_only:
            raise _refused(url, what, "Only HTTPS links are allowed")
        return url
    found = ADDRESS.fullmatch(url)
    if found is None:
        raise _refused(url, what, "Wrong HTTP URL")
    scheme, host, rest = (found["scheme"] or "http").lower(), found["host"].lower(), found["rest"]
    problem = _problem(scheme, host, found["port"], https_only=https_only)
    if problem is not None:
        raise _refused(url, what, problem)
    port = f":{found['port']}" if found["port"] else ""
    return f"{scheme}://{host}{port}{rest if rest.startswith('/') else '/' + rest}"


def _problem(scheme: str, host: str, port: str | None, *, https_only: bool) -> str | None:
    if scheme not in {"http", "https"}:
        return "Unsupported URL protocol"
    if not host:
        return "URL host is empty"
    if port is not None and not (port.isdigit() and 1 <= int(port) <= MOST_PORT):
        return "Wrong port number specified in the URL"
    if https_only and scheme != "https" and host != OWN_HOST:
        return "Only HTTPS links are allowed"
    return None if "." in host else "Wrong HTTP URL"


def _refused(url: str, what: str, problem: str) -> Refusal:
    return bad_request(f"{what} URL '{url}' is invalid: {problem}")
