"""Formulas as MathML, which a browser shows without a network."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element

MATH_TAGS = re.compile(
    "math|mrow|mi|mn|mo|mtext|mspace|ms|msub|msup|msubsup|munder|mover|munderover|mmultiscripts|none"
    "|mprescripts|mfrac|msqrt|mroot|mtable|mtr|mtd|mstyle|mpadded|mphantom|menclose|mfenced"
)
MATH_ATTRIBUTES = re.compile(
    "xmlns|display|displaystyle|scriptlevel|mathvariant|mathsize|stretchy|fence|separator|form|largeop"
    "|movablelimits|accent|accentunder|linethickness|[lr]space|minsize|maxsize|symmetric|width|height|depth"
    "|voffset|columnalign|(row|column)(spacing|lines)|notation|open|close"
)
PRIME = "\N{PRIME}"
ALIGNED = re.compile(r"\\(begin|end){aligned}")
"""The converter does not know it; of `align*` it makes the same table."""


def mathml(formula: str, display: str) -> str:
    """Return a formula as MathML, or "" if it cannot be read.

    Args:
        formula: LaTeX, without the dollars; it may be a stranger's.
        display: "inline" or "block".
    """
    try:
        element = convert_to_element(ALIGNED.sub(r"\\\1{align*}", formula), display=display)
    except Exception:  # a stranger's data: much is raised
        return ""
    for each in element.iter():
        if not MATH_TAGS.fullmatch(each.tag):
            return ""
        if each.tag == "msup" and html.unescape(each[-1].text or "") == PRIME:  # raised twice it is a dot
            each.tag, each[-1].tag, each[-1].attrib = "mrow", "mo", {"lspace": "0", "rspace": "0"}
        if each.tag == "mi" and (each.text or "").isalpha() and len(each.text or "") > 1:  # such as "log"
            each.tag, each.attrib = "mo", {"lspace": "0.17em", "rspace": "0.17em"}
        each.text = html.unescape(each.text or "").replace("\\_", "_")
        for name in [*each.attrib]:
            if not MATH_ATTRIBUTES.fullmatch(name):
                del each.attrib[name]
    return ElementTree.tostring(element, encoding="unicode")
