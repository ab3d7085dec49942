"""One frozen `Settings`: the environment (CLAIMCAST_*), then claimcast.toml in the working folder, then defaults."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.errors import SettingsError
from pipeline.offline import keep_offline


class Settings(BaseSettings):
    """What a person may choose. Each field's description is the line in the README's configuration table."""

    model_config = SettingsConfigDict(
        env_prefix="CLAIMCAST_", toml_file="claimcast.toml", frozen=True, extra="ignore", env_ignore_empty=True
    )

    home: Path = Field(Path(".claimcast"), description="data home: episodes, store, cache, models")
    whisper: str = Field("base", description="speech model: base, tiny.en, a faster-whisper name, or a folder")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="where speech recognition runs")
    language: str | None = Field(None, description="language of the speech; found by listening when unset")
    listen: bool = Field(False, description="hear an episode also when its publisher gives a transcript: heard.vtt")
    embedding: str = Field("all-MiniLM-L6-v2", description="embedding model: the packaged one or any name")
    seeds: bool = Field(True, description="put the seed evidence into an empty store")
    chroma: str | None = Field(None, description="address of a Chroma server; embedded store when unset")
    stance: str = Field("packaged", description="stance model: the packaged one or any cross-encoder name")
    llm: str = Field("none", description="language model: none, local, or PROVIDER:MODEL")
    llm_steps: str = Field("", description="where it takes part: any of claims, plan, reading, stance, rationale")
    llm_base_url: str | None = Field(None, description="address of a server that speaks the provider's protocol")
    llm_price: str | None = Field(None, description="its price as IN,OUT: US dollars for a million tokens")
    llm_max_cost: float | None = Field(None, ge=0, description="US dollars that a run may spend on it")
    llm_max_tokens: int | None = Field(None, ge=0, description="tokens that a run may spend on it")
    llm_concurrency: int = Field(4, ge=1, le=64, description="questions asked of a service at a time")
    llm_rate: float = Field(120.0, gt=0, description="questions asked of a service in a minute")
    glossary: Path | None = Field(None, description="file with one name a line, for hearing and for claims")
    offline: bool = Field(False, description="forbid any use of the network")
    dask: str | None = Field(None, description="address of a Dask scheduler: stages run on its workers")
    speech_deployment: str | None = Field(
        None, description="Prefect deployment that transcribes, as `transcribe episode/speech`; here when unset"
    )
    traces: str | None = Field(
        None, description="address of an OpenTelemetry collector that takes OTLP over HTTP; no traces when unset"
    )
    retrieve: int = Field(24, ge=1, le=200, description="passages looked at for one claim")
    max_download_mb: int = Field(2048, ge=1, description="largest download that is accepted")
    max_download_seconds: int = Field(3600, ge=1, description="longest that one download may take")
    allow_private_addresses: bool = Field(False, description="let feeds and pages on a private network be fetched")
    allow_addresses: str = Field(
        "",
        description="only these of a private network: hosts, addresses, networks, each with a port if wanted; commas",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def store_path(self) -> Path:
        return self.home / "store"

    @property
    def cache_path(self) -> Path:
        return self.home / "cache"

    @property
    def models_path(self) -> Path:
        return self.home / "models"

    @property
    def voices_path(self) -> Path:
        return self.home / "voices"

    def episode_path(self, episode_id: str) -> Path:
        return self.home / "episodes" / episode_id


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: a value makes no sense, or names another machine while offline is set; the line names the setting.
    """
    try:
        found = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CLAIMCAST_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']} (got {first['input']!r}); see the configuration table") from None
    keep_offline(found)
    return found
