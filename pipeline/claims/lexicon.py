"""Word lists that the questions about a statement are answered with; each is named after what its words do."""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re

FIRST_PERSON = frozenset("i we me us my our mine ours myself ourselves".split())
SECOND_PERSON = frozenset("you your yours yourself y'all".split())
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
NAMED = frozenset({"ORG", "PERSON", "GPE", "PRODUCT", "NORP", "LAW", "EVENT", "WORK_OF_ART", "FAC", "LOC"})

EVALUATIVE = frozenset(
    """amazing amazed appealing awesome awful bad beautiful boring brilliant clever confusing cool crazy crucial curious
    disappointing elegant exciting excited exciting fantastic fascinating fine fun funny glad good great happy helpful horrible
    huge impressive incredible inspiring interesting intriguing ironic lovely neat nervous nice nuts obvious perfect practical
    problematic ridiculous sad scary sensible significant silly smart strange stupid super surprising surprised terrible
    terrific tough tricky useful weird wild wonderful worrying wrong important powerful hard easy mistake shame""".split()
)
PRAISE = frozenset("best worst greatest coolest favorite favourite finest ideal".split())
THINKING = frozenset(
    "think believe feel guess hope wish wonder doubt suppose assume imagine suspect reckon fear love like mean".split()
)
PREDICTING = frozenset("predict forecast expect anticipate bet".split())
DUTY = frozenset("should ought must shouldn".split())
CHANCE = frozenset("might may could would can wouldn couldn".split())
SAYING = frozenset(
    "say claim report state argue announce write suggest show estimate find tell insist note admit".split()
)
LEARNING = frozenset("see read hear notice learn remember know mention find".split())
CROWD = frozenset("people everybody everyone folks they some many somebody critics others".split())
VAGUE = frozenset(
    """people everybody everyone folks someone somebody anybody anyone something thing things one lot lots bunch kind some
    many part idea way ways stuff person man woman guy others who which what that""".split()
)
FIELD = frozenset("ai ml llm llms nlp agi api apis".split())
"""Capital letters that name no thing in particular."""
VIEWS = frozenset(
    """perspective view discussion thought debate idea opinion question sense feeling concern statement need evidence trend
    element issue problem difference""".split()
)
"""What is held or talked about, not found in the world."""
CHANGES = frozenset(
    """acquire announce approve award ban beat buy catch charge close cost cut declare double drop exceed fall fire fund grow
    halve hire hit introduce invest launch lead lose match open outperform overtake own pass pay plateau publish raise reach
    release repeal report require restrict rise scale score sell ship sign spend sue support surpass top train win write
    develop produce create maintain found host extend rank cite attack benefit source license prohibit block
    download restrict start delay eat blow contain trail dominate smuggle delay offer unveil drop open-source""".split()
)
ACTING = frozenset(
    """release say announce train open put build publish launch claim buy sell hire fire fund invest spend swear source open-source
    offer develop produce ban prohibit restrict require sign charge raise hope want decide plan think know""".split()
)
"""What companies, countries and people do, and models do not."""
COMPARING = frozenset(
    """beat match surpass outperform lead trail exceed top overtake rival dominate outscore outrank tie equal""".split()
)
COMPANIES = frozenset(
    """openai deepseek alibaba baidu nvidia meta google anthropic moonshot microsoft intel amd apple amazon huawei tencent
    bytedance zhipu minimax mistral xai tsmc smic stanford epoch altimeter cohere databricks ibm samsung stripe perplexity
    argilla lockheed tesla oracle""".split()
) | {"hugging face", "moonshot ai", "z.ai", "epoch ai"}
FAMILIES = frozenset(
    "qwen llama glm kimi ernie claude gemini gpt grok mistral mixtral phi gemma yi r1 v3 o1 o3 k2 chatgpt alpaca olmo".split()
)
KIND_NOUNS = {
    "model": "model models llm llms assistant",
    "company": "company companies lab labs startup startups firm firms",
    "chip": "chip chips gpu gpus accelerator",
    "policy": "act order plan rule rules law bill controls policy ban administration",
    "test": "benchmark leaderboard test arena exam",
    "tool": "api toolkit tool library package framework platform product app dataset sdk ui paper article report data",
    "country": "country countries government",
}
KIND_OF_NOUN = {noun: kind for kind, nouns in KIND_NOUNS.items() for noun in nouns.split()}
TOPIC = re.compile(
    r"\b(?:models?|llms?|ai|chips?|gpus?|weights|open[- ]sourced?|parameters?|tokens?|benchmarks?|leaderboards?|export"
    r"|chinese|china|american?|u\.?s\.?|companies|company|gap|plan|act|executive order|controls|startups?|datasets?)\b",
    re.I,
)
GENERIC = re.compile(
    r"^(?:(?:so|and|but|even|the|typically|generally|most|many|small\w*|larg\w+|big\w*|open|closed|frontier|language|chinese|american|u\.s\.),? )*"
    r"(?:models|llms|chips|gpus|datasets|companies|labs|startups)\b",
    re.I,
)
"""A statement about a whole kind of things in the field begins so."""
LICENCES = re.compile(
    r"\b(?:MIT|Apache|BSD|GPL|licen[cs]e[sd]?|licensing|open[- ]?sourc\w+|open[- ](?:weights?|models?)|proprietary|public domain|patent)\b",
    re.I,
)
CAUSES = re.compile(
    r"\b(?:because|due to|led to|leads to|caused?|causes|thanks to|as a result|resulted in|results in)\b", re.I
)
RANKS = re.compile(
    r"\b(?:ahead of|behind|on par|neck and neck|as \w+ as|number one|top (?:spot|three|ten|five)|state of the art|than|versus"
    r"|twice|half as|more than|less than|at most|at least)\b",
    re.I,
)
JOKE = re.compile(
    r"\b(?:just kidding|i'm kidding|i'm joking|just joking|joking aside)\b|[\[(](?:laughs?|laughter|laughing|chuckles?)[\])]",
    re.I,
)
GREETING = re.compile(
    r"^(?:\W|so|well|yeah|yes|and|oh|ok(?:ay)?|alright|all right|right|hey|hi|hello|sure)*"
    r"(?:thanks?\b|thank you|welcome\b|good (?:to|morning|evening|afternoon|chat)|great to|nice to (?:meet|see|have)|how are you|"
    r"how's it going|take care|goodbye|bye\b|see you|talk (?:to you )?soon|what time is it|cheers|congrat)",
    re.I,
)
OPINION_FRAME = re.compile(
    r"\b(?:i (?:just |also |really |personally |still )?(?:think|believe|feel|guess|suspect|reckon)|in my (?:own )?(?:opinion|view|mind)"
    r"|i would (?:say|argue)|i'd (?:say|argue)|from my (?:perspective|point of view)|if you ask me|personally|hot take|my take)\b",
    re.I,
)
AUXILIARIES = frozenset("is are was were do does did has have had can could will would should".split())
WH = frozenset("what who whom whose which where when why how".split())
LEADING = re.compile(
    r"^(?:(?:(?:and|but|so(?! (?:far|many|much|few)\b|-)|or|well(?!-| (?:known|over|above|below)\b)|yeah|yes|yep|yup|no(?=,)"
    r"|oh|okay|ok|right(?! now)|sure|now|then|also|like(?=,)|obviously|actually|basically|sorry|look(?=,)|again|anyway"
    r"|certainly|frankly|granted|of course|for sure|i mean|you know|because|as you (?:mentioned|said)|at the same time|hi \w+|hey \w+|in time"
    r"|exactly|definitely|interesting(?:ly)?|apparently|thing is|just (?:to|as) [^,]{3,30})\b(?:\s*(?:,|\.\.\.|--?|—)\s*|\s+))+)",
    re.I,
)
FILLERS = re.compile(r"(?:,\s*)?\b(?:you know|i mean|um+|uh+|er|erm)\b\s*,?\s*", re.I)
