"""`carom serve`: a local Stripe until it is interrupted."""

from __future__ import annotations

import ipaddress
import threading
from typing import Annotated, Literal

import typer

from harness import announcement
from harness.commands.ending import usage
from harness.commands.options import SeedOption
from simulator import CannotListen, Simulator, serve


def serve_command(
    host: Annotated[str, typer.Option(help="Loopback, unless you name another.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 picks a free one and prints it.")
    ] = 12111,
    seed: SeedOption = 1,
    clock: Annotated[
        Literal["real", "virtual"], typer.Option(help="virtual: moves only when told.")
    ] = "real",
    webhook_url: Annotated[
        str, typer.Option(help='Where your app takes webhooks; "" registers none.')
    ] = "http://127.0.0.1:8000/webhooks/stripe",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what Carom knows only the shape of.")
    ] = False,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Serve a host that others can reach.")
    ] = False,
) -> None:
    """Serve a local Stripe until interrupted, and print the set-up for the SDKs."""
    if not allow_remote and not _is_loopback(host):
        usage(
            f"{host} can be reached from other machines, and anybody may use this Stripe. "
            "Say --allow-remote if that is what you want."
        )

    def ready(url: str) -> None:
        # On a thread: the set-up asks the server that is just beginning to answer.
        announce = threading.Thread(target=announcement.announce, args=(url, webhook_url))
        announce.start()

    try:
        serve(Simulator(seed=seed, clock=clock, strict=strict), host, port, on_ready=ready)
    except CannotListen as fault:
        usage(str(fault))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
