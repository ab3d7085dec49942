"""Servers that tests start on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Chroma:
    """A running Chroma server."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def chroma_server(folder: Path, port: int = 0) -> Iterator[Chroma]:
    """A Chroma server with its files in a folder, on a free port when none is given."""
    with socket.socket() as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(("127.0.0.1", port))
        port = found.getsockname()[1]
    command = [str(BIN / "chroma"), "run", "--path", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close() is None)
        yield Chroma(server, port)
    finally:
        server.terminate()
        server.wait()


def wait_until(there: Callable[[], bool], seconds: float = 90) -> None:
    """Nothing, once the call succeeds and says yes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if there():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("it did not come up in time")
