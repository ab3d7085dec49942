"""`claimcast verify`: the main job."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.policies import Order
    from pipeline.settings import Settings

app = typer.Typer()


@app.command()
def verify(
    source: Annotated[
        list[str],
        typer.Argument(help="Audio or video file, transcript (.vtt .srt .json .txt .md), address, or feed address."),
    ],
    episode: Annotated[str, typer.Option(help="Which episode of a feed: latest, a number, a GUID, words.")] = "latest",
    last: Annotated[
        int | None, typer.Option(min=1, max=1000, help="The newest so many episodes of a feed, not only one.")
    ] = None,
    published: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day it was published; statements are judged as of that day."),
    ] = None,
    whisper: Annotated[str | None, typer.Option(help="Speech model: base, tiny.en, a name, or a folder.")] = None,
    llm: Annotated[str | None, typer.Option(help="Language model: none, local, or PROVIDER:MODEL.")] = None,
    llm_steps: Annotated[
        str | None, typer.Option(help="Where it takes part: claims, plan, reading, stance, rationale.")
    ] = None,
    max_cost: Annotated[float | None, typer.Option(min=0, help="US dollars to spend on it at most.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=0, help="Tokens to spend on it at most.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use no network at all.")] = False,
    claims: Annotated[
        Path | None,
        typer.Option(help="Judge the claims of this list: `claims export`, corrected by an editor.", dir_okay=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the report here too.", file_okay=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Do every stage again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Check what an episode says: listen, find claims, look for evidence, report."""
    from flows.claims_edit import read_list
    from flows.console import emit_json, say_error
    from flows.outcome import copied, print_summary
    from flows.policies import Order
    from flows.run import verify_all
    from pipeline.settings import get_settings

    chosen = {
        "whisper": whisper,
        "llm": llm,
        "llm_steps": llm_steps,
        "llm_max_cost": max_cost,
        "llm_max_tokens": max_tokens,
        "offline": offline or None,
    }
    settings = get_settings().model_copy(update={name: value for name, value in chosen.items() if value is not None})
    day = published.date() if published else None
    told = Order(source="", published=day, episode=episode, force=force, claims=read_list(claims) if claims else "")
    orders = _orders(told, list(dict.fromkeys(source)), last, settings)
    outcomes, failures = verify_all(orders, settings, quiet=as_json)
    if out is not None:
        several = len(orders) > 1
        outcomes = [copied(outcome, out / outcome.episode_id if several else out) for outcome in outcomes]
    if as_json and len(orders) == 1 and outcomes:
        emit_json(outcomes[0])
    elif as_json and len(orders) > 1:
        emit_json(
            {
                "episodes": [outcome.model_dump(mode="json") for outcome in outcomes],
                "failed": {name: str(e) for name, e in failures.items()},
            }
        )
    elif not as_json:
        for outcome in outcomes:
            print_summary(outcome)
    for error in failures.values():
        say_error(error)
    if failures:
        raise typer.Exit(1)


def _orders(told: Order, sources: list[str], last: int | None, settings: Settings) -> list[Order]:
    """One order a source; with `last`, one for each of the newest episodes of its feed."""
    if last is None:
        return [told.model_copy(update={"source": one}) for one in sources]
    if told.episode != "latest":
        raise typer.BadParameter("--last and --episode both say which episodes; give one of them")
    from pipeline.media import newest_of

    return [
        told.model_copy(update={"source": one, "episode": key})
        for one in sources
        for key in newest_of(one, last, settings=settings)
    ]
