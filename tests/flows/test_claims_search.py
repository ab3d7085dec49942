"""Claims found again: in other words, and not when only the number differs."""

from __future__ import annotations

from datetime import date

from flows.claims_file import CLAIMS
from flows.claims_search import search_claims
from pipeline.models import Claim, Episode
from pipeline.settings import Settings

SAID = (
    "Kimi K2 activates 32 billion parameters.",
    "Chinese models are six months behind American models.",
    "Chinese models are nine months behind American models.",
    "Nvidia lost 600 billion dollars in a day.",
)


def put(settings: Settings) -> None:
    """An episode with these claims in the data home."""
    about = Episode(id="talk", title="Talk", published=date(2025, 7, 31), source="t.vtt", content_sha256="0")
    folder = settings.episode_path(about.id)
    folder.mkdir(parents=True)
    (folder / "episode.json").write_text(about.model_dump_json())
    claims = tuple(
        Claim(id=str(n), statement=text, claim=text, speaker="Ada", as_of=about.published)
        for n, text in enumerate(SAID)
    )
    (folder / "claims.json").write_bytes(CLAIMS.dump_json(claims))


def first(query: str, settings: Settings) -> object:
    """The claim that is found first."""
    return search_claims(query, settings, 5)[0]["claim"]


def test_by_words_and_by_number(settings: Settings) -> None:
    put(settings)
    assert first("Chinese models nine months behind", settings) == SAID[2]
    assert first("Chinese models 6 months behind", settings) == SAID[1]


def test_by_meaning(settings: Settings) -> None:
    put(settings)
    assert first("the chip maker's shares crashed", settings) == SAID[3]


def test_what_nobody_spoke_of(settings: Settings) -> None:
    put(settings)
    assert search_claims("a recipe with tofu", settings, 5) == []


def test_a_second_search_reads_the_cache_and_a_damaged_cache_is_made_again(settings: Settings) -> None:
    put(settings)
    before = search_claims("Kimi K2", settings, 5)
    (path,) = settings.cache_path.glob("claims-*.npz")
    written = path.read_bytes()
    assert search_claims("Kimi K2", settings, 5)[0]["claim_id"] == before[0]["claim_id"]
    path.write_bytes(b"not this")
    assert search_claims("Kimi K2", settings, 5) == before
    assert path.read_bytes() == written
