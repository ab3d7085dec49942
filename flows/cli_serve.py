"""`claimcast serve`: reports, claims and evidence in the browser."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Annotated

import typer

from flows.console import console, warn
from pipeline.errors import InputError
from pipeline.settings import get_settings

app = typer.Typer(name="serve", help="Reports, claims and evidence in the browser.")


@app.command("serve")
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than this machine's own need --token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8765,
    token: Annotated[
        str | None, typer.Option(envvar="CLAIMCAST_TOKEN", help="Ask every visitor for this; `new` makes one up.")
    ] = None,
    allow_edits: Annotated[bool, typer.Option("--allow-edits", help="Let visitors add corrections to claims.")] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser.")] = False,
) -> None:
    """Serve the explorer until it is stopped; on this machine alone and read-only unless told otherwise."""
    if not _own(host) and not token:
        raise InputError(f"{host} can be reached by others; add --token new (or --token SECRET)")
    if token == "new":  # noqa: S105 - a word, not a secret
        token = secrets.token_urlsafe(18)
    settings = get_settings()
    if not (settings.home / "episodes").is_dir():
        warn(f"no reports in {settings.home} yet; make one with: claimcast verify SOURCE")
    import uvicorn

    from reports.explorer import create_app

    explorer = create_app(settings, token=token, hosts=None if _own(host) else ["*"], allow_edits=allow_edits)
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}/{'?token=' + token if token else ''}"
    console.print(f"explorer: [link={address}]{address}[/link]  (ctrl-c stops it)", soft_wrap=True)
    if open_browser:
        typer.launch(address)
    uvicorn.run(explorer, host=host, port=port, log_level="warning")


def _own(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
