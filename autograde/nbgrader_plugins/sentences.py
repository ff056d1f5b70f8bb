"""What is said about a notebook that could not be used as it was. The reader needs it, and nothing beside."""

from __future__ import annotations

from autograde.wording import ALL_THE_SAME

NOTE = "autograde_note"
"""The key in a notebook's metadata under which a note travels."""

MISSING = f"No notebook was handed in. {ALL_THE_SAME}"
BROKEN = f"The notebook could not be read. {ALL_THE_SAME}"
CHANGED = (
    "Graded cells of the notebook were missing, doubled or of another kind. "
    "They were put back as they were released. What you wrote was kept."
)
RENAMED = "{} was missing or could not be read. This one was read in its place: {}."
ELSEWHERE = (
    "An answer cell was empty or missing. "
    "What you wrote elsewhere stands in its place, and your instructor reads it."
)
