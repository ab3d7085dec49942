"""What was found about each statement of the invented conversation; figures are from public sources, wording is ours."""
# ruff: noqa: E501 - prose and figures read better unbroken

from __future__ import annotations

from datetime import date

from pipeline.models import Citation, Derivation, Doubt, Operand, Passage, Rank, Reading, Stance, Verdict, stable_id

AS_OF = date(2025, 7, 31)
_ARENA = "https://github.com/fboulnois/llm-leaderboard-csv/blob/80141c0ba8ceb25c772505d8c172e54b754321f6/csv/lmarena_text.csv"
_V3 = "https://github.com/deepseek-ai/DeepSeek-V3/blob/e975062c42acae4df5a36c6d348e302021f7a185/README.md"
_R1 = "https://github.com/deepseek-ai/DeepSeek-R1/blob/0cf78561f1d51c84a21b2190626b21116d5c68bb/README.md"

STANDALONE = {
    "gap": "In late July 2025 the best U.S. model led the best Chinese model by about 50 points on Chatbot Arena.",
    "open": "In late July 2025 the best Chinese open-weight model led the best U.S. open-weight model by nearly 70 Arena points.",
    "months": "Chinese language models are only a few months behind U.S. ones.",
    "aime": "DeepSeek-R1 scored 79.8% on AIME 2024, against 79.2% for o1.",
    "math": "DeepSeek-R1 scored about 99% on MATH-500.",
    "six": "DeepSeek-V3 cost less than $6 million including research and experiments.",
    "nvidia": "Nvidia lost $1 trillion of market value in one day because of DeepSeek.",
    "price": "At launch the DeepSeek-R1 API cost about a twenty-fifth of the o1 API.",
    "chips": "DeepSeek's report says that V3 was trained on H100 GPUs.",
    "size": "DeepSeek-V3 has 671 billion parameters, of which 37 billion are active for each token.",
    "mit": "The weights of both DeepSeek-V3 and DeepSeek-R1 were released under the MIT licence.",
    "qwen": "Alibaba's Qwen models had passed 400 million downloads by the end of July 2025.",
    "glm": "On 31 July 2025 GLM-4.5 was third on Chatbot Arena.",
    "kimi": "Kimi K2 solves about two thirds of SWE-bench Verified.",
    "startups": "Half of the start-ups in Silicon Valley build on a Chinese model.",
}
NOT_CHECKABLE = {"anecdote": "anecdote", "opinion": "opinion", "prediction": "prediction"}


def passage(
    text: str, known: date | None, title: str, publisher: str, url: str, rank: Rank = "independent",
    published: date | None = None, location: str = "",
) -> Passage:  # fmt: skip
    """A stored passage; its page has the same date as what it says unless `published` tells otherwise."""
    return Passage(
        id=stable_id(text), source_id=stable_id(url), text=text, known_from=known, title=title, publisher=publisher,
        url=url, published=published or known, rank=rank, location=location, origin=publisher,
    )  # fmt: skip


def cite(found: Passage, quote: str, stance: Stance = "supports", later: bool = False) -> Citation:
    """A quotation of a passage."""
    assert quote in found.text, quote
    return Citation(passage=found, quote=quote, stance=stance, strength=0.9, later=later)


def verdict(label: str, confidence: float, rationale: str, *citations: Citation, **more: object) -> Verdict:
    """A verdict as of the statement."""
    return Verdict.model_validate(
        {
            "label": label,
            "confidence": confidence,
            "as_of": AS_OF,
            "rationale": rationale,
            "citations": citations,
            **more,
        }
    )


def _arena(text: str, day: date) -> Passage:
    return passage(
        text, day, "Chatbot Arena text leaderboard", "LMArena, via a mirror", _ARENA, location="table, row 1"
    )


_JULY = date(2025, 7, 28)
_GEMINI = _arena(
    "In the Chatbot Arena text snapshot of 28 July 2025, Gemini-2.5-Pro (Google, proprietary) scored 1474, the best of the U.S. models.",
    _JULY,
)
_R1_0528 = _arena(
    "In the Chatbot Arena text snapshot of 28 July 2025, DeepSeek-R1-0528 (DeepSeek, MIT) scored 1426, the best of the Chinese models.",
    _JULY,
)
_GEMMA = _arena(
    "Among U.S. models with an open licence in the snapshot of 28 July 2025, Gemma-3-27B-it (Google, Gemma) scored highest at 1357.",
    _JULY,
)
_GLM = _arena(
    "In the Chatbot Arena text snapshot of 4 August 2025, GLM-4.5 (Z.ai, MIT) scored 1434; it is the third row.",
    date(2025, 8, 4),
)
_R1_TABLE = passage(
    "The comparison table gives DeepSeek-R1 79.8% on AIME 2024 (pass@1) and o1-1217 79.2%. On MATH-500 (pass@1) DeepSeek-R1 has 97.3%.",
    date(2025, 1, 20), "DeepSeek-R1: README", "DeepSeek", _R1, "self_reported", location="evaluation table",
)  # fmt: skip
_COST = passage(
    "The V3 report puts the official training run at $5.576 million at $2 per H800 hour, and says this excludes prior research "
    "and ablation experiments.",
    date(2024, 12, 27), "Quotation of the DeepSeek-V3 technical report", "Hacker News mirror", "https://news.ycombinator.com/item?id=42852229",
    "secondary", date(2025, 1, 29),
)  # fmt: skip
_H800 = passage(
    "DeepSeek says the full training of DeepSeek-V3 took 2.788 million H800 GPU hours.",
    date(2024, 12, 26), "DeepSeek-V3: README", "DeepSeek", _V3, "self_reported", date(2025, 6, 16), "Introduction",
)  # fmt: skip
_SIZE = passage(
    "DeepSeek-V3 is a mixture-of-experts model with 671 billion total parameters, 37 billion of which are active per token.",
    date(2024, 12, 26), "DeepSeek-V3: README", "DeepSeek", _V3, "self_reported", date(2025, 6, 16), "Introduction",
)  # fmt: skip
_V3_LICENCE = passage(
    "For the original DeepSeek-V3 release the code is MIT-licensed but the weights fall under the separate DeepSeek Model License, "
    "which allows commercial use.",
    date(2024, 12, 26), "DeepSeek-V3: README", "DeepSeek", _V3, "self_reported", date(2025, 6, 16), "License",
)  # fmt: skip
_R1_LICENCE = passage(
    "Both the code and the weights of DeepSeek-R1 are released under the MIT License.",
    date(2025, 1, 20), "DeepSeek-R1: README", "DeepSeek", _R1, "self_reported", date(2025, 4, 9), "License",
)  # fmt: skip
_NVIDIA = passage(
    "Nvidia lost $589 billion of market value on 27 January 2025, a fall of nearly 17% linked to DeepSeek.",
    date(2025, 1, 27), "NVIDIA's market value falls by the most in U.S. history", "Longbridge News", "https://longbridge.com/news/226415927",
    "secondary",
)  # fmt: skip
_NVIDIA_2 = passage(
    "Another outlet put the loss of 27 January 2025 at $593.7 billion.",
    date(2025, 1, 28), "Nvidia loses nearly $600 billion", "Epoch Times", "https://theepochtimes.com/business/nvidia", "secondary",
)  # fmt: skip
_R1_PRICE = passage(
    "At launch in January 2025 the DeepSeek-R1 API cost $0.55 per million uncached input tokens and $2.19 per million output tokens.",
    date(2025, 1, 20), "DeepSeek-R1 release notice (a copy)", "Hugging Face", "https://huggingface.co/deepseek-ai", "self_reported",
)  # fmt: skip
_O1_PRICE = passage(
    "The o1 API list price is $15 per million input tokens and $60 per million output tokens.",
    None, "llm-prices: openai.json", "Simon Willison", "https://github.com/simonw/llm-prices", "secondary", date(2026, 7, 30),
)  # fmt: skip
_QWEN_FEB = passage(
    "One page puts Qwen at over 40 million downloads and 78,000 derivatives as of February 2025.",
    date(2025, 2, 28), "Qwen", "aiwiki.ai", "https://aiwiki.ai/wiki/qwen", "secondary",
)  # fmt: skip
_QWEN_DEC = passage(
    "By mid-December 2025 Qwen downloads were reported at over 600 million.",
    date(2025, 12, 15), "Qwen3 overtakes Llama", "Dataconomy", "https://dataconomy.com/2025/12/15/qwen3", "secondary",
)  # fmt: skip
_QWEN_JAN = passage(
    "By January 2026 the Qwen family had 700 million Hugging Face downloads and more than 180,000 derivatives, having passed Llama in October 2025.",
    date(2026, 1, 13), "Alibaba's Qwen leads open-source AI", "Xinhua (repost)", "https://example.org/qwen-700m", "secondary",
)  # fmt: skip
_KIMI = passage(
    "Kimi K2 Instruct scored 65.8% on SWE-bench Verified (agentic, single attempt), according to the comparison table published by Moonshot AI.",
    date(2025, 7, 11), "Kimi-K2: README", "Moonshot AI", "https://github.com/MoonshotAI/Kimi-K2", "self_reported", location="evaluation table",
)  # fmt: skip
_KIMI_2 = passage(
    "On SWE-bench Verified (agentless, single patch) Kimi K2 Instruct scored 51.8%, according to Moonshot AI's own table.",
    date(2025, 7, 11), "Kimi-K2: README", "Moonshot AI", "https://github.com/MoonshotAI/Kimi-K2", "self_reported", location="evaluation table",
)  # fmt: skip
_KIMI_BASH = passage(
    "On the bash-only board (mini-SWE-agent), Kimi K2 Instruct resolved 43.8% of SWE-bench Verified in a run dated 7 August 2025.",
    date(2025, 8, 7), "SWE-bench leaderboards", "SWE-bench", "https://github.com/SWE-bench/swe-bench.github.io", "independent",
)  # fmt: skip
_GPT4 = passage(
    "On the Epoch index the first Chinese model to surpass GPT-4 came in May 2024, 14 months after GPT-4.",
    date(2024, 5, 31), "China's models seven months behind on average", "Trending Topics", "https://www.trendingtopics.eu/china", "secondary",
    date(2026, 1, 14),
)  # fmt: skip
_O1 = passage(
    "OpenAI released o1-1217 on 17 December 2024.",
    date(2024, 12, 17),
    "Model releases",
    "OpenAI",
    "https://openai.com/o1",
    "self_reported",
)
_EPOCH = passage(
    "Epoch AI found Chinese models lagged the U.S. frontier by an average of seven months since 2023 on its Capabilities Index.",
    date(2026, 1, 31), "U.S. models outpace Chinese counterparts", "The Beat, on Epoch AI", "https://thebeat.tech/articles/us-ai", "secondary",
)  # fmt: skip


def _points(
    label: str, first: Passage, a: float, name_a: str, second: Passage, b: float, name_b: str, unit: str, step: str
) -> Derivation:
    operands = (
        Operand(label=name_a, value=a, unit=unit, date=first.known_from, passage_id=first.id),
        Operand(label=name_b, value=b, unit=unit, date=second.known_from, passage_id=second.id),
    )
    return Derivation(operation="difference", operands=operands, steps=(step,), conclusion=label)


_GAP = _points(
    "48 points is about fifty.",
    _GEMINI,
    1474,
    "Gemini-2.5-Pro (U.S.)",
    _R1_0528,
    1426,
    "DeepSeek-R1-0528 (China)",
    "points",
    "1474 − 1426 = 48 points, 28 July 2025",
)
_OPEN = _points(
    "69 points is nearly seventy.",
    _R1_0528,
    1426,
    "DeepSeek-R1-0528 (China)",
    _GEMMA,
    1357,
    "Gemma-3-27B-it (U.S.)",
    "points",
    "1426 − 1357 = 69 points, 28 July 2025",
)
_MATH = _points(
    "97.3 is 1.7 below what was said.",
    _R1_TABLE,
    99.0,
    "as said",
    _R1_TABLE,
    97.3,
    "DeepSeek-R1, MATH-500",
    "percent",
    "99 − 97.3 = 1.7 percentage points",
)
_LAG = Derivation(
    operation="months between dates",
    operands=(
        Operand(
            label="o1-1217, 79.2% on AIME 2024", value=79.2, unit="percent", date=date(2024, 12, 17), passage_id=_O1.id
        ),
        Operand(
            label="DeepSeek-R1, 79.8% on AIME 2024",
            value=79.8,
            unit="percent",
            date=date(2025, 1, 20),
            passage_id=_R1_TABLE.id,
        ),
    ),
    steps=("20 January 2025 − 17 December 2024 = 34 days", "34 ÷ 30.44 = 1.1 months"),
    conclusion="On AIME 2024 the first Chinese model at o1's level came 1.1 months after o1.",
)
_LAG_GPT4 = Derivation(
    operation="months between dates",
    operands=(
        Operand(label="GPT-4", value="released", date=date(2023, 3, 14), passage_id=_GPT4.id),
        Operand(label="first Chinese model above it", value="released", date=date(2024, 5, 14), passage_id=_GPT4.id),
    ),
    steps=("14 May 2024 − 14 March 2023 = 14 months",),
    conclusion="On Epoch's index it took 14 months to pass GPT-4.",
)
_RATIO = Derivation(
    operation="ratio",
    operands=(
        Operand(label="o1, output", value=60.0, unit="USD per 1M tokens", passage_id=_O1_PRICE.id),
        Operand(
            label="DeepSeek-R1, output",
            value=2.19,
            unit="USD per 1M tokens",
            date=date(2025, 1, 20),
            passage_id=_R1_PRICE.id,
        ),
    ),
    steps=("60 ÷ 2.19 = 27.4",),
    conclusion="A twenty-seventh; a twenty-fifth is close.",
)
_READINGS = (
    Reading(
        name="On school mathematics",
        label="supported",
        explanation="R1 reached o1's AIME score in about a month.",
        derivation=_LAG,
    ),
    Reading(
        name="On Epoch's index, against GPT-4",
        label="refuted",
        explanation="There it took fourteen months.",
        derivation=_LAG_GPT4,
    ),
)

CHECKED: dict[str, tuple[Verdict, Verdict | None, tuple[Citation, ...], tuple[Doubt, ...]]] = {
    "gap": (
        verdict("supported", 0.91, "The last leaderboard before the episode has the best U.S. model at 1474 [1] and the best Chinese one at 1426 [2]: 48 points apart.",
                cite(_GEMINI, "Gemini-2.5-Pro (Google, proprietary) scored 1474"), cite(_R1_0528, "DeepSeek-R1-0528 (DeepSeek, MIT) scored 1426"),
                decided_by="arithmetic", derivation=_GAP),
        None, (), (),
    ),
    "open": (
        verdict("supported", 0.88, "Among open weights the best Chinese model stands at 1426 [1], the best U.S. one at 1357 [2].",
                cite(_R1_0528, "scored 1426, the best of the Chinese models"), cite(_GEMMA, "scored highest at 1357"),
                decided_by="arithmetic", derivation=_OPEN),
        None, (), (),
    ),
    "months": (
        verdict("conflicting", 0.64, "It depends on the yardstick. On AIME 2024 a Chinese model drew level within about a month [1]; on Epoch's index it took fourteen months to pass GPT-4 [2].",
                cite(_R1_TABLE, "DeepSeek-R1 79.8% on AIME 2024 (pass@1) and o1-1217 79.2%"), cite(_GPT4, "14 months after GPT-4", "refutes"),
                decided_by="arithmetic", readings=_READINGS, missing="Which models and which test are meant; the statement names neither."),
        verdict("conflicting", 0.7, "Since then Epoch has published an average of seven months [3].",
                cite(_R1_TABLE, "DeepSeek-R1 79.8% on AIME 2024 (pass@1) and o1-1217 79.2%"), cite(_GPT4, "14 months after GPT-4", "refutes"),
                as_of=None, decided_by="arithmetic"),
        (cite(_EPOCH, "an average of seven months since 2023", "refutes", later=True),),
        (Doubt(kind="referent", text="“Everybody” and “a few months” are not tied to a model or a test."),),
    ),
    "aime": (
        verdict("supported", 0.86, "Both numbers stand in DeepSeek's own table [1].", cite(_R1_TABLE, "DeepSeek-R1 79.8% on AIME 2024 (pass@1) and o1-1217 79.2%"),
                decided_by="arithmetic"),
        None, (), (),
    ),
    "math": (
        verdict("refuted", 0.79, "The table says 97.3, not about 99 [1].", cite(_R1_TABLE, "On MATH-500 (pass@1) DeepSeek-R1 has 97.3%", "refutes"),
                decided_by="arithmetic", derivation=_MATH),
        None, (), (),
    ),
    "six": (
        verdict("refuted", 0.84, "$5.576 million is the official training run alone; the report says it leaves out research and experiments [1].",
                cite(_COST, "excludes prior research and ablation experiments", "refutes"),
                against=(cite(_COST, "the official training run at $5.576 million", "supports"),), decided_by="stance"),
        None, (), (Doubt(kind="number", text="“six” was heard with a probability of 0.61.", heard="six", could_be="sixty", weight=0.05),),
    ),
    "nvidia": (
        verdict("refuted", 0.93, "The loss of 27 January 2025 was $589 billion [1], or $593.7 billion [2]; either is well under a trillion.",
                cite(_NVIDIA, "lost $589 billion of market value on 27 January 2025", "refutes"), cite(_NVIDIA_2, "at $593.7 billion", "refutes"),
                decided_by="arithmetic",
                derivation=_points("589 is 59% of what was said.", _NVIDIA, 1000, "as said", _NVIDIA, 589, "lost on 27 January 2025", "billion USD", "1000 − 589 = 411 billion USD too much")),
        None, (), (),
    ),
    "price": (
        verdict("supported", 0.58, "At $2.19 [1] against $60 [2] for a million output tokens, R1 cost a twenty-seventh.",
                cite(_R1_PRICE, "$2.19 per million output tokens"), cite(_O1_PRICE, "$60 per million output tokens"),
                decided_by="arithmetic", derivation=_RATIO),
        None, (),
        (Doubt(kind="undated", text="The o1 price has no start date in its source, so it decides nothing by itself as of the statement."),),
    ),
    "chips": (
        verdict("refuted", 0.9, "The document names H800 hours [1]; H100 is not in it.", cite(_H800, "2.788 million H800 GPU hours", "refutes"), decided_by="stance"),
        None, (), (),
    ),
    "size": (
        verdict("supported", 0.95, "Both figures are in the README [1].", cite(_SIZE, "671 billion total parameters, 37 billion of which are active per token"), decided_by="arithmetic"),
        None, (), (),
    ),
    "mit": (
        verdict("refuted", 0.81, "R1 is MIT-licensed, but the V3 weights came under the DeepSeek Model License [1].",
                cite(_V3_LICENCE, "the weights fall under the separate DeepSeek Model License", "refutes"),
                against=(cite(_R1_LICENCE, "the weights of DeepSeek-R1 are released under the MIT License"),), decided_by="stance"),
        None, (), (),
    ),
    "qwen": (
        verdict("not_enough_evidence", 0.55, "Before the episode the store has only a figure for February 2025, over 40 million, counted in another way.",
                missing="A dated download count from between February and July 2025."),
        verdict("supported", 0.62, "Counts of 600 million in December 2025 [1] and 700 million in January 2026 [2] make it likely.",
                cite(_QWEN_DEC, "over 600 million", later=True), cite(_QWEN_JAN, "700 million Hugging Face downloads", later=True), as_of=None, decided_by="stance"),
        (cite(_QWEN_DEC, "over 600 million", later=True), cite(_QWEN_JAN, "700 million Hugging Face downloads", later=True),
         cite(_QWEN_FEB, "over 40 million downloads", "neutral")),
        (),
    ),
    "glm": (
        verdict("not_enough_evidence", 0.7, "The last snapshot before the episode, of 28 July, does not list GLM-4.5.", missing="A leaderboard dated 28 to 31 July 2025 that lists GLM-4.5."),
        verdict("supported", 0.77, "The snapshot of 4 August 2025 has it in the third row [1].", cite(_GLM, "it is the third row", later=True), as_of=None, decided_by="stance"),
        (cite(_GLM, "it is the third row", later=True),), (),
    ),
    "kimi": (
        verdict("conflicting", 0.6, "Moonshot's own table has 65.8% in one setting [1] and 51.8% in another [2].",
                cite(_KIMI, "65.8% on SWE-bench Verified (agentic, single attempt)"), cite(_KIMI_2, "scored 51.8%", "refutes"), decided_by="arithmetic"),
        verdict("conflicting", 0.72, "An independent run of August 2025 has 43.8% [2], against 65.8% by the vendor [1].",
                cite(_KIMI, "65.8% on SWE-bench Verified (agentic, single attempt)"), cite(_KIMI_BASH, "resolved 43.8% of SWE-bench Verified", "refutes", later=True),
                as_of=None, decided_by="arithmetic"),
        (cite(_KIMI_BASH, "resolved 43.8% of SWE-bench Verified", "refutes", later=True),), (),
    ),
    "startups": (
        verdict("not_enough_evidence", 0.4, "Nothing in the store counts what start-ups build on.", missing="A survey of start-ups with its sample and date."),
        None, (), (Doubt(kind="speaker", text="The speaker reports what she has heard."),),
    ),
}  # fmt: skip
