"""`python -m reference_app`: serve the app on loopback."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence

import uvicorn

from reference_app import mutants
from reference_app.settings import BadSettings, from_environment
from reference_app.web import create_app

HOST = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m reference_app", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one (default 8000)")
    parser.add_argument("--mutant", choices=mutants.names(), help="serve a broken twin instead")
    options = parser.parse_args(arguments)

    # The socket is bound first, because the app needs to know its own origin.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, options.port))
        except OSError as error:
            print(f"cannot listen on {HOST}:{options.port}: {error.strerror}", file=sys.stderr)
            return 1
        here = f"http://{HOST}:{listener.getsockname()[1]}"
        try:
            settings = from_environment(os.environ, app_url=here)
            app = (mutants.load(options.mutant) if options.mutant else create_app)(settings)
        except BadSettings as error:
            print(error, file=sys.stderr)
            return 2
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        listener.listen(128)
        print(f"listening on {here}", flush=True)
        server.run(sockets=[listener])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
