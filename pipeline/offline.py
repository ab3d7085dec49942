"""What `offline` means: no setting may name anything beyond this machine, and no library may ask a model hub."""

from __future__ import annotations

import ipaddress
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from pipeline.settings import Settings

_NO_HUB = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")


def keep_offline(settings: Settings) -> None:
    """Nothing; when the settings forbid the network, libraries that fetch models are told so too.

    Call it before they are imported. Pages, feeds and language models check for themselves where they are asked for.

    Raises:
        SettingsError: a server that is named lies beyond this machine.
    """
    if not settings.offline:
        return
    named = {
        "CLAIMCAST_CHROMA": settings.chroma,
        "CLAIMCAST_DASK": settings.dask,
        "CLAIMCAST_TRACES": settings.traces,
        "PREFECT_API_URL": os.environ.get("PREFECT_API_URL"),
    }
    for variable, address in named.items():
        if address and not is_here(address):
            raise SettingsError(f"{variable} is {address}, beyond this machine, and offline is set; unset one of them")
    for variable in _NO_HUB:
        os.environ[variable] = "1"


def is_here(address: str) -> bool:
    """Whether an address, with or without a scheme, is this machine's own."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        if host == "localhost":
            return True
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified
