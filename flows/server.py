"""The Prefect server of one command: `python -m flows.server FD` serves the socket it was given until stdin is closed.

stdin is a pipe that the command holds. However the command ends, the system closes it, and so no server is left over.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time

import uvicorn

_PATIENCE = 10.0
"""Seconds for the last task states to be written after the command has ended."""


def serve(descriptor: int) -> None:
    """Nothing, after the command that started this server has ended."""
    config = uvicorn.Config(
        "prefect.server.api.server:create_app", factory=True, log_level="critical", lifespan="on", access_log=False
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_command, args=(server,), daemon=True).start()
    server.run(sockets=[socket.socket(fileno=descriptor)])


def _end_with_command(server: uvicorn.Server) -> None:
    while os.read(0, 1):  # not sys.stdin: its lock would still be held when the interpreter ends
        pass
    server.should_exit = True
    time.sleep(_PATIENCE)
    os._exit(0)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
