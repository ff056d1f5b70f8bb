"""The explorer and the sliders: what they accept, what they say, what they leave in a page."""

from __future__ import annotations

import base64
import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from autograde.course.course import Course
from autograde.errors import AutogradeError
from autograde.notebook.inline import EXPORT, InlineWidget

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "solutions" / "attnlib" / "widgets").glob("*.js"))
TOKENS = ["The", "cat", "sat"]
WEIGHTS = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.04, 0.05, 0.91]])


def softmax_with_temperature(scores: np.ndarray, temperature: float) -> np.ndarray:
    strengths = np.exp(scores / temperature - (scores / temperature).max())
    return strengths / strengths.sum()


def dot_product_scores(query: np.ndarray, key: np.ndarray) -> np.ndarray:
    return query @ key.T


def scaled_scores(query: np.ndarray, key: np.ndarray) -> np.ndarray:
    return query @ key.T / np.sqrt(query.shape[-1])


def read(text: str) -> tuple[list[str], np.ndarray]:
    """Return the words of a text and equal weights: a model that could not be simpler."""
    words = text.split()
    return words, np.full((2, 3, len(words), len(words)), 1 / len(words))


@pytest.fixture(scope="module")
def widgets(course: Course) -> Any:
    return importlib.import_module("reference.widgets")


@pytest.fixture(params=["explorer", "typed", "temperature", "scaling", "painter", "stepper"])
def widget(request: pytest.FixtureRequest, widgets: Any) -> InlineWidget:
    """Each of them in turn."""
    made: dict[str, InlineWidget] = {
        "explorer": widgets.explore(WEIGHTS, TOKENS, token="cat"),
        "typed": widgets.explore_text(read, "The cat sat"),
        "stepper": widgets.step_through("scores"),
        "temperature": widgets.temperature_slider([1.0, 2.0, 4.0], softmax_with_temperature),
        "scaling": widgets.scaling_demonstration(dot_product_scores, scaled_scores),
        "painter": widgets.mask_painter(np.zeros((3, 3)), TOKENS, mask=np.tri(3)),
    }
    return made[request.param]


@pytest.mark.parametrize(
    "weights",
    [
        WEIGHTS,
        WEIGHTS.tolist(),
        torch.from_numpy(WEIGHTS).float().requires_grad_(),
        np.stack([WEIGHTS, WEIGHTS]),
        [torch.from_numpy(WEIGHTS)[None], torch.from_numpy(WEIGHTS)[None]],
    ],
)
def test_weights_come_as_arrays_tensors_and_lists(widgets, weights):
    explorer = widgets.explore(weights, TOKENS, token="cat")
    assert len(explorer.shape) == 4
    assert explorer.shown_weights() == pytest.approx(WEIGHTS, abs=1e-4)
    assert "“cat” looks most at “cat” 80 %, “The” 10 %" in explorer.sentence()


def test_a_weight_is_rounded_as_the_texts_round_it(widgets):
    explorer = widgets.explore([[0.795, 0.205], [0.5, 0.5]], ["it", "cat"], token="it")
    assert explorer.sentence() == "“it” looks most at “it” 80 %, “cat” 20 %."


def test_queries_and_keys_may_be_different_tokens(widgets):
    explorer = widgets.explore(WEIGHTS[:2], ["le", "chat"], TOKENS)
    explorer.side, explorer.token = "key", 2
    assert explorer.sentence() == "“sat” is looked at most by “le” 10 %, “chat” 10 %."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": WEIGHTS * 5}, "numbers from 0 to 1, got 0.2 to 4.55. Are these scores"),
        ({"weights": np.where(WEIGHTS > 0.5, np.nan, WEIGHTS)}, "numbers from 0 to 1"),
        ({"weights": WEIGHTS[0]}, "2 to 4 axes"),
        ({"weights": np.zeros((0, 3)), "tokens": [], "key_tokens": TOKENS}, "numbers from 0 to 1, got none"),
        ({"tokens": TOKENS[:2]}, "tokens: expected 3 (from weights), got 2"),
        ({"key_tokens": [*TOKENS, "."]}, "key_tokens: expected 3"),
        ({"token": "dog"}, "token: expected one of The, cat, sat"),
        ({"layer": 1}, "layer: expected 0 to 0, got 1"),
    ],
)
def test_explore_says_what_it_needs(widgets, change, message):
    arguments = {"weights": WEIGHTS, "tokens": TOKENS} | change
    with pytest.raises(AutogradeError, match=re.escape(message)):
        widgets.explore(**arguments)


def test_every_widget_shows_itself_in_four_ways(widget):
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/plain", "text/html", "image/png"}
    assert data["text/plain"] == widget.sentence()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert widget.still(data["image/png"]) in data["text/html"]


def test_a_page_asks_nobody_for_anything(widget):
    page = widget.html()
    allowed = {"http://www.w3.org/2000/svg"}  # a name, not an address
    assert set(re.findall(r"https?://[^\s\"'`<>)]+", page)) <= allowed
    assert "import" not in page
    assert EXPORT not in page


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_each_module_ends_with_the_line_that_a_page_replaces(path):
    source = path.read_text()
    assert source.rstrip().endswith(EXPORT)
    assert "</script" not in source


def test_a_hostile_token_stays_text(widgets):
    page = widgets.explore(WEIGHTS, ["</script><script>bad()</script>", "<!--", "sat"]).html()
    assert page.count("</script") == 1
    assert "<!--" not in page
    state = re.search(r"const state = (.*);", page)
    assert state is not None
    assert json.loads(state.group(1))["query_tokens"][0] == "</script><script>bad()</script>"


def test_the_explorer_follows_what_is_typed(widgets):
    explorer = widgets.explore_text(read, "The cat sat", layer=1, head=2)
    explorer.text = "A dog"
    assert (explorer.query_tokens, explorer.shape) == (["A", "dog"], [2, 3, 2, 2])
    assert explorer.shown_weights() == pytest.approx(np.full((2, 2), 0.5))
    assert (explorer.layer, explorer.head, explorer.note) == (1, 2, "")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("  ", "Type a sentence."),
        ("word " * 41, "41 tokens are too many"),
        ("fails", "cannot be read: ValueError"),
    ],
)
def test_what_cannot_be_read_leaves_a_note_and_the_last_picture(widgets, text, note):
    def moody(text: str) -> tuple[list[str], np.ndarray]:
        if text == "fails":
            raise ValueError
        return read(text)

    explorer = widgets.explore_text(moody, "The cat sat")
    explorer.text = text
    assert note in explorer.note
    assert explorer.query_tokens == TOKENS


def test_the_stepper_gives_every_number_of_the_cat_sat(widgets):
    stepper = widgets.step_through()
    results = {step["name"]: np.array(step["tables"][-1]["cells"]) for step in stepper.steps}
    assert results["scaled"][1] == pytest.approx([0.725, 1.3, 0.475])
    assert results["weights"][1] == pytest.approx([0.28, 0.50, 0.22], abs=0.005)
    assert results["output"][1] == pytest.approx([2.38, 2.22], abs=0.005)
    assert "Scaled: divided by √d_head" in stepper.sentence()


def unwritten(*arguments: Any) -> None:
    raise NotImplementedError("Exercise 02.2: scaled_scores is not written yet.")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (unwritten, "Exercise 02.2 comes first"),
        (lambda query, key: query, "scaled: expected shape (3, 3), got (3, 4). See exercise 02.2."),
        (lambda query, key: 1 / 0, "Your function of exercise 02.2 stopped: ZeroDivisionError"),
    ],
)
def test_the_stepper_shows_no_number_of_what_is_not_written(widgets, monkeypatch, function, said):
    monkeypatch.setattr("reference.cpu.scores.scaled_scores", function)
    stepper = widgets.step_through("weights")
    shown = {step["name"]: bool(step["tables"]) for step in stepper.steps}
    assert shown == {name: name in ("x", "Q", "K", "V", "scores") for name in shown}
    assert {step["missing"] for step in stepper.steps if not step["tables"]} == {stepper.steps[-1]["missing"]}
    assert said in stepper.steps[-1]["missing"]


def test_the_temperature_slider_shows_the_learners_numbers(widgets):
    scores, part = [1.0, 2.0, 4.0], lambda scores, temperature: scores * 0 + temperature / 100
    slider = widgets.temperature_slider(scores, part)
    for temperature, weights in zip(slider.temperatures, slider.weights, strict=True):
        assert weights == pytest.approx([temperature / 100] * 3, abs=1e-4)


def test_scaling_keeps_the_deviation_at_one(widgets):
    plain, divided = widgets.scaling_demonstration(dot_product_scores, scaled_scores).panels
    assert plain["steps"][-1]["deviation"] == pytest.approx(16, rel=0.1)
    assert [step["deviation"] for step in divided["steps"][2:]] == pytest.approx([1.0] * 7, rel=0.2)


def test_the_painted_mask_can_be_used(widgets):
    painter = widgets.mask_painter(np.zeros((2, 3)), ["le", "chat"], TOKENS)
    painter.cells = [[True, False, False], [False, False, False]]
    assert painter.mask.tolist() == painter.cells
    assert painter.sentence() == "A mask that allows 1 of 6 pairs."


def test_shapes_that_do_not_fit_are_refused(widgets):
    with pytest.raises(AutogradeError, match=r"scores: expected shape \(3, 3\), got \(2, 3\)"):
        widgets.mask_painter(np.zeros((2, 3)), TOKENS)
    with pytest.raises(AutogradeError, match="scores: expected one row"):
        widgets.temperature_slider(np.zeros((2, 2)), softmax_with_temperature)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_modules_are_valid_javascript(widget, tmp_path: Path):
    module = tmp_path / "module.mjs"
    module.write_text(widget._esm)
    done = subprocess.run(["node", "--check", module], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_explorer_needs_no_matplotlib_until_it_is_shown():
    code = "import sys, attnlib.widgets; print('matplotlib' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
