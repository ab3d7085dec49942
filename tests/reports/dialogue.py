"""An invented conversation, written as turns; [[id|words]] marks the statements that become claims."""

MARA = "Mara Lindqvist"
TOM = "Tom Okafor"

TURNS: tuple[tuple[str, str], ...] = (
    (
        MARA,
        "Welcome back. Today it is the question everyone has been sending in: how far behind are the Chinese labs, really? "
        "Both of our voices are made by a machine, the numbers are not.",
    ),
    (
        TOM,
        "Let's start with the scoreboard. [[gap|If you look at the Arena, the best American model is about fifty points "
        "ahead of the best Chinese one.]] That was a landslide two years ago. [[open|And if you only count open weights, "
        "the Chinese side is ahead by nearly seventy points.]]",
    ),
    (
        MARA,
        "So people round that to time. [[months|Everybody says the Chinese labs are only a few months behind.]] Is that a "
        "fair way to put it?",
    ),
    (
        TOM,
        "It depends on what you measure. [[aime|R1 basically matched o1 on the maths: seventy nine point eight against "
        "seventy nine point two on AIME.]] [[math|It hit like ninety nine percent on MATH five hundred.]] "
        "[[anecdote|My nephew uses it for his homework and he swears by it.]]",
    ),
    (
        MARA,
        "And the price of it. [[six|They did the whole thing for under six million dollars, research, experiments, all of "
        "it.]]",
    ),
    (
        TOM,
        "That is the number that moved markets. [[nvidia|Nvidia lost a trillion dollars in a single day over it.]] "
        "[[price|The API was something like a twenty-fifth of the price of o1.]]",
    ),
    (
        MARA,
        "What about the chips? [[chips|It says right there in their paper that they trained it on H100s.]]",
    ),
    (
        TOM,
        "People love that one. [[size|What is in the paper is six hundred and seventy one billion parameters, of which "
        "only thirty seven billion light up on any token.]] That is the trick.",
    ),
    (
        MARA,
        "And it is all open. [[mit|They went MIT licence on the whole thing, V3 and R1, no restrictions at all.]]",
    ),
    (
        TOM,
        "Look at the others, too. [[qwen|Quinn, the model out of Alibaba, has passed four hundred million downloads.]] "
        "[[glm|GLM four point five is already third on the whole leaderboard.]] [[kimi|And Kimi K2 solves two thirds of "
        "SWE-bench Verified.]]",
    ),
    (
        MARA,
        "[[startups|I keep hearing that half of the start-ups in the valley now build on a Chinese model.]] Do you "
        "believe that? [[opinion|I think open models are simply better for everybody.]]",
    ),
    (
        TOM,
        "[[prediction|By the end of next year the Chinese open models pass the American closed ones, full stop.]] "
        "We will come back to it then.",
    ),
)
