"""What a webhook must look like.

A local address is taken as it is, as by a Bot API server in local mode: any port, no HTTPS.
Elsewhere Telegram's own rules hold.
"""

import asyncio
import ipaddress
import re
import socket
from typing import Final

from aiogram import methods
from yarl import URL

from playground.refusals import bad_request
from playground.registry import Caller
from playground.state.updates import Webhook

PORTS: Final = frozenset({80, 88, 443, 8443})
LONGEST_SECRET: Final = 256
MOST_CONNECTIONS: Final = 100
USUAL_CONNECTIONS: Final = 40
RESOLVE_S: Final = 5.0
UNKNOWN: Final = "bad webhook: Failed to resolve host: Name or service not known"
LOCAL: Final = "127.0.0.1"


async def webhook_from(caller: Caller, call: methods.SetWebhook) -> Webhook:
    """Check what setWebhook was given.

    Raises:
        Refusal: Telegram would not take it.
    """
    url = _url(call.url)
    _check_secret(call.secret_token or "")
    given = MOST_CONNECTIONS if call.max_connections is None else call.max_connections
    usual = USUAL_CONNECTIONS if call.max_connections is None else MOST_CONNECTIONS
    certificate = caller.uploads.get("certificate")
    return Webhook(
        call.url,
        call.secret_token or None,
        min(max(given, 1), usual),
        ip_address=await _address(url, call.ip_address),
        certificate=certificate.content.decode(errors="replace") if certificate else None,
    )


def _url(text: str) -> URL:
    try:
        url = URL(text if "://" in text else f"https://{text}")
        port = url.port
    except ValueError as error:
        raise bad_request("invalid webhook URL specified") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise bad_request("invalid webhook URL specified")
    if is_local(url.host):
        return url
    if url.scheme == "http":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def is_local(host: str) -> bool:
    """Whether an address is of this machine or of a network around it."""
    if host == "localhost" or host.endswith(".localhost") or "." not in host.strip("[]"):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _check_secret(secret: str) -> None:
    if len(secret.encode()) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains illegal characters")


async def _address(url: URL, given: str | None) -> str:
    """Find where the updates go: an IPv4 address that is not reserved."""
    host = url.host or ""
    if given:
        return _checked(given)
    if is_local(host):
        return host if _is_ip(host) else LOCAL
    if _is_ip(host):
        return _checked(host)
    if host.endswith(".invalid"):
        raise bad_request(UNKNOWN)
    return await _resolved(host)


async def _resolved(host: str) -> str:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = await loop.getaddrinfo(host, None, family=socket.AF_INET)
    except (OSError, TimeoutError) as error:
        raise bad_request(UNKNOWN) from error
    return str(found[0][4][0])


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _checked(given: str) -> str:
    if not _is_ip(given):
        raise bad_request("bad webhook: Invalid IP address specified")
    address = ipaddress.ip_address(given)
    if address.version != 4:  # noqa: PLR2004 - IPv4
        raise bad_request("bad webhook: IPv6-only addresses are not allowed")
    return given
