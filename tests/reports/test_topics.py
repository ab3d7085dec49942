"""Topics: names that several claims share."""

from reports.topics import MOST, topics


def test_families_of_names_that_several_claims_share() -> None:
    claims = [
        "DeepSeek-R1 is under the MIT licence.",
        "DeepSeek-V3 has 671 billion parameters.",
        "The Qwen3 series came out in April 2025.",
        "Qwen2.5 was trained on 18 trillion tokens.",
        "Most people like pancakes.",
    ]
    assert topics(claims) == [("DeepSeek",), ("DeepSeek",), ("Qwen",), ("Qwen",), ()]


def test_a_name_that_every_claim_has_tells_nothing() -> None:
    assert topics(["Ada sings.", "Ada dances.", "Ada swims."]) == [(), (), ()]


def test_topics_are_few() -> None:
    claims = [f"Brand{chr(97 + n)} grew." for n in range(20)] * 2
    assert len({topic for mine in topics(claims) for topic in mine}) <= MOST
