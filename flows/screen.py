"""Progress on a terminal: a line a stage, with a bar and the time left where that can be told."""

from __future__ import annotations

import threading
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

from flows.console import duration, plain

WORDS = {
    "open": "open",
    "engine": "start Prefect",
    "evidence": "evidence",
    "transcript": "transcribe",
    "claims": "find claims",
    "verdicts": "judge",
    "report": "report",
    "llm-claims": "ask a model",
    "llm-verdicts": "ask a model",
}


class _Spent(ProgressColumn):
    """Time spent, and the time left once there is a rate to tell it from."""

    def render(self, task: Task) -> Text:
        spent = duration(task.elapsed or 0.0)
        left = task.time_remaining
        if left is None or not task.total or task.completed <= 0:
            return Text(spent, style="dim")
        return Text(f"{spent}, {duration(left)} left", style="dim")


class Screen:
    """A listener that draws live bars on a terminal and prints one plain line a finished stage elsewhere."""

    def __init__(self, console: Console, *, several: bool = False) -> None:
        self._console = console
        self._several = several
        self._lock = threading.RLock()
        self._bars: dict[tuple[str, str], TaskID] = {}
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28, complete_style="cyan", pulse_style="cyan"),
            TextColumn("[dim]{task.fields[amount]}"),
            _Spent(),
            console=console,
            transient=True,
            refresh_per_second=6,
        )

    def __enter__(self) -> Screen:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._progress.stop()

    def started(self, episode: str, stage: str) -> None:
        with self._lock:
            self._remove("", "engine")
            name = self._name(episode, stage)
            self._bars[episode, stage] = self._progress.add_task(name, total=None, amount="")

    def advanced(self, episode: str, stage: str, done: float, total: float, note: str = "") -> None:
        with self._lock:
            bar = self._bars.get((episode, stage))
            if bar is not None and total > 0:
                self._progress.update(bar, completed=done, total=total, amount=note or _amount(stage, done, total))

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        with self._lock:
            self._remove("", "engine")
            self._remove(episode, stage)
            line = Text.assemble(
                ("✓ ", "green"),
                f"{self._name(episode, stage):<{11 if not self._several else 44}}  ",
                (detail, ""),
                ("  as before" if cached and stage not in ("open", "evidence") else f"  {duration(seconds)}", "dim"),
            )
            self._console.print(line, overflow="ellipsis", no_wrap=True)

    def failed(self, episode: str, stage: str) -> None:
        with self._lock:
            self._remove(episode, stage)  # the error's line comes at the end

    def _remove(self, episode: str, stage: str) -> None:
        bar = self._bars.pop((episode, stage), None)
        if bar is not None:
            self._progress.remove_task(bar)

    def _name(self, episode: str, stage: str) -> str:
        word = WORDS.get(stage, stage)
        return f"{word:<11} {_short(episode)}" if self._several and episode else word


def _amount(stage: str, done: float, total: float) -> str:
    if stage == "transcript":
        return f"{_clock(done)} of {_clock(total)}"
    if stage == "open":
        return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"
    return f"{done:.0f} of {total:.0f}"


def _short(episode: str) -> str:
    """A title, or the last part of a path or address, at most thirty characters."""
    name = plain(episode).rstrip("/").rsplit("/", 1)[-1]
    return name if len(name) <= 30 else f"{name[:29]}…"


def _clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
