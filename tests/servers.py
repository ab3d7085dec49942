"""Servers that tests start on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parent.parent


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
    port = _free(port)
    command = [str(BIN / "chroma"), "run", "--path", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close() is None)
        yield Chroma(server, port)
    finally:
        server.terminate()
        server.wait()


def _free(port: int) -> int:
    """The port, or one that is free now when it is 0."""
    with socket.socket() as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(("127.0.0.1", port))
        return int(found.getsockname()[1])


@contextmanager
def prefect_api(folder: Path) -> Iterator[str]:
    """The API address of a Prefect server of its own, with its files in a folder."""
    port = _free(0)
    environment = {
        **os.environ,
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_UI_ENABLED": "false",
    }
    command = [str(BIN / "prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}/api"
    try:
        wait_until(lambda: bool(urllib.request.urlopen(f"{address}/health", timeout=5).read()), seconds=180)
        yield address
    finally:
        end_family(server)


def prefect(environment: Mapping[str, str], *words: str, ends_well: bool = True) -> None:
    """A command of Prefect's."""
    done = subprocess.run(
        [str(BIN / "prefect"), *words], cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or not ends_well, done.stdout + done.stderr


def deploy(environment: Mapping[str, str], *names: str, pool: str = "claimcast") -> None:
    """Deployments of `flows/prefect.yaml` by name, and the work pool that they need."""
    prefect(environment, "work-pool", "create", pool, "--type", "process", "--overwrite")
    for name in names:
        # With the fastapi that Prefect 3.8.8 works with, `deploy` makes the deployment and then fails to list workers:
        # that it was made shows when it is run.
        words = ("--no-prompt", "deploy", "--prefect-file", "flows/prefect.yaml", "--name", name)
        prefect(environment, *words, ends_well=False)


@contextmanager
def prefect_workers(
    count: int, environment: Mapping[str, str], pool: str = "claimcast"
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many of Prefect's own worker processes on a pool, all of them up, each with one flow run at a time."""
    command = [str(BIN / "prefect"), "worker", "start", "--pool", pool, "--type", "process", "--limit", "1"]
    quick = {**environment, "PREFECT_WORKER_QUERY_SECONDS": "1"}
    with ExitStack() as stack:
        said = [stack.enter_context(tempfile.NamedTemporaryFile()) for _ in range(count)]
        running = [
            subprocess.Popen(command, cwd=ROOT, env=quick, stdout=file, stderr=subprocess.STDOUT) for file in said
        ]
        for worker in running:
            stack.callback(end_family, worker)
        wait_until(lambda: all(b" started!" in Path(file.name).read_bytes() for file in said), seconds=180)
        yield running


def end_family(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """Nothing, when a process that was started here and all that it started are gone."""
    try:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(how)
    _, left = psutil.wait_procs(family, timeout=20)
    for one in left:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait()


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
