"""`python -m include.pipeline.deploy.port COMMAND`: fail if another program has the web UI's port.

Runs on the host with any Python that the project takes; nothing needs to be installed for it.
"""

import os
import socket
import sys

from include.pipeline.core import env_file

DEFAULT = "8080"


def ui_port() -> int:
    """Return the port of the web UI.

    Raises:
        ValueError: MENTOR_PORT is no port.
    """
    value = os.environ.get("MENTOR_PORT") or env_file.read().get("MENTOR_PORT") or DEFAULT
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 2**16):
        raise ValueError(f"The port is {value!r}. Expected a number from 1 to 65535, as in PORT=8081.")
    return int(value)


def is_taken(port: int) -> bool:
    """Return whether a program on this machine listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main(command: str) -> str | None:
    """Return why the web UI cannot start by this command; None if it can."""
    try:
        port = ui_port()
    except ValueError as invalid:
        return str(invalid)
    if is_taken(port):
        return (
            f"Port {port} is taken by another program. Expected it to be free for the web UI; end that"
            f" program, or take another port: make {command} PORT={port + 1 if port < 65535 else 8080}"
        )
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
