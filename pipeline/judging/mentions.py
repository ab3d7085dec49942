"""Which subjects and metrics of the facts a claim speaks of: "R1" is DeepSeek-R1, not DeepSeek-R1-0528."""

from __future__ import annotations

import re
from calendar import month_name
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.models import Fact, Frozen

_PIECE = re.compile(r"\d+(?:\.\d+)?[a-z]*|[a-z]+", re.I)
_PLAIN = frozenset(
    {
        "instruct",
        "it",
        "chat",
        "hf",
        "fp8",
        "bf16",
        "model",
        "models",
        "all",
        "sizes",
        "the",
        "api",
        "entry",
        "sxm",
        "launch",
    }
)
"""Parts of a subject's name that name no other subject."""
_SHORT = re.compile(r"[a-z]{1,2}\d+(?:\.\d+)?$")
_MATTER = re.compile(
    r"(?<=[ /])(?!(?:base|family|beta|preview|medium|high|low|mini|nano|flash|diff|think\w*)\b)[a-z]{4,}"
    r"|\b(?:[Dd]eal|[Rr]ule|[Bb]an|[Gg]ap|AI Index|Index)\b"
)
"""A word that no model's name has after its first word."""
_DAY = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}|(?:19|20)\d{6}")
_SAME_PART = {"experimental": "exp", "2.0": "2"}
"""Parts of names that are said in two ways."""
_OF_MONTH = re.compile(
    rf"\b(?P<month>{'|'.join(month_name[1:])})\b(?:['’]s)?(?: (?:refresh|version|update|release|edition|one|build)(?: of)?(?: the)?)? (?:\w+['’]?s? )?$"
)
"""Before a name: "the May version of R1", "the March DeepSeek V3"."""
_ACTIVE = re.compile(r"a\d+b$")
"""The active size in a name such as Qwen3-235B-A22B, which people leave out."""
_SPECIAL = frozenset({"coder", "math", "vl", "omni", "distill", "audio", "image", "code"})
_FAMILIES = frozenset({"claude", "gemini", "llama", "grok", "mistral"})
"""Families whose models are called by the rest of their names."""
_CODE = re.compile(r"\d{3,4}$")
_DATED = re.compile(r"(?<!\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)")
_ASIDE = frozenset({"instruct", "it", "chat", "hf"})
"""Parts that people leave out or put in without meaning another model."""
_VARIANT = re.compile(
    r"(?:[- ](?:mini|nano|max|pro|flash|lite|air|turbo|plus|coder|distill\w*|omni|vl|math|next|thinking|think)\b|[- ]\d+(?:\.\d+)?b\b)",
    re.I,
)
"""What makes a name another's when it follows: Qwen3 is not Qwen3-Coder, and not Qwen3-30B."""

METRIC_WORDS: tuple[tuple[str, str], ...] = (
    (r"\b(?:chatbot )?arena\b|\blm ?arena\b|\blmsys\b|human preference", "Chatbot Arena Elo"),
    (r"\bswe[- ]?bench\b", "SWE-bench"),
    (r"\bmmlu[- ]pro\b", "MMLU-Pro"),
    (r"\bmmlu\b(?![- ]pro)", "MMLU"),
    (r"\bmath[- ]500\b", "MATH-500"),
    (r"\bmath level 5\b|\blevel[- ]5 math\b", "MATH Level 5"),
    (r"\bMATH\b(?![- ]500| level)", "MATH"),
    (r"\bgpqa\b", "GPQA"),
    (r"\baime\b", "AIME"),
    (r"\blive ?code ?bench\b", "LiveCodeBench"),
    (r"\blivebench\b", "LiveBench"),
    (r"\bhumaneval\b|\bhuman eval\b", "HumanEval"),
    (r"\bhumanity'?s last exam\b|\bHLE\b", "Humanity's Last Exam"),
    (r"\baider\b|\bpolyglot\b", "Aider Polyglot"),
    (r"\bcodeforces\b", "Codeforces"),
    (r"\bgsm[- ]?8k\b", "GSM8K"),
    (r"\bfrontier ?math\b", "FrontierMath"),
    (r"\bmmmu\b", "MMMU"),
    (r"\bparam(?:eter)?s?\b", "parameters"),
    (r"\bcontext\b|\btokens? window\b", "context length"),
    (r"\blicen[cs]e|\bapache\b|\bMIT\b", "licence"),
    (r"\bper (?:1 )?million\b|\bapi\b.*\b(?:price|cost|dollar|cents?)|\$[\d.]+ ?(?:/|in\b|out\b)", "price"),
    (r"\bcost\b.*\btrain|\btrain\w*\b.*\bcost|\$[\d.]+ million\b", "training cost"),
    (r"\bgpu hours\b|\btraining compute\b", "training compute"),
    (r"\btokens\b|\b(?:text|data|words)\b[^.;]{0,30}\b(?:pre-?)?training\b|\bpre-?train\w*[^.;]{0,30}\b(?:text|data|words)\b", "training tokens"),
    (r"\bdownload", "downloads"),
    (r"\bbandwidth\b", "bandwidth"),
    (r"\bmemory\b|\bhbm", "memory"),
    (r"\btflops\b|\bfp16\b|\bcompute\b", "compute"),
)  # fmt: skip
_METRICS = tuple((re.compile(pattern, re.I if name != "MATH" else 0), name) for pattern, name in METRIC_WORDS)


class Mention(Frozen):
    """A subject named in a claim: the facts' own names for it, exact ones and looser variants."""

    text: str
    start: int
    end: int
    exact: tuple[str, ...]
    variants: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    """Subjects that carry the whole name and more: Llama 4 Scout for Llama 4; none made for one kind of work."""
    signature: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.exact, *self.variants)


def pieces(text: str) -> list[tuple[str, int, int]]:
    """The parts of names in a text with their places: "Qwen2.5-72B" → qwen, 2.5, 72b; "R1" stays r1."""
    found: list[tuple[str, int, int]] = []
    text = re.sub(r"['’]s\b", lambda match: " " * len(match[0]), text)
    for match in re.finditer(r"[A-Za-z0-9.]+", text):
        token = match[0].rstrip(".")
        if re.fullmatch(r"[A-Za-z]{1,2}\d+(?:\.\d+)?s?", token) or re.fullmatch(r"[A-Za-z]\d+[A-Za-z]?", token):
            found.append((token.lower().removesuffix("s"), match.start(), match.start() + len(token)))
            continue
        for piece in _PIECE.finditer(token):
            part = _SAME_PART.get(piece[0].lower(), piece[0].lower())
            found.append((part, match.start() + piece.start(), match.start() + piece.end()))
    return found


def signatures(subject: str) -> list[frozenset[str]]:
    """The sets of name parts that a subject answers to; several when it names several ("o1 and o1-preview")."""
    main = _DAY.sub("", re.sub(r"\((?!\d{4}\))[^)]*\)", "", subject)).split("_")[0]
    parts = re.split(r" and |\+|, ", main) if re.search(r"\d", main.partition(" and ")[0]) else [main]
    parts = [part for part in parts if re.search(r"\d", part)] or parts
    named = [frozenset(piece for piece, _, _ in pieces(part) if not _ACTIVE.match(piece)) - _PLAIN for part in parts]
    return [signature for signature in named if signature]


class SubjectIndex:
    """Finds the facts' subjects in a text by their names and short names."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._subjects: dict[frozenset[str], set[str]] = defaultdict(set)
        self._aliases: dict[frozenset[str], frozenset[str]] = {}
        developers: dict[frozenset[str], set[str]] = defaultdict(set)
        for fact in facts:
            for signature in signatures(fact.subject) if is_name(fact.subject) or _is_plain_name(fact) else ():
                self._subjects[signature].add(fact.subject)
                developers[signature].add(fact.developer.split(" ")[0])
        for signature in self._subjects:
            self._aliases.setdefault(signature, signature)
            short = frozenset(part for part in signature if _SHORT.match(part))
            rest = signature - short
            makers = {piece for piece, _, _ in pieces(" ".join(developers[signature]))}
            rest_of_it = signature - makers
            if (
                makers < signature
                and _has_digit(rest_of_it)
                and any(char.isalpha() for part in rest_of_it for char in part)
            ):
                self._aliases.setdefault(rest_of_it, signature)
            if (run_together := _run_together(signature)) is not None:
                self._aliases.setdefault(run_together, signature)
            if len(short) == 1 and len(rest) == 1 and all(part.isalpha() for part in rest):
                self._aliases.setdefault(short, signature)
        for alias, signature in _without_family(self._subjects).items():
            self._aliases.setdefault(alias, signature)

    def find(self, text: str) -> list[Mention]:
        """The subjects that a text names, longest names first where names overlap, in order of place."""
        parts = _without_asides(pieces(text))
        spans: list[tuple[int, int, frozenset[str]]] = []
        for alias, signature in self._aliases.items():
            spans += [
                (start, end, signature)
                for start, end in _windows(parts, alias)
                if not _VARIANT.match(text, end) or len(signature) > 3
            ]
        chosen: list[tuple[int, int, frozenset[str]]] = []
        for span in sorted(spans, key=lambda span: (-len(span[2]), -(span[1] - span[0]), span[0], sorted(span[2]))):
            if all(span[1] <= other[0] or other[1] <= span[0] for other in chosen):
                chosen.append(span)
        return [self._mention(text, span) for span in sorted(chosen, key=lambda span: span[0])]

    def _mention(self, text: str, span: tuple[int, int, frozenset[str]]) -> Mention:
        start, end, signature = span
        variants = {
            name
            for other, names in self._subjects.items()
            if other > signature and all(_CODE.match(part) for part in other - signature)
            for name in names
        }
        family = {
            name
            for other, names in self._subjects.items()
            if other > signature and not (other - signature) & _SPECIAL
            for name in names
        }
        dated = _of_month(text[:start], variants)
        return Mention(
            text=text[start:end],
            start=start,
            end=end,
            exact=dated or tuple(sorted(self._subjects[signature])),
            variants=() if dated else tuple(sorted(variants)),
            family=tuple(sorted(family - variants)),
            signature=signature,
        )


def _of_month(before: str, variants: Iterable[str]) -> tuple[str, ...]:
    """Of a name's dated variants (DeepSeek-R1-0528) those of the month that stands before the name."""
    said = _OF_MONTH.search(before)
    if said is None:
        return ()
    month = f"{list(month_name).index(said['month']):02d}"
    return tuple(sorted(name for name in variants if any(code.startswith(month) for code in _DATED.findall(name))))


def _without_family(subjects: Iterable[frozenset[str]]) -> dict[frozenset[str], frozenset[str]]:
    """Names without the family's, where one name only is left so and has a word and a number: "Opus 4" is Claude Opus 4."""
    left: dict[frozenset[str], set[frozenset[str]]] = defaultdict(set)
    for signature in subjects:
        words = {part for part in signature if part.isalpha()}
        for family in words & _FAMILIES if len(words) >= 2 and len(signature) == 3 else ():
            left[signature - {family}].add(signature)
    return {alias: min(ones) for alias, ones in left.items() if len(ones) == 1 and _has_digit(alias)}


def _run_together(signature: frozenset[str]) -> frozenset[str] | None:
    """A name with version and size in one number, as a recogniser writes "Qwen three, 235 B": Qwen 3235B."""
    versions = [part for part in signature if re.fullmatch(r"\d+(?:\.\d+)?", part)]
    sizes = [part for part in signature if re.fullmatch(r"\d+b", part)]
    if len(versions) != 1 or len(sizes) != 1:
        return None
    return (signature - {versions[0], sizes[0]}) | {versions[0] + sizes[0]}


def _without_asides(parts: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The parts of names without active sizes and words like "instruct", each stretched over what was left out after it."""
    kept: list[tuple[str, int, int]] = []
    for piece, start, end in parts:
        if kept and (_ACTIVE.match(piece) or piece in _ASIDE) and start - kept[-1][2] <= 2:
            kept[-1] = (*kept[-1][:2], end)
        else:
            kept.append((piece, start, end))
    return kept


def _has_digit(signature: frozenset[str]) -> bool:
    return any(char.isdigit() for part in signature for char in part)


def _is_plain_name(fact: Fact) -> bool:
    """Whether a subject without a digit is a model all the same: it has a score or a price, and two parts ("Yi-Lightning")."""
    scored = fact.kind in ("benchmark", "pricing") or (fact.kind == "leaderboard" and bool(fact.setting))
    parts = signatures(fact.subject)
    return scored and bool(parts) and all(len(part) >= 2 for part in parts) and not _MATTER.search(fact.subject)


def is_name(subject: str) -> bool:
    """Whether a subject is the name of a model or chip ("DeepSeek-R1"), not a matter ("Notable AI models 2024")."""
    main = re.sub(r"\([^)]*\)", "", subject)
    return bool(re.search(r"\d", main)) and not _MATTER.search(main)


def _windows(parts: Sequence[tuple[str, int, int]], alias: frozenset[str]) -> list[tuple[int, int]]:
    size = len(alias)
    found = []
    for index in range(len(parts) - size + 1):
        window = parts[index : index + size]
        if frozenset(part for part, _, _ in window) == alias and all(
            window[i + 1][1] - window[i][2] <= 2 for i in range(size - 1)
        ):
            found.append((window[0][1], window[-1][2]))
    return found


def find_metrics(text: str) -> tuple[str, ...]:
    """The metrics that a text names, as the beginnings or parts of the facts' metric names."""
    found = [name for pattern, name in _METRICS if pattern.search(text)]
    if "MATH" in found and re.search(r"\bMIT\b", text) and not re.search(r"\bMATH\b", text):
        found.remove("MATH")
    return tuple(found)


def metric_matches(named: Sequence[str], fact: Fact, text: str) -> bool:
    """Whether a fact's metric is one that the claim names; a year or part named with it must agree."""
    metric = fact.metric.casefold()
    for name in named:
        if name in ("AIME", "GPQA", "SWE-bench", "Codeforces", "FrontierMath", "LiveBench"):
            if metric.startswith(name.casefold()) or (
                name == "AIME" and "aime" in metric and "otis" in text.casefold()
            ):
                return _detail_agrees(metric, text.casefold())
        elif metric == name.casefold() or (name in _LOOSE and name.casefold() in metric):
            return True
    return False


_LOOSE = frozenset(
    {"parameters", "context length", "licence", "price", "training cost", "training compute", "downloads", "bandwidth", "memory",
     "compute", "training tokens"}
)  # fmt: skip


def _detail_agrees(metric: str, text: str) -> bool:
    years = re.findall(r"\b20\d\d\b", metric)
    named = [year for year in re.findall(r"\b20\d\d\b", text) if re.search(rf"aime[ -]?{year}", text)]
    return not (years and named) or named[0] in years
