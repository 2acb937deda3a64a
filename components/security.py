"""Headers every response carries, and whether the app is open to this machine alone."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


_PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""Headers that proxies add; a browser at this machine sends none."""


class SecurityHeaders:
    """ASGI middleware that adds the headers to HTTP responses; a plain ASGI class because Starlette's
    function middleware would buffer what Streamlit streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


def single_leader_mode() -> bool:
    """Whether only who sits at this machine can be looking: bound to a loopback address, asked for by one.

    Without sign-in this is the only way in which the app can tell who sees what is about one person. The host
    of the request and the page it comes from count too: a name that leads here from elsewhere is no loopback
    address. What a proxy passed on comes from somebody else.
    """
    headers = st.context.headers
    if not _is_loopback(str(st.get_option("server.address") or "")):
        return False
    if any(headers.get(name) for name in _PASSED_ON):
        return False
    asked, origin = headers.get("Host"), headers.get("Origin")
    return (not asked or _is_loopback(_host(f"//{asked}"))) and (not origin or _is_loopback(_host(origin)))


def _host(address: str) -> str:
    """The host of an address; "" where it names none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
