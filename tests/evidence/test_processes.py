"""Several processes and killed ones: nothing is lost, doubled or left half done."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

from pipeline.evidence import open_store
from pipeline.settings import Settings

ADD = "import sys\nfrom pipeline.evidence import open_store\nfrom pipeline.settings import Settings\n" \
    "with open_store(Settings()) as store:\n    store.add(sys.argv[1])\n"  # fmt: skip


def _corpus(path: Path, count: int) -> Path:
    lines = (json.dumps({"_id": f"d{n}", "text": f"Zorblax number {n} lives in town {n % 7}."}) for n in range(count))
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_search_sees_what_another_process_put_in(empty_home: Path, tmp_path: Path) -> None:
    with open_store(Settings(home=empty_home)) as store:
        store.add(_corpus(tmp_path / "one.jsonl", 5))
        assert len(store.search("Zorblax", k=50)) == 5
        (tmp_path / "two.txt").write_text("Quibble machines hum at night.", "utf-8")
        subprocess.run([sys.executable, "-c", ADD, str(tmp_path / "two.txt")], check=True)
        assert "Quibble" in store.search("humming devices after dark", k=1, mode="dense")[0].passage.text
        assert "Quibble" in store.search("Quibble", k=1, mode="lexical")[0].passage.text


def test_a_killed_ingest_is_finished_by_the_next(empty_home: Path, tmp_path: Path) -> None:
    corpus = _corpus(tmp_path / "corpus.jsonl", 1500)
    process = subprocess.Popen([sys.executable, "-c", ADD, str(corpus)])
    database = empty_home / "store" / "catalogue.sqlite3"
    seen = _once_there(database, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert seen > 0  # the catalogue had rows that the index had not: the kill came between the two
    with open_store(Settings(home=empty_home)) as store:
        store.add(corpus)
        stats = store.stats()
        assert (stats.passages, stats.pending, stats.sources) == (1500, 0, 1)
        assert store.dense.index().count() == 1500
        assert store.search("Zorblax number 77", k=1)[0].passage.external_id == "d77"


def test_two_that_write_at_once_lose_and_double_nothing(empty_home: Path, tmp_path: Path) -> None:
    command = str(Path(sys.executable).parent / "claimcast")
    both = _corpus(tmp_path / "both.jsonl", 200)
    adding = [
        subprocess.Popen(
            [command, "evidence", "add", "--no-seeds", str(both), str(own)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for own in (_named(tmp_path / "one.jsonl", "Wibbler"), _named(tmp_path / "two.jsonl", "Snorkack"))
    ]
    said = [process.communicate(timeout=240)[1] for process in adding]
    assert [process.returncode for process in adding] == [0, 0], said
    with open_store(Settings(home=empty_home)) as store:
        stats = store.stats()
        assert (stats.passages, stats.sources, stats.versions, stats.pending) == (800, 3, 3, 0)
        assert store.dense.index().count() == 800
        for name in ("Wibbler", "Snorkack"):
            assert name in store.search(f"{name} 299", k=1)[0].passage.text


def _named(path: Path, name: str) -> Path:
    lines = (json.dumps({"_id": f"{name}{n}", "text": f"{name} {n} was seen in town {n % 9}."}) for n in range(300))
    path.write_text("\n".join(lines), "utf-8")
    return path


def _once_there(database: Path, process: subprocess.Popen[bytes]) -> int:
    """How many passages wait for the index, as soon as there are any; 0 when the ingest ended before."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if database.exists():
            with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as catalogue:
                (waiting,) = catalogue.execute("SELECT count(*) FROM pending").fetchone()
                if waiting:
                    return int(waiting)
        time.sleep(0.002)
    return 0


def test_a_chroma_server_gives_the_same_results(empty_home: Path, tmp_path: Path, models: Path) -> None:
    corpus = _corpus(tmp_path / "corpus.jsonl", 40)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "chroma"),
        "run",
        "--path",
        str(tmp_path / "chroma"),
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        other = tmp_path / "other"
        other.mkdir()
        (other / "models").symlink_to(models)
        with (
            open_store(Settings(home=empty_home)) as embedded,
            open_store(Settings(home=other, chroma=f"http://127.0.0.1:{port}")) as served,
        ):
            embedded.add(corpus)
            served.add(corpus)
            query = "who lives in town 3"
            ids = [[hit.passage.external_id for hit in one.search(query, k=10)] for one in (embedded, served)]
            assert ids[0] == ids[1]
            assert served.dense.index().count() == 40
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the Chroma server did not start")
