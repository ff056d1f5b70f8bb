"""A query of the gradebook is compiled once in a process, not once in each time that the gradebook is opened.

nbgrader opens it a dozen times to grade one submission, with an engine of its own each time. The engine keeps
compiled queries, and compiling them was a quarter of the grading. So a gradebook has one engine here. No
connection stays: who closes the gradebook ends them all.
"""

from __future__ import annotations

import functools

from nbgrader import api

api.create_engine = functools.lru_cache(maxsize=8)(api.create_engine)
