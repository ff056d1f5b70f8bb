"""A written answer is found wherever it stands; where that is unsure, a person reads all that was written."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny

from autograde.classroom.store import kept_result
from autograde.course.submission import COLLECTED_LIMITS, copy_folder
from autograde.nbgrader_plugins.cycle import Nbgrader
from autograde.nbgrader_plugins.grade_class import ClassGrader
from autograde.nbgrader_plugins.reading import MAX_TEXT
from autograde.nbgrader_plugins.sentences import BROKEN, CHANGED, ELSEWHERE, MISSING, NOTE, RENAMED
from autograde.nbgrader_plugins.submitted import usable_notebook

LESSON = "02_melodies"
NAME = "exercise-02-3"
MINE = "Both are twice as fast."
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
PICTURE = {"image/png": "iVBORw0KGgo="}

Notebook = dict[str, Any]


@pytest.fixture(scope="module")
def lesson() -> Path:
    return tiny._released() / "lessons" / LESSON


@pytest.fixture
def given(lesson: Path) -> Notebook:
    """Return the notebook as a learner gets it."""
    return json.loads((lesson / f"{LESSON}.ipynb").read_text())


def cell_of(notebook: Notebook, name: str = NAME) -> dict[str, Any]:
    return next(
        each for each in notebook["cells"] if each["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def markdown(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": [source], **more}


def code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "mine",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": 1,
    }


def place_of(notebook: Notebook) -> int:
    return notebook["cells"].index(cell_of(notebook))


def read(tmp_path: Path, lesson: Path, content: Notebook | bytes | None, **others: Notebook | bytes) -> Any:
    """Return the notebook that is used where these were handed in."""
    for name, each in ({LESSON: content} | others).items():
        if each is not None:
            text = each if isinstance(each, bytes) else json.dumps(each).encode()
            (tmp_path / f"{name}.ipynb").write_bytes(text)
    found = usable_notebook(tmp_path / f"{LESSON}.ipynb", lesson / f"{LESSON}.ipynb")
    nbformat.validate(found)
    names = [each.metadata.get("nbgrader", {}).get("grade_id") for each in found.cells]
    assert sorted(filter(None, names)) == ["exercise-02-1", "exercise-02-2", NAME, "question-02-3"]
    return found


def answer(found: Any) -> Any:
    return next(each for each in found.cells if each.metadata.get("nbgrader", {}).get("grade_id") == NAME)


def split(nb: Notebook) -> None:
    there = cell_of(nb)
    second = copy.deepcopy(there) | {"id": "second"}
    there["source"], second["source"] = ["First part."], [MINE]
    nb["cells"].insert(place_of(nb) + 1, second)


def split_without_metadata(nb: Notebook) -> None:
    cell_of(nb)["source"] = ["First part."]
    nb["cells"].append(markdown(MINE))


def a_heading_and_an_answer(nb: Notebook) -> None:
    split(nb)
    cell_of(nb)["source"] = ["**Answer:**"]


def doubled_second_answered(nb: Notebook) -> None:
    nb["cells"].append(copy.deepcopy(cell_of(nb)) | {"id": "second", "source": [MINE]})


def a_new_cell_in_its_place(nb: Notebook) -> None:
    nb["cells"][place_of(nb)] = markdown(MINE)


def metadata_stripped(nb: Notebook) -> None:
    cell_of(nb)["source"] = [MINE]
    for each in nb["cells"]:
        each["metadata"] = {}


def metadata_and_ids_stripped(nb: Notebook) -> None:
    metadata_stripped(nb)
    for each in nb["cells"]:
        each.pop("id", None)
    nb["nbformat_minor"] = 4


def renamed(nb: Notebook) -> None:
    there = cell_of(nb)
    there["source"], there["metadata"]["nbgrader"]["grade_id"] = [MINE], "my-answer"


def moved(nb: Notebook) -> None:
    there = cell_of(nb)
    there["source"] = [MINE]
    nb["cells"].remove(there)
    nb["cells"].insert(1, there)


def moved_and_stripped(nb: Notebook) -> None:
    nb["cells"].remove(cell_of(nb))
    nb["cells"].insert(1, markdown(MINE))


def written_below(nb: Notebook) -> None:
    nb["cells"].append(markdown(MINE))


def written_above(nb: Notebook) -> None:
    nb["cells"].insert(place_of(nb), markdown(MINE))


def written_in_a_code_cell(nb: Notebook) -> None:
    nb["cells"].append(code(MINE))


def written_as_a_comment(nb: Notebook) -> None:
    nb["cells"].append(code(f"# {MINE}"))


def now_a_code_cell(nb: Notebook) -> None:
    there = cell_of(nb)
    there.update(cell_type="code", source=[MINE], outputs=[], execution_count=None)


def now_a_raw_cell(nb: Notebook) -> None:
    cell_of(nb).update(cell_type="raw", source=[MINE])


def written_into_the_question(nb: Notebook) -> None:
    cell_of(nb, "question-02-3")["source"] += ["\n\n", MINE]


def merged_with_the_question(nb: Notebook) -> None:
    there = cell_of(nb)
    cell_of(nb, "question-02-3")["source"] += ["\n\n", MINE]
    nb["cells"].remove(there)


def merged_with_all_that_stands_before(nb: Notebook) -> None:
    merged = "\n\n".join("".join(each["source"]) for each in nb["cells"])
    nb["cells"] = [cell_of(nb, "question-02-3") | {"source": [f"{merged}\n\n{MINE}"]}]


def below_the_placeholder(nb: Notebook) -> None:
    cell_of(nb)["source"] += ["\n\n", MINE]


def written_far_away(nb: Notebook) -> None:
    nb["cells"].insert(1, markdown(MINE))


def written_into_another_text(nb: Notebook) -> None:
    nb["cells"][0]["source"] += ["\n\n", MINE]


def written_into_a_check(nb: Notebook) -> None:
    cell_of(nb, "exercise-02-1")["source"] = [MINE]


def an_older_format(nb: Notebook) -> None:
    cell_of(nb)["source"] = [MINE]
    for each in nb["cells"]:
        if each["cell_type"] == "code":
            each["input"] = each.pop("source")
            each["language"] = "python"
    cells = nb.pop("cells")
    nb.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": cells, "metadata": {}}])


EDITS: list[Callable[[Notebook], None]] = [
    split,
    split_without_metadata,
    a_heading_and_an_answer,
    doubled_second_answered,
    a_new_cell_in_its_place,
    metadata_stripped,
    metadata_and_ids_stripped,
    renamed,
    moved,
    moved_and_stripped,
    written_below,
    written_above,
    written_in_a_code_cell,
    written_as_a_comment,
    now_a_code_cell,
    now_a_raw_cell,
    written_into_the_question,
    merged_with_the_question,
    merged_with_all_that_stands_before,
    below_the_placeholder,
    written_far_away,
    written_into_another_text,
    written_into_a_check,
    an_older_format,
]


UNSURE = [moved_and_stripped, written_far_away, written_into_another_text, written_into_a_check]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_answer_is_found(tmp_path: Path, lesson: Path, given: Notebook, edit: Callable[[Notebook], None]):
    edit(given)
    found = read(tmp_path, lesson, given)
    shown = answer(found).source
    assert shown.count(MINE) == 1
    if edit not in (*UNSURE, written_into_the_question):
        assert sum(MINE in cell.source for cell in found.cells) == 1, "it is shown once"
    assert ("Is the answer in it?" in shown) == (edit in UNSURE)
    if "First part" in json.dumps(given):
        assert shown.index("First part") < shown.index(MINE)


def test_both_parts_of_a_split_answer_stand_in_their_order(tmp_path: Path, lesson: Path, given: Notebook):
    split(given)
    found = read(tmp_path, lesson, given)
    assert answer(found).source == f"First part.\n\n{MINE}"
    assert found.metadata[NOTE] == CHANGED


NOTHING: dict[str, Callable[[Notebook], Any]] = {
    "as it was released": lambda nb: None,
    "doubled": lambda nb: nb["cells"].append(copy.deepcopy(cell_of(nb)) | {"id": "second"}),
    "deleted": lambda nb: nb["cells"].remove(cell_of(nb)),
    "emptied": lambda nb: cell_of(nb).update(source=["  \n"]),
    "stripped": lambda nb: [each.update(metadata={}) for each in nb["cells"]],
    "code of one's own": lambda nb: nb["cells"].append(code("x = 1\nprint(x)")),
    "merged with the question": lambda nb: (
        cell_of(nb).update(source=[*cell_of(nb, "question-02-3")["source"], "\n\n", *cell_of(nb)["source"]]),
        nb["cells"].remove(cell_of(nb, "question-02-3")),
    ),
}


@pytest.mark.parametrize("edit", NOTHING)
def test_where_nothing_was_written_nobody_is_asked(tmp_path: Path, lesson: Path, given: Notebook, edit: str):
    before = "".join(cell_of(given)["source"])
    NOTHING[edit](given)
    assert answer(read(tmp_path, lesson, given)).source == before


def test_what_may_be_the_answer_is_marked_as_unsure(tmp_path: Path, lesson: Path, given: Notebook):
    given["cells"].insert(1, markdown("A first note."))
    given["cells"].insert(3, markdown("A second note."))
    found = read(tmp_path, lesson, given)
    assert "Is the answer in it?" in answer(found).source
    assert "A first note.\n\nA second note." in answer(found).source
    assert found.metadata[NOTE] == ELSEWHERE


def test_a_note_elsewhere_is_not_mixed_into_an_answer(tmp_path: Path, lesson: Path, given: Notebook):
    given["cells"].insert(1, markdown("A note."))
    cell_of(given)["source"] = [MINE]
    found = read(tmp_path, lesson, given)
    assert answer(found).source == MINE
    assert NOTE not in found.metadata


def answered(given: Notebook, text: str = MINE) -> Notebook:
    nb = copy.deepcopy(given)
    cell_of(nb)["source"] = [text]
    return nb


@pytest.mark.parametrize("name", [f"{LESSON}-Copy1", f"doejane_41234_9876543_{LESSON}-1", "Jane"])
def test_a_renamed_notebook_is_read(tmp_path: Path, lesson: Path, given: Notebook, name: str):
    found = read(tmp_path, lesson, None, **{name: answered(given)})
    assert answer(found).source == MINE
    assert found.metadata[NOTE] == RENAMED.format(f"{LESSON}.ipynb", f"{name}.ipynb")


def test_a_renamed_notebook_is_read_beside_the_released_one_that_was_added(
    tmp_path: Path, lesson: Path, given: Notebook
):
    added = copy.deepcopy(given)
    added["metadata"][NOTE] = MISSING
    found = read(tmp_path, lesson, added, Jane=answered(given))
    assert answer(found).source == MINE
    assert "Jane.ipynb" in found.metadata[NOTE]


def test_an_answer_in_a_copy_is_found(tmp_path: Path, lesson: Path, given: Notebook):
    found = read(tmp_path, lesson, given, copy=answered(given))
    assert answer(found).source == MINE


def test_two_answers_in_two_notebooks_are_both_shown(tmp_path: Path, lesson: Path, given: Notebook):
    found = read(tmp_path, lesson, answered(given, "The old one."), copy=answered(given))
    assert answer(found).source == f"The old one.\n\n*In copy.ipynb:*\n\n{MINE}"


def test_of_a_damaged_notebook_the_answer_is_made_out(tmp_path: Path, lesson: Path, given: Notebook):
    text = json.dumps(answered(given), indent=1).encode()
    found = read(tmp_path, lesson, text[: text.index(MINE.encode()) + 10])
    assert answer(found).source == MINE[:10]
    assert found.metadata[NOTE].startswith(BROKEN)


def test_of_a_merge_gone_wrong_both_sides_are_read(tmp_path: Path, lesson: Path, given: Notebook):
    text = json.dumps(answered(given), indent=1)
    mine = f'    "{MINE}"\n'
    assert mine in text
    both = f'<<<<<<< HEAD\n{mine}=======\n    "The other."\n>>>>>>> theirs\n'
    assert answer(read(tmp_path, lesson, text.replace(mine, both).encode())).source == f"{MINE}The other."


def test_a_notebook_that_was_too_large_to_collect_is_asked_for(
    tmp_path: Path, lesson: Path, given: Notebook
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / f"{LESSON}.ipynb").write_bytes(b" " * (COLLECTED_LIMITS.file_bytes + 1))
    copy_folder(tmp_path / "here", tmp_path / "there", COLLECTED_LIMITS)
    assert (tmp_path / "there" / f"{LESSON}.ipynb").stat().st_size < 100
    found = usable_notebook(tmp_path / "there" / f"{LESSON}.ipynb", lesson / f"{LESSON}.ipynb")
    assert "the notebook itself" in answer(found).source
    assert found.metadata[NOTE] == f"{BROKEN} (TooLarge)"


def test_where_a_file_lies_beside_an_empty_answer_a_person_is_asked(
    tmp_path: Path, lesson: Path, given: Notebook
):
    (tmp_path / "answer.pdf").write_bytes(b"%PDF")
    (tmp_path / "timestamp.txt").write_text("now")
    shown = answer(read(tmp_path, lesson, given)).source
    assert "answer.pdf" in shown
    assert "timestamp" not in shown


def test_pictures_of_one_name_are_told_apart(tmp_path: Path, lesson: Path, given: Notebook):
    split(given)
    other = {"image/png": "iVBORw0KGgoA"}
    for each, picture in zip(given["cells"][-2:], (PICTURE, other), strict=True):
        each.update(source=["![](attachment:image.png)"], attachments={"image.png": picture})
    found = answer(read(tmp_path, lesson, given))
    assert found.source == "![](attachment:image.png)\n\n![](attachment:2-image.png)"
    assert found.attachments == {"image.png": PICTURE, "2-image.png": other}


def test_a_picture_alone_is_an_answer(tmp_path: Path, lesson: Path, given: Notebook):
    cell_of(given)["attachments"] = {"image.png": PICTURE}
    found = answer(read(tmp_path, lesson, given))
    assert found.source.endswith("![](attachment:image.png)")
    assert found.attachments == {"image.png": PICTURE}


def test_a_picture_is_found_in_the_cell_from_which_it_was_copied(
    tmp_path: Path, lesson: Path, given: Notebook
):
    cell_of(given)["source"] = ["See ![](attachment:image.png)."]
    given["cells"].insert(1, markdown("A note.", attachments={"image.png": PICTURE}))
    assert answer(read(tmp_path, lesson, given)).attachments == {"image.png": PICTURE}


@pytest.mark.parametrize("link", ["![mine](my%20drawing.png)", "<img width=9 src='my%20drawing.png'>"])
def test_a_picture_that_is_a_file_is_taken_in(tmp_path: Path, lesson: Path, given: Notebook, link: str):
    (tmp_path / "my drawing.png").write_bytes(PNG)
    cell_of(given)["source"] = [link]
    found = answer(read(tmp_path, lesson, given))
    assert found.source == link.replace("my%20", "attachment:my%20")
    assert "my%20drawing.png" in found.attachments


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "notes.png", "a" * 300])
def test_no_other_file_is_taken_in(tmp_path: Path, lesson: Path, given: Notebook, name: str):
    (tmp_path / "here").mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "here" / "notes.png").write_text("no picture")
    cell_of(given)["source"] = [f"![]({name})"]
    found = answer(read(tmp_path / "here", lesson, given))
    assert found.source == f"![]({name})"
    assert "attachments" not in found


def test_a_picture_that_stands_in_the_text_is_not_cut(tmp_path: Path, lesson: Path, given: Notebook):
    data = "iVBORw0KGgo" + "A" * MAX_TEXT
    cell_of(given)["source"] = [f"![](data:image/png;base64,{data}) {MINE}"]
    found = answer(read(tmp_path, lesson, given))
    assert found.source == f"![](attachment:pasted-1) {MINE}"
    assert found.attachments["pasted-1"] == {"image/png": data}


def hand_in(nbgrader: Nbgrader, student: str, change: Callable[[Path], None]) -> None:
    workspace = nbgrader.root / ".course" / "learners" / student
    nbgrader.fetch(LESSON, student, workspace)
    tiny.write(workspace, two_octaves="return 4 * frequency")
    change(workspace / "lessons" / LESSON / f"{LESSON}.ipynb")
    nbgrader.submit(LESSON, student, workspace)


def edited(edit: Callable[[Notebook], Any]) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        nb = json.loads(path.read_text())
        edit(nb)
        path.write_text(json.dumps(nb))

    return change


def half_an_emoji(nb: Notebook) -> None:
    cell_of(nb)["source"] = [f"{MINE} \ud83d"]


def an_output_of_no_name(nb: Notebook) -> None:
    cell_of(nb)["source"] = [MINE]
    nb["cells"][1]["outputs"] = [{"output_type": "stream", "text": ["x"]}]


CLASS: dict[str, Callable[[Path], Any]] = {
    "ada": edited(a_new_cell_in_its_place),
    "bob": edited(split),
    "cyd": edited(half_an_emoji),
    "dan": edited(an_output_of_no_name),
    "eve": lambda path: (edited(renamed)(path), path.rename(path.with_name("mine.ipynb"))),
    "fay": lambda path: path.write_text(path.read_text()[:-3].replace("YOUR ANSWER HERE", MINE)),
    "gus": edited(lambda nb: cell_of(nb).update(source=[f"{MINE} ![](attachment:lost.png)"])),
    "hal": lambda path: path.write_bytes(b"\x00" * 100),
}


@pytest.mark.slow
@pytest.mark.parametrize("own_way", [False, True], ids=["the class at once", "nbgrader's converters"])
def test_in_a_class_every_answer_waits_for_a_person_and_every_page_is_made(nbgrader: Nbgrader, own_way: bool):
    for student, change in CLASS.items():
        hand_in(nbgrader, student, change)
    hand_in(nbgrader, "ida", lambda path: None)
    assert nbgrader.collect(LESSON) == []
    if own_way:
        for student in [*CLASS, "ida"]:
            nbgrader.autograde(LESSON, student)
    else:
        with ClassGrader(nbgrader, 1) as grader:
            grader.grade(LESSON, [*CLASS, "ida"])
    found = {each.student: each for each in nbgrader.standings()}
    assert {student for student, each in found.items() if each.to_grade == (NAME,)} == {*CLASS}
    assert found["ida"].unanswered == (NAME,)
    assert {each.points for each in found.values()} == {5}
    kept = kept_result(nbgrader.root, "eve", LESSON)
    assert kept is not None
    assert "mine.ipynb" in kept.notes[0]
    nbgrader.generate_feedback(LESSON)
    pages = {student: nbgrader.folder("feedback", student, LESSON) / f"{LESSON}.html" for student in found}
    assert all(MINE in pages[student].read_text() for student in CLASS if student != "hal")
    assert "[picture attachment:lost.png: not handed in]" in pages["gus"].read_text()
