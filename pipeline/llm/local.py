"""A language model in this process: a GGUF file through xllamacpp, whose server speaks OpenAI's protocol on loopback.

`local` is the packaged Qwen2.5-Coder 1.5B; `local:NAME` another of the weights table, `local:PATH.gguf` any file.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import SettingsError, WeightsError
from pipeline.files import sha256_of
from pipeline.llm.model import Identity
from pipeline.settings import Settings
from pipeline.weights import WEIGHTS, available, locate

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

DEFAULT = "qwen2.5-coder-1.5b-instruct"
CONTEXT = 8192
"""Tokens of a question and its answer together."""
_INSTALL = "pip install 'claimcast[local-llm]'"


class _Server(Protocol):
    @property
    def listening_address(self) -> str: ...


def check_local(name: str, settings: Settings) -> str:
    """The name in the weights table, or the path, that `local:NAME` means.

    Raises:
        SettingsError: xllamacpp or langchain-openai is not installed.
        WeightsError: no such model or file, or its packaged copy is not here.
    """
    for package in ("xllamacpp", "langchain_openai"):
        if importlib.util.find_spec(package) is None:
            raise SettingsError(f"--llm local needs {package.replace('_', '-')}; {_INSTALL}")
    name = name or DEFAULT
    if name.endswith(".gguf"):
        if not Path(name).is_file():
            raise WeightsError(f"no such file: {name}; give the path of a GGUF model, or --llm local")
        return str(Path(name).resolve())
    known = WEIGHTS.get(name)
    if known is None or known.job != "language":
        names = ", ".join(sorted(one.name for one in WEIGHTS.values() if one.job == "language"))
        raise WeightsError(f"no language model called {name} in the table; known: {names}; or give a .gguf path")
    if not available(name, settings.models_path):
        raise WeightsError(f"model {name} is not here; {known.install}")
    return name


def open_local(name: str, settings: Settings) -> tuple[BaseChatModel, Identity]:
    """A chat model on this machine's loopback, and which it is.

    Raises:
        WeightsError: a file is missing, has another hash, or is no GGUF model.
    """
    from pipeline.llm.providers import chat_here

    path, sha256, licence = _weights(name, settings)
    server, key = serving(path)
    chat = chat_here(f"{server.listening_address}/v1", key)
    shown = Path(name).stem if name.endswith(".gguf") else name
    return chat, Identity(
        name=f"local:{shown}", where="this machine", leaves_machine=False, sha256=sha256, licence=licence
    )


def _weights(name: str, settings: Settings) -> tuple[Path, str, str]:
    """Path, SHA-256 and licence."""
    if name.endswith(".gguf"):
        return Path(name), sha256_of(Path(name)), ""
    weights = WEIGHTS[name]
    return locate(name, settings.models_path) / weights.files[0].name, weights.sha256, weights.licence


@lru_cache(maxsize=1)
def serving(path: Path) -> tuple[_Server, str]:
    """The server of a model, loaded once in this process, and the key that only this process knows."""
    import xllamacpp

    key = secrets.token_urlsafe(24)
    threads = threads_here()
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(path)
    chosen.n_ctx = CONTEXT
    chosen.n_parallel = 1
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = threads
    chosen.api_keys = [key]
    chosen.hostnames = ["127.0.0.1"]
    chosen.offline = True
    chosen.ui = chosen.endpoint_slots = False
    chosen.verbosity = 0
    chosen.cache_ram_mib = 256
    try:
        server: _Server = xllamacpp.Server(chosen)
    except Exception as error:  # llama.cpp reports a bad file in several ways
        raise WeightsError(f"{path} can't be loaded as a GGUF model ({error}); try another file") from error
    return server, key


def threads_here() -> int:
    """Threads to compute with: OMP_NUM_THREADS when it is set, else one a core."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdigit() and int(told) > 0:
        return int(told)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
