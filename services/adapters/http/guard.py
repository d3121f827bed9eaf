"""Which addresses may be asked for a page: nothing behind the owner's own walls."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpx

from services.adapters.http.bodies import ACCEPTED, bounded

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_RESOLVE_S: Final = 5.0
_PUBLIC_PORTS: Final = frozenset({80, 443})
_FIRST_FREE_PORT: Final = 1024
"""Below it stand mail, databases of old and the like; a page stands at 80, 443 or above."""
_TRANSLATING: Final = ip_network("64:ff9b::/96")
"""IPv6 forms of IPv4 addresses (RFC 6052); the address inside is what counts."""
_WORLD: Final = ip_network("2000::/3")
"""All public IPv6 addresses; beyond it stand old forms of private and of IPv4 ones."""


class ForbiddenAddressError(httpx.TransportError):
    """The address lies in a network that pages may not be read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRules:
    """Which addresses are asked.

    Attributes:
        allowed: Private networks that the owner lets pages be read from; none by default.
    """

    allowed: tuple[Network, ...] = ()

    def admits(self, address: Address, port: int) -> bool:
        """Tell whether a server at this address may be asked.

        Public addresses may, at the ports where pages stand. Loopback, private, link-local
        (cloud metadata), multicast and reserved ones only where the owner has said so.
        """
        bare = _unwrapped(address)
        if any(bare.version == network.version and bare in network for network in self.allowed):
            return True
        return (
            bare.is_global
            and (isinstance(bare, IPv4Address) or bare in _WORLD)
            and not bare.is_multicast
            and (port in _PUBLIC_PORTS or port >= _FIRST_FREE_PORT)
        )


def networks(text: str) -> tuple[Network, ...]:
    """Read networks by commas.

    Raises:
        ValueError: One of them is none.

    Example:
        >>> networks("10.0.0.0/8, fd00::/8")
        (IPv4Network('10.0.0.0/8'), IPv6Network('fd00::/8'))
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _unwrapped(address: Address) -> Address:
    """Find the IPv4 address inside an IPv6 one, which reaches the same server."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _TRANSLATING:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


@dataclass(kw_only=True)
class GuardedTransport(httpx.AsyncBaseTransport):
    """Looks every address up itself and connects to the one that it has checked.

    A name that points somewhere else at the second look (DNS rebinding) gains nothing: the
    request goes to the checked address, the name stays in ``Host`` and in the certificate. Every
    redirect passes here again.
    """

    rules: AddressRules
    inner: httpx.AsyncBaseTransport = field(
        # A connection is known by its address here: another name there has another certificate.
        default_factory=lambda: httpx.AsyncHTTPTransport(
            retries=0, limits=httpx.Limits(max_connections=100, max_keepalive_connections=0)
        )
    )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to a checked address.

        Raises:
            ForbiddenAddressError: No address of the host may be asked.
            httpx.ConnectError: The host is not known.
            httpx.UnsupportedProtocol: A name and password stand in the address; they would stand
                in every citation too.
            httpx.DecodingError: The answer is packed in a way that was not asked for.
        """
        url = request.url
        if url.scheme not in {"http", "https"}:
            msg = "only http and https are read"
            raise ForbiddenAddressError(msg, request=request)
        if url.userinfo:
            msg = "addresses with passwords are not read"
            raise httpx.UnsupportedProtocol(msg, request=request)
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await _addresses(host, port, request)
        # One forbidden address forbids the host: which one answers is not ours to choose.
        if not all(self.rules.admits(address, port) for address in addresses):
            msg = f"{host} is in a network that is not read from"
            raise ForbiddenAddressError(msg, request=request)
        guarded = httpx.Request(
            request.method,
            url.copy_with(host=str(addresses[0])),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await bounded(await self.inner.handle_async_request(guarded))

    async def aclose(self) -> None:
        """Close the connections."""
        await self.inner.aclose()


async def _addresses(host: str, port: int, request: httpx.Request) -> Sequence[Address]:
    try:
        return [ip_address(host.strip("[]"))]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_RESOLVE_S):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        msg = f"{host} is not known"
        raise httpx.ConnectError(msg, request=request) from error
    if not found:
        msg = f"{host} is not known"
        raise httpx.ConnectError(msg, request=request)
    return [ip_address(entry[4][0]) for entry in found]


def guarded_client(rules: AddressRules, *, user_agent: str) -> httpx.AsyncClient:
    """Make a client for pages of strangers; it asks no proxy and keeps no cookie.

    What one person reads must not be told to a site by the cookies of another.

    Args:
        rules: Which addresses may be asked.
        user_agent: Who asks.
    """
    return httpx.AsyncClient(
        transport=GuardedTransport(rules=rules),
        trust_env=False,
        follow_redirects=True,
        max_redirects=5,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "user-agent": user_agent,
            "accept": "text/html,text/*;q=0.9,*/*;q=0.5",
            "accept-encoding": ACCEPTED,
        },
    )
