"""Questions without points: how they are read, answered and kept, and what is shown where no widget runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny

from autograde.course.questions import FILE, read_questions
from autograde.course.remembered import recall
from autograde.course.version import lesson_files
from autograde.course.workspace import Workspace
from autograde.errors import AutogradeError
from autograde.notebook.extension import functions
from autograde.notebook.questions import QuestionCard, marked

QUESTIONS = """
[recall.octave]
lesson = "01"
ask = "Which tone is an *octave* above 220?"
choices = ["330", "440 <b>", "880"]
answer = "440 <b>"
because = "`octave` doubles."

[predict.fifths]
ask = "How many fifths are seven octaves?"
answer = 11.97
within = 0.5
because = "12 fifths are a little more."

[predict.rising]
ask = "From low to high?"
order = ["bass", "alto", "tenor II"]
because = "So they sing."
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = tiny.workspace(tmp_path)
    (made.lessons / "01_octaves" / FILE).write_text(QUESTIONS)
    return made


def card(workspace: Workspace, closed: bool = False) -> QuestionCard:
    found = read_questions(workspace.lessons / "01_octaves")
    return QuestionCard(workspace, list(found.values()), "Title", closed)


def ask(card: QuestionCard, id: str, given: object) -> str:
    """Answer as the widget does; return what it says."""
    card._asked(None, {"id": id, "given": given}, [])
    return str(card.said)


@pytest.mark.parametrize(
    ("name", "given", "kept", "right"),
    [
        ("octave", "440 <b>", "440 <b>", True),
        ("octave", 1, "330", False),
        ("fifths", "12", "12", True),
        ("fifths", "−1,000", "-1000", False),
        ("rising", "bass > alto > tenor II", "bass → alto → tenor II", True),
        ("rising", "1 > 2 > 3", "alto → bass → tenor II", False),
    ],
)
def test_an_answer_is_kept_and_compared(
    workspace: Workspace, name: str, given: object, kept: str, right: bool
) -> None:
    question = read_questions(workspace.lessons / "01_octaves")[f"01.{name}"]
    assert question.read(given) == kept
    assert question.is_right(kept) is right


@pytest.mark.parametrize(
    ("name", "given"),
    [("octave", "4"), ("fifths", "many"), ("fifths", "nan"), ("rising", "1 > 2"), ("rising", "1 > 1 > 2")],
)
def test_an_answer_that_the_question_does_not_have_is_refused(
    workspace: Workspace, name: str, given: str
) -> None:
    shown = card(workspace)
    assert "expected" in ask(shown, f"01.{name}", given)
    assert recall(workspace).answers == {}


def test_the_right_answer_comes_after_the_own_one_and_is_there_the_next_day(workspace: Workspace) -> None:
    first = card(workspace)
    assert not any("because" in item or "440 &lt;b&gt;." in str(item) for item in first.items)
    assert ask(first, "01.octave", "330").startswith("You: 330. It is: 440 <b> (not so).")
    again = card(workspace).items[0]
    assert (again["given"], again["answer"], again["right"]) == ("330", "440 <b>", False)
    assert ask(first, "01.octave", None) == ""
    assert card(workspace).items[0]["given"] is None


def test_an_answer_to_a_question_that_has_changed_counts_as_none(workspace: Workspace) -> None:
    ask(card(workspace), "01.octave", "330")
    path = workspace.lessons / "01_octaves" / FILE
    path.write_text(QUESTIONS.replace('"330", ', ""))
    assert card(workspace).items[0]["given"] is None


def test_a_look_back_takes_no_answer_and_gives_none_away(workspace: Workspace) -> None:
    closed = card(workspace, closed=True)
    ask(closed, "01.octave", "330")
    assert recall(workspace).answers == {}
    assert "Not answered." in closed.text()
    assert "doubles" not in closed.text() + closed.html()


def test_without_a_widget_it_is_a_page_that_unfolds_and_a_text(workspace: Workspace) -> None:
    shown = card(workspace)
    bundle, _ = shown._repr_mimebundle_()
    assert 'predict("01.octave", 1) answers.' in bundle["text/plain"]
    assert (
        "<details><summary>Answer</summary>440 &lt;b&gt;. <code>octave</code> doubles." in bundle["text/html"]
    )
    assert "<b>." not in bundle["text/html"]


def test_marks_are_set_in_escaped_text() -> None:
    assert marked("*a* <i> `b * c` 2 * 3 * 4") == "<em>a</em> &lt;i&gt; <code>b * c</code> 2 * 3 * 4"


def test_a_cell_answers_too(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    offered = functions(workspace)
    offered["predict"]("01.fifths", 3)
    assert recall(workspace).answers == {"01.fifths": "3"}
    with pytest.raises(Exception, match=r"01\.rising, got '01\.fourths'"):
        offered["predict"]("01.fourths")
    with pytest.raises(Exception, match=r"02_melodies/questions\.toml: expected questions, got none"):
        offered["questions"]("02")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('answer = "440 <b>"', 'answer = "441"', "expected an answer among the choices, got 441"),
        ('because = "So they sing."', "", "expected because, got ask, order"),
        ('order = ["bass"', 'answer = 1\norder = ["bass"', "expected either an answer or an order"),
        ('lesson = "01"', "", "expected lesson, got"),
        ("[predict.rising]", "[predict", "expected a TOML file"),
    ],
)
def test_a_file_that_lacks_something_is_named(workspace: Workspace, old: str, new: str, said: str) -> None:
    path = workspace.lessons / "01_octaves" / FILE
    path.write_text(QUESTIONS.replace(old, new))
    with pytest.raises(AutogradeError, match=said):
        read_questions(path.parent)


def test_no_verdict_depends_on_a_question(tmp_path: Path) -> None:
    root = tiny.copied(tmp_path / "course")
    (root / "solutions" / "lessons" / "01_octaves" / FILE).write_text(QUESTIONS)
    assert FILE not in {path.name for path in lesson_files(root / "solutions", "01_octaves")}
