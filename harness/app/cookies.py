"""A browser's cookies, as RFC 6265 has them, as far as one person's visits need them.

A cookie goes back to the host that set it (and to those below its Domain), on paths below its own,
and over https only if it is Secure. Max-Age and Expires are judged by the wall clock, as a browser
does. The public suffix list has no say here: all hosts of a run are known.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult


@dataclass(frozen=True, slots=True)
class Cookie:
    """`host` and all below it if `below`. `until` is Unix seconds, or `None`: till the end."""

    name: str
    value: str
    host: str
    below: bool
    path: str
    secure: bool
    until: float | None

    def fits(self, to: SplitResult) -> bool:
        host = to.hostname or ""
        if host != self.host and not (self.below and host.endswith("." + self.host)):
            return False
        if self.secure and to.scheme != "https":
            return False
        path = to.path or "/"
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


class Cookies:
    """The cookies of one browser."""

    def __init__(self, kept: Iterable[Cookie] = ()) -> None:
        self._kept = {(each.name, each.host, each.path): each for each in kept}

    def copy(self) -> Cookies:
        return Cookies(self._kept.values())

    def header(self, to: SplitResult) -> str | None:
        """The `Cookie` header of a request; longer paths come first, as the RFC asks."""
        if not self._kept:
            return None
        now = time.time()
        fitting = [
            each
            for each in self._kept.values()
            if (each.until is None or each.until > now) and each.fits(to)
        ]
        fitting.sort(key=lambda each: -len(each.path))
        return "; ".join(f"{each.name}={each.value}" for each in fitting) or None

    def take(self, headers: Iterable[tuple[str, str]], at: SplitResult) -> None:
        """Keeps, replaces and drops what an answer from `at` says with `Set-Cookie`."""
        for name, value in headers:
            if name.lower() == "set-cookie" and (cookie := _cookie(value, at)) is not None:
                key = cookie.name, cookie.host, cookie.path
                self._kept.pop(key, None)
                if cookie.until is None or cookie.until > time.time():
                    self._kept[key] = cookie


def _cookie(line: str, at: SplitResult) -> Cookie | None:
    """The cookie of one `Set-Cookie`; `None` where it is not for this host, or has no name."""
    pair, *rest = line.split(";")
    name, equals, value = pair.partition("=")
    if not equals or not name.strip():
        return None
    said = {
        key.strip().lower(): given.strip() for key, _, given in (s.partition("=") for s in rest)
    }
    host = at.hostname or ""
    domain = said.get("domain", "").lstrip(".").lower()
    if domain and domain != host and not host.endswith("." + domain):
        return None
    path = said.get("path", "")
    return Cookie(
        name=name.strip(),
        value=value.strip(),
        host=domain or host,
        below=bool(domain),
        path=path if path.startswith("/") else _default_path(at.path),
        secure="secure" in said,
        until=_until(said),
    )


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _until(said: dict[str, str]) -> float | None:
    """Max-Age wins over Expires; what cannot be read counts as not said."""
    age = said.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return time.time() + int(age)
    try:
        return parsedate_to_datetime(said["expires"]).timestamp()
    except (KeyError, ValueError):
        return None
