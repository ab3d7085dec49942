"""A subset of the schema.org vocabulary, as JSON Schema: what a ClaimReview and what it contains may say.

Properties and their types after https://schema.org/ClaimReview, /Claim, /Rating, /Clip and /PodcastEpisode.
"""

TEXT = {"type": "string", "minLength": 1}
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
SECONDS = {"type": "number", "minimum": 0}


def thing(kind: str, required: list[str], **properties: object) -> dict[str, object]:
    """An object of one schema.org type with these properties and no others."""
    return {
        "type": "object",
        "properties": {"@type": {"const": kind}, **properties},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


EPISODE = thing(
    "PodcastEpisode",
    ["name"],
    name=TEXT,
    datePublished=DATE,
    url=TEXT,
    partOfSeries=thing("PodcastSeries", ["name"], name=TEXT),
)
CLIP = thing(
    "Clip",
    ["startOffset", "startTime", "partOfEpisode"],
    name=TEXT,
    url=TEXT,
    startOffset=SECONDS,
    startTime=SECONDS,
    endOffset=SECONDS,
    endTime=SECONDS,
    partOfEpisode=EPISODE,
)
CLAIM = thing(
    "Claim",
    ["text", "datePublished", "appearance"],
    text=TEXT,
    datePublished=DATE,
    author=thing("Person", ["name"], name=TEXT),
    appearance={"oneOf": [CLIP, EPISODE]},
)
RATING = thing(
    "Rating",
    ["alternateName"],
    alternateName=TEXT,
    ratingValue={"type": "integer", "minimum": 1, "maximum": 5},
    bestRating={"const": 5},
    worstRating={"const": 1},
)
CLAIM_REVIEW = thing(
    "ClaimReview",
    ["url", "claimReviewed", "author", "reviewRating", "itemReviewed", "datePublished"],
    url=TEXT,
    claimReviewed=TEXT,
    datePublished=DATE,
    author=thing("Organization", ["name"], name=TEXT),
    reviewRating=RATING,
    reviewBody=TEXT,
    inLanguage=TEXT,
    itemReviewed=CLAIM,
)
CLAIM_REVIEW["properties"]["@context"] = {"const": "https://schema.org"}  # type: ignore[index]
