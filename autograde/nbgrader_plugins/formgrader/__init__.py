"""Formgrader as this course has it: buttons that never block the server, rubrics beside the answers."""
