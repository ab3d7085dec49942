"""From `PROVIDER:MODEL` to a chat model: what must be installed, which key must be set, who would be sent the words.

All of that is found out from names alone, before anything of LangChain is imported and before the first call.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.errors import SettingsError
from pipeline.llm.cache import AnswerCache
from pipeline.llm.model import Identity, LanguageModel
from pipeline.llm.spending import Budget, Spent, price_of
from pipeline.models import Frozen
from pipeline.offline import is_here
from pipeline.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

WAIT, WAIT_HERE = 60.0, 600.0
"""Seconds for one answer: from a service, and from a model on this machine."""
LONGEST, LONGEST_HERE = 3000, 320
"""Tokens of one answer: of a service, whose models may think before they answer, and of the model that we run."""
RETRIES = 2
"""Times that a call is made again after a timeout, a 429 or a 5xx, each after a longer pause (by the provider's client)."""


class Provider(Frozen):
    """A service that LangChain has a package for."""

    package: str
    extra: str = ""
    keys: tuple[str, ...] = ()
    """Environment variables of which one must hold the key."""
    address: str = ""
    addresses: tuple[str, ...] = ()
    """Environment variables that its client takes another address from."""


PROVIDERS: dict[str, Provider] = {
    "openai": Provider(
        package="langchain_openai",
        extra="openai",
        keys=("OPENAI_API_KEY",),
        address="https://api.openai.com/v1",
        addresses=("OPENAI_API_BASE", "OPENAI_BASE_URL"),
    ),
    "anthropic": Provider(
        package="langchain_anthropic",
        extra="anthropic",
        keys=("ANTHROPIC_API_KEY",),
        address="https://api.anthropic.com",
        addresses=("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
    ),
    "google_genai": Provider(
        package="langchain_google_genai",
        extra="google",
        keys=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        address="https://generativelanguage.googleapis.com",
    ),
    "ollama": Provider(
        package="langchain_ollama", extra="ollama", address="http://127.0.0.1:11434", addresses=("OLLAMA_HOST",)
    ),
}
"""Those with an extra of ours. Any other that init_chat_model knows works when its package is installed."""


class Target(Frozen):
    """What a `--llm` means."""

    provider: str
    model: str
    address: str = ""
    package: str = ""
    here: bool = False
    """Whether nothing that is asked leaves this machine."""

    @property
    def where(self) -> str:
        """Who is sent the words, in words."""
        return "this machine" if self.here else urlsplit(self.address).hostname or f"the servers of {self.provider}"


def target_of(settings: Settings) -> Target:
    """What the settings ask for, all that it needs being there.

    Raises:
        SettingsError: it can't be read; a package or a key is missing; it needs the network and that is forbidden.
        WeightsError: it is `local`, and the model is not here.
    """
    name, _, model = settings.llm.partition(":")
    if name == "local":
        from pipeline.llm.local import check_local

        return Target(provider="local", model=check_local(model, settings), package="langchain_openai", here=True)
    if not model:
        raise SettingsError(f"--llm {settings.llm} is not PROVIDER:MODEL, as openai:gpt-5-mini; or take local, or none")
    name = {"google": "google_genai"}.get(name, name)
    provider = PROVIDERS.get(name, Provider(package=f"langchain_{name.replace('-', '_')}"))
    address = _address(provider, settings)
    target = Target(provider=name, model=model, address=address, package=provider.package, here=is_here(address))
    if settings.offline and not target.here:
        raise SettingsError(f"{settings.llm} needs the network, and offline is set; take --llm local, or none")
    if not _installed(provider.package):
        wanted = f"'claimcast[{provider.extra}]'" if provider.extra else provider.package.replace("_", "-")
        raise SettingsError(f"{settings.llm} needs {provider.package.replace('_', '-')}; pip install {wanted}")
    own = address == provider.address
    if provider.keys and own and not any(os.environ.get(key) for key in provider.keys):
        raise SettingsError(f"{settings.llm} needs a key; set {provider.keys[0]} in the environment")
    return target


def load_llm(settings: Settings, *, on_spent: Callable[[Spent], None] | None = None) -> LanguageModel | None:
    """The language model that the settings name, ready to be asked; None for `none`.

    Raises:
        SettingsError: as `target_of`, or the provider's package won't have it.
        WeightsError: the local model is not here or can't be loaded.
    """
    if settings.llm == "none":
        return None
    target = target_of(settings)
    price = price_of(settings, free=target.here)
    if target.provider == "local":
        from pipeline.llm.local import open_local

        chat, identity = open_local(target.model, settings)
    else:
        chat = _opened(target, settings)
        identity = Identity(name=settings.llm, where=target.where, leaves_machine=not target.here)
    return LanguageModel(
        chat,
        identity,
        budget=Budget(price, max_tokens=settings.llm_max_tokens, max_cost=settings.llm_max_cost),
        cache=AnswerCache(settings.cache_path / "llm"),
        concurrency=1 if target.provider == "local" else settings.llm_concurrency,
        longest_answer=LONGEST_HERE if target.provider == "local" else LONGEST,
        on_spent=on_spent,
    )


def _opened(target: Target, settings: Settings) -> BaseChatModel:
    from langchain_core.rate_limiters import InMemoryRateLimiter

    limiter = InMemoryRateLimiter(requests_per_second=settings.llm_rate / 60, max_bucket_size=settings.llm_concurrency)
    options: dict[str, Any] = {"max_retries": RETRIES, "timeout": WAIT, "max_tokens": LONGEST}
    if target.provider == "openai":
        options = _openai_options(target.address, here=target.here)
    elif target.provider == "ollama":
        options = {
            "base_url": target.address,
            "client_kwargs": {"timeout": WAIT_HERE},
            "num_predict": LONGEST,
            "temperature": 0,
        }
    elif settings.llm_base_url:
        options["base_url"] = target.address
    try:
        return _chat(target.model, target.provider, rate_limiter=limiter, **options)
    except Exception as error:  # each package checks keys and names in its own way
        reason = " ".join(str(error).split())[:200]
        raise SettingsError(f"{settings.llm} can't be used ({reason}); check its name and its key") from error


def chat_here(address: str, key: str) -> BaseChatModel:
    """A chat model for a server of ours on loopback; it is asked once, never again."""
    once = {"api_key": key, "max_retries": 0, "max_tokens": LONGEST_HERE}
    return _chat("local", "openai", **_openai_options(address, here=True) | once)


def _chat(model: str, provider: str, **options: Any) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    chat: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    return chat


def _openai_options(address: str, *, here: bool) -> dict[str, Any]:
    """How a server that speaks OpenAI's protocol is talked to: bounded in time and size, past any proxy when it is here."""
    from pipeline.llm.bounded import bounded_client

    wait = WAIT_HERE if here else WAIT
    return {
        "base_url": address,
        "api_key": os.environ.get("OPENAI_API_KEY") or "none",
        "temperature": None if address == PROVIDERS["openai"].address else 0,
        "max_tokens": LONGEST,
        "timeout": wait,
        "max_retries": RETRIES,
        "use_responses_api": False,
        "http_client": bounded_client(wait, trust_env=not here),
    }


def _address(provider: Provider, settings: Settings) -> str:
    found = settings.llm_base_url or next((os.environ[n] for n in provider.addresses if os.environ.get(n)), "")
    if not found:
        return provider.address
    return found if "://" in found else f"http://{found}"


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
