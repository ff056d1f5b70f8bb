"""Public checks of lesson 00."""

from autograde.compare import expect_equal
from autograde.exercise import Exercise

count_pairs = Exercise(
    "00.1",
    "shapes.count_pairs",
    title="Count the pairs",
    minutes=3,
    hints=(
        "Every token asks, and every token can be asked. How many questions does one token have?",
        "Each of the seq_len tokens looks at all seq_len tokens, itself included: seq_len times seq_len.",
        "Open attnlib/shapes.py. Delete the line that starts with raise. Write one line that returns the "
        "product of the number of tokens with itself. Save the file and run the check again.",
    ),
)


@count_pairs.check
def three_tokens(learner, draw):
    """Three tokens make 9 pairs: each of the three looks at all three."""
    expect_equal("pairs for 3 tokens", learner.count_pairs(3), 9)


@count_pairs.check
def one_token(learner, draw):
    """A single token makes 1 pair: it looks at itself."""
    expect_equal("pairs for 1 token", learner.count_pairs(1), 1)


@count_pairs.check
def twice_the_tokens(learner, draw):
    """Ten tokens make 100 pairs and twenty make 400: twice the tokens, four times the pairs."""
    expect_equal("pairs for 10 tokens", learner.count_pairs(10), 100)
    expect_equal("pairs for 20 tokens", learner.count_pairs(20), 400)
