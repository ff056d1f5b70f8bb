"""Hidden checks of lesson 00."""

from reference import shapes as reference

from autograde.compare import expect_equal
from autograde.exercise import HiddenChecks

count_pairs_checks = HiddenChecks("00.1")


@count_pairs_checks.check(points=3, gate=True)
def every_token_looks_at_every_token(learner, draw):
    """The number of pairs must be right for sequences of several lengths."""
    for seq_len in (draw.integer(4, 9), draw.integer(10, 30), draw.integer(31, 90)):
        expect_equal(
            f"pairs for {seq_len} tokens", learner.count_pairs(seq_len), reference.count_pairs(seq_len)
        )


@count_pairs_checks.check(points=1)
def no_tokens_make_no_pairs(learner, draw):
    """An empty sequence has no pairs, and a single token has one: it looks at itself."""
    for seq_len in (0, 1):
        pairs = learner.count_pairs(seq_len)
        expect_equal(f"pairs for {seq_len} tokens", pairs, reference.count_pairs(seq_len))


@count_pairs_checks.check(points=1)
def long_sequences_count_too(learner, draw):
    """The number must stay right for a sequence of several hundred tokens."""
    seq_len = draw.integer(600, 850)
    expect_equal(f"pairs for {seq_len} tokens", learner.count_pairs(seq_len), reference.count_pairs(seq_len))


count_pairs_checks.outside("seq_len above 1,024", "a recursion is right too, and Python's depth is 1,000")
