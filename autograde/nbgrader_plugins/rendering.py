"""How texts are laid out in the reader's process: Markdown as HTML, code in colours. See `reader`.

A text of 80,000 spaces takes Markdown half a minute, 100,000 times "a." takes the colouring of code longer.
So none of this runs in a process that anybody would miss.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import unquote

from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

from autograde.classroom.feedback import safe_html
from autograde.classroom.formulas import mathml
from autograde.nbgrader_plugins.reading import SHOWN

ATTACHED = re.compile(r"""(<img\b[^<>]*?\ssrc\s*=\s*["']?)attachment:([^"'\s<>]+)""", re.IGNORECASE)


class _Renderer(IPythonRenderer):
    """Renders Markdown; a picture that is not there leaves its name, a formula a mark."""

    def __init__(self, attachments: dict[str, dict[str, str]]) -> None:
        super().__init__(escape=False, attachments=attachments, exclude_anchor_links=True)
        self.formulas: list[str] = []
        self.mark = secrets.token_hex(8)  # nobody can write it beforehand

    def inline_math(self, body: str) -> str:
        return self._formula(body, "inline", str(super().inline_math(body)))

    def block_math(self, body: str) -> str:
        return self._formula(body, "block", str(super().block_math(body)))

    def latex_environment(self, name: str, body: str) -> str:
        plain = {"align": "align*", "equation": "gathered"}.get(name, name)  # without a number
        whole = f"\\begin{{{plain}}}{body}\\end{{{plain}}}"
        return self._formula(whole, "block", str(super().latex_environment(name, body)))

    def _formula(self, body: str, display: str, otherwise: str) -> str:
        self.formulas.append(mathml(body, display) or otherwise)
        return f"{self.mark}-{len(self.formulas) - 1}-"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        try:
            return str(super().image(text, url, title))
        except InvalidNotebook as gap:
            return f"[picture {self.escape_html(url)}: {gap}]"

    def block_html(self, text: str) -> str:
        return str(super().block_html(ATTACHED.sub(self._in_html, text)))

    def inline_html(self, text: str) -> str:
        return str(super().inline_html(ATTACHED.sub(self._in_html, text)))

    def _in_html(self, found: re.Match[str]) -> str:
        try:
            return found[1] + self._embed_image_or_attachment(f"attachment:{found[2]}")
        except InvalidNotebook as gap:
            return f"[picture {self.escape_html(found[2])}: {gap}]{found[1]}"

    def _embed_image_or_attachment(self, src: str) -> str:
        name = src.removeprefix("attachment:")
        if name == src:
            return src
        for each in (name, unquote(name)):
            for kind, data in self.attachments.get(each, {}).items():
                if kind in SHOWN:
                    return f"data:{kind};base64,{data}"
                raise InvalidNotebook(f"{kind} is not shown, open the notebook")
        raise InvalidNotebook("not handed in")


def markdown(text: str, attachments: dict[str, dict[str, str]]) -> str:
    """Return Markdown as sanitised HTML, its formulas as MathML: a browser shows them without a network."""
    renderer = _Renderer(attachments)
    laid_out = str(safe_html(MarkdownWithMath(renderer=renderer).render(text)))
    return re.sub(rf"{renderer.mark}-(\d+)-", lambda found: renderer.formulas[int(found[1])], laid_out)


def code(text: str) -> bool:
    """Colour a text as code. Nobody wants the result, only to know that it can be had."""
    return bool(Highlight2HTML()(text))


code(markdown("`a`", {}))  # what is imported late is imported with this module
