"""Verdicts that a claim got before, in other episodes of the data home."""

from __future__ import annotations

from datetime import date

from pydantic import TypeAdapter

from flows.earlier import with_earlier, without_links
from pipeline.models import CheckedClaim, Claim, Episode, Verdict
from pipeline.settings import Settings

CHECKED = TypeAdapter(tuple[CheckedClaim, ...])


def episode(name: str, day: date) -> Episode:
    return Episode(id=name, title=name.title(), published=day, source="t.vtt", content_sha256="0")


def judged(text: str, about: Episode, id_: str = "c1") -> CheckedClaim:
    verdict = Verdict(label="refuted", confidence=0.8, as_of=about.published, rationale="The table says otherwise.")
    return CheckedClaim(
        claim=Claim(id=id_, statement=text, claim=text, speaker="Ada", as_of=about.published), verdict=verdict
    )


def put(settings: Settings, about: Episode, *texts: str) -> None:
    """An episode with these claims judged, in the data home."""
    folder = settings.episode_path(about.id)
    folder.mkdir(parents=True)
    (folder / "episode.json").write_text(about.model_dump_json())
    checked = tuple(judged(text, about, f"c{n}") for n, text in enumerate(texts, 1))
    (folder / "verdicts.json").write_bytes(CHECKED.dump_json(checked))
    (folder / "report.html").write_text("<p>report</p>")


SPRING, SUMMER = episode("spring", date(2025, 4, 1)), episode("summer", date(2025, 7, 31))


def test_the_same_claim_in_other_words_is_linked_with_its_verdict(settings: Settings) -> None:
    put(settings, SPRING, "Kimi K2 activates 32 billion parameters.", "R1 is MIT licensed.")
    (one,) = with_earlier([judged("Kimi K2 has 32 billion active parameters.", SUMMER)], SUMMER, settings)
    (earlier,) = one.earlier
    assert (earlier.label, earlier.as_of, earlier.speaker, earlier.title) == (
        "refuted",
        SPRING.published,
        "Ada",
        "Spring",
    )
    assert (earlier.report, earlier.claim_id) == ("../spring/report.html", "c1")


def test_another_number_is_another_claim(settings: Settings) -> None:
    put(settings, SPRING, "Chinese models are nine months behind American models.")
    (one,) = with_earlier([judged("Chinese models are six months behind American models.", SUMMER)], SUMMER, settings)
    assert one.earlier == ()


def test_an_episode_is_not_compared_with_itself(settings: Settings) -> None:
    put(settings, SUMMER, "R1 is MIT licensed.")
    (one,) = with_earlier([judged("R1 is MIT licensed.", SUMMER)], SUMMER, settings)
    assert one.earlier == ()


def test_a_damaged_episode_is_left_out(settings: Settings) -> None:
    put(settings, SPRING, "R1 is MIT licensed.")
    (settings.episode_path("spring") / "verdicts.json").write_text("[{")
    (one,) = with_earlier([judged("R1 is MIT licensed.", SUMMER)], SUMMER, settings)
    assert one.earlier == ()


def test_a_report_elsewhere_links_nowhere(settings: Settings) -> None:
    put(settings, SPRING, "R1 is MIT licensed.")
    (one,) = without_links(with_earlier([judged("R1 is MIT licensed.", SUMMER)], SUMMER, settings))
    assert [earlier.report for earlier in one.earlier] == [""]


def test_a_verdict_that_changed_since_is_read_again(settings: Settings) -> None:
    put(settings, SPRING, "R1 is MIT licensed.")
    again = judged("R1 is MIT licensed.", SUMMER)
    assert [earlier.label for earlier in with_earlier([again], SUMMER, settings)[0].earlier] == ["refuted"]
    path = settings.episode_path("spring") / "verdicts.json"
    path.write_text(path.read_text().replace("refuted", "supported"))
    assert [earlier.label for earlier in with_earlier([again], SUMMER, settings)[0].earlier] == ["supported"]
