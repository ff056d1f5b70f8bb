"""Public checks of lesson 01."""

import numpy as np

from autograde.compare import expect, expect_close, expect_equal, expect_shape, type_phrase
from autograde.exercise import Exercise

project = Exercise(
    "01.1",
    "cpu.projections.project",
    title="One projection",
    minutes=5,
    hints=(
        "A weight matrix turns one token into another list of numbers, and does the same to every token.",
        "Each row of the result is a row of x times the weight matrix: result = x W.",
        "x has shape (..., seq_len, d_in) and weight (d_in, d_out), so the inner sizes already meet. "
        "Return x @ weight. The operator @ keeps leading axes such as a batch; nothing needs a transpose.",
    ),
)

query_key_value = Exercise(
    "01.2",
    "cpu.projections.query_key_value",
    title="Three views of a token",
    minutes=5,
    builds_on=("01.1",),
    hints=(
        "All three views start from the same x. Only the weights differ.",
        "query = x W_query, key = x W_key, value = x W_value.",
        "Call project three times, each time with x and one of the three weights. "
        "Return the three results, separated by commas, in the order query, key, value.",
    ),
)

hard_lookup = Exercise(
    "01.3",
    "cpu.projections.hard_lookup",
    title="A lookup with one winner",
    minutes=12,
    level="medium",
    hints=(
        "For one query: try it against every key, remember which key fits best, take that key's value.",
        "best(i) = the j with the largest query_i · key_j; row i of the result is value[best(i)].",
        "1. query @ key.T holds all dot products, shape (q_len, kv_len). "
        "2. np.argmax along the axis of the keys gives, for each query, where the largest stands. "
        "3. Use these numbers as the rows to take from value.",
    ),
)

projection_shapes = Exercise(
    "01.4",
    "shapes.projection_shapes",
    title="Shapes of a projection",
    minutes=5,
    hints=(
        "Rows first, columns second. Data has one row for each token.",
        "A product joins two shapes: (rows, inner) @ (inner, columns) -> (rows, columns). The inner sizes "
        "must be equal, and they vanish.",
        "x is (seq_len, d_model). All three weights have one shape, which turns d_model into d_head. "
        "query, key and value have one shape too: still one row for each token.",
    ),
)


@project.check
def one_token_by_hand(learner, draw):
    """[1, 2] times [[1, 0, 3], [0, 1, -1]] is [1, 2, 1]."""
    weight = np.array([[1.0, 0.0, 3.0], [0.0, 1.0, -1.0]])
    expect_close("result", learner.project(np.array([[1.0, 2.0]]), weight), np.array([[1.0, 2.0, 1.0]]))


@project.check
def three_tokens_through_one_weight(learner, draw):
    """Every token goes through the same weight: three rows in, three rows out."""
    x = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    weight = np.array([[1.0, 2.0], [3.0, 4.0]])
    expect_close("result", learner.project(x, weight), np.array([[1.0, 2.0], [3.0, 4.0], [8.0, 12.0]]))


@project.check
def a_batch_of_sequences(learner, draw):
    """Two sequences of one token each: [1, 0] and [0, -1] become [1, 2] and [-3, -4]."""
    x, weight = np.array([[[1.0, 0.0]], [[0.0, -1.0]]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    expect_close("result", learner.project(x, weight), np.array([[[1.0, 2.0]], [[-3.0, -4.0]]]))


@query_key_value.check
def three_views_by_hand(learner, draw):
    """[1, 2] times [[0, 1], [1, 0]] is the query [2, 1]; key and value come from weights of their own."""
    x = np.array([[1.0, 2.0]])
    w_query = np.array([[0.0, 1.0], [1.0, 0.0]])
    w_key = np.array([[1.0, 0.0], [1.0, 0.0]])
    w_value = np.array([[10.0, 0.0, 0.0], [0.0, 10.0, 15.0]])
    query, key, value = three_arrays(learner.query_key_value(x, w_query, w_key, w_value))
    expect_close("query", query, np.array([[2.0, 1.0]]))
    expect_close("key", key, np.array([[3.0, 0.0]]))
    expect_close("value", value, np.array([[10.0, 20.0, 30.0]]))


@query_key_value.check
def shapes_of_the_three(learner, draw):
    """For 5 tokens, d_model 4, d_head 3 and d_value 2: query (5, 3), key (5, 3), value (5, 2)."""
    weights = draw.normal(4, 3), draw.normal(4, 3), draw.normal(4, 2)
    query, key, value = three_arrays(learner.query_key_value(draw.normal(5, 4), *weights))
    expect_shape("query", query, (5, 3))
    expect_shape("key", key, (5, 3))
    expect_shape("value", value, (5, 2))


def three_arrays(views):
    """Return the three views, or say that there are not three."""
    expect(
        isinstance(views, tuple | list) and len(views) == 3,
        f"result: expected three arrays (query, key, value), got {type_phrase(views)}.",
    )
    return views


@hard_lookup.check
def two_queries_by_hand(learner, draw):
    """With keys [1, 0], [0, 1] and [-1, 0], the query [0, 3] takes the second value and [-2, 1] the third."""
    key = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    value = np.array([[10.0, 1.0], [20.0, 2.0], [30.0, 3.0]])
    found = learner.hard_lookup(np.array([[0.0, 3.0], [-2.0, 1.0]]), key, value)
    expect_close("result", found, np.array([[20.0, 2.0], [30.0, 3.0]]))


@hard_lookup.check
def the_largest_dot_product_wins(learner, draw):
    """[1, 1] scores 5 and 2 with the keys [5, 0] and [1, 1]: the first value. [-1, -1] takes the second."""
    key = np.array([[5.0, 0.0], [1.0, 1.0]])
    found = learner.hard_lookup(np.array([[1.0, 1.0], [-1.0, -1.0]]), key, np.array([[7.0], [8.0]]))
    expect_close("result", found, np.array([[7.0], [8.0]]))


@hard_lookup.check
def equal_matches(learner, draw):
    """Where two keys match equally well, the first of them wins."""
    key = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 2.0]])
    found = learner.hard_lookup(np.array([[0.0, 1.0]]), key, np.array([[1.0], [2.0], [3.0]]))
    expect_close("result", found, np.array([[2.0]]))


@projection_shapes.check
def shapes_of_six_tokens(learner, draw):
    """For 6 tokens, d_model 8 and d_head 3: x is (6, 8), each weight (8, 3), each view (6, 3)."""
    shapes = named_shapes(learner.projection_shapes(6, 8, 3))
    expect_equal("shape of x", shapes.get("x"), (6, 8))
    for view in ("query", "key", "value"):
        expect_equal(f"shape of w_{view}", shapes.get(f"w_{view}"), (8, 3))
        expect_equal(f"shape of {view}", shapes.get(view), (6, 3))


@projection_shapes.check
def seven_names(learner, draw):
    """The dictionary names x, w_query, w_key, w_value, query, key and value."""
    names = sorted(named_shapes(learner.projection_shapes(6, 8, 3)))
    expect_equal("names", names, ("key", "query", "value", "w_key", "w_query", "w_value", "x"))


def named_shapes(shapes):
    """Return the dictionary, or say that it is none."""
    expect(isinstance(shapes, dict), f"result: expected a dictionary, got {type_phrase(shapes)}.")
    return shapes
