"""Mutants of the reference: small plausible mistakes, made one at a time.

A mutant that the hidden checks accept shows a question that nobody asks. It is either killed by a
better check, or listed as equivalent with a reason in `solutions/checks/equivalent_mutants.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

SWAPPED_NAMES = {
    "max": "min",
    "min": "max",
    "sum": "mean",
    "mean": "sum",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "tril": "triu",
    "triu": "tril",
    "sin": "cos",
    "cos": "sin",
    "exp": "exp2",
    "log": "log2",
    "sqrt": "square",
    "floor": "ceil",
    "all": "any",
    "any": "all",
    "True": "False",
    "False": "True",
}

BINARY: dict[type[cst.BaseBinaryOp], tuple[type[cst.BaseBinaryOp], ...]] = {
    cst.Add: (cst.Subtract,),
    cst.Subtract: (cst.Add,),
    cst.Multiply: (cst.Divide,),
    cst.Divide: (cst.Multiply,),
    cst.FloorDivide: (cst.Multiply,),
    cst.Modulo: (cst.FloorDivide,),
    cst.Power: (cst.Multiply,),
    cst.BitAnd: (cst.BitOr,),
    cst.BitOr: (cst.BitAnd,),
}

COMPARISONS: dict[type[cst.BaseCompOp], tuple[type[cst.BaseCompOp], ...]] = {
    cst.LessThan: (cst.LessThanEqual, cst.GreaterThan),
    cst.LessThanEqual: (cst.LessThan, cst.GreaterThanEqual),
    cst.GreaterThan: (cst.GreaterThanEqual, cst.LessThan),
    cst.GreaterThanEqual: (cst.GreaterThan, cst.LessThanEqual),
    cst.Equal: (cst.NotEqual,),
    cst.NotEqual: (cst.Equal,),
    cst.Is: (cst.IsNot,),
    cst.IsNot: (cst.Is,),
}

AUGMENTED: dict[type[cst.BaseAugOp], type[cst.BaseAugOp]] = {
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
}


@dataclass(frozen=True)
class Mutant:
    """One changed line of one function, and the whole file with that change."""

    function: str
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """Return what identifies the mutant as long as its line stays as it is."""
        return f"{self.function}: {self.before} -> {self.after}"


def mutants(source: str, functions: tuple[str, ...]) -> Iterator[Mutant]:
    """Yield every mutant of the named top-level functions and classes of a file, each text once."""
    module = cst.parse_module(source)
    seen = {source}
    for definition in module.body:
        if (
            not isinstance(definition, cst.FunctionDef | cst.ClassDef)
            or definition.name.value not in functions
        ):
            continue
        finder = _Finder()
        definition.visit(finder)
        for old, new in finder.changes:
            text = _replaced(module, definition, old, new)
            if text not in seen:
                seen.add(text)
                before, after = _changed_line(source, text)
                yield Mutant(definition.name.value, before, after, text)


def _replaced(module: cst.Module, definition: cst.CSTNode, old: cst.CSTNode, new: cst.CSTNode) -> str:
    changed = module.deep_replace(old, new)
    assert isinstance(changed, cst.Module)
    return changed.code


def _changed_line(before: str, after: str) -> tuple[str, str]:
    """Return the first line that differs, stripped, in both texts."""
    for left, right in zip(before.splitlines(), after.splitlines(), strict=False):
        if left != right:
            return _without_comment(left), _without_comment(right)
    return _without_comment(before.splitlines()[-1]), ""


def _without_comment(line: str) -> str:
    return line.partition("  #")[0].strip()


class _Finder(cst.CSTVisitor):
    """Collects (node, replacement) pairs; leaves docstrings, signatures and error handling alone."""

    def __init__(self) -> None:
        self.changes: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def _add(self, old: cst.CSTNode, *new: cst.CSTNode) -> None:
        self.changes += [(old, each) for each in new]

    def visit_Parameters(self, node: cst.Parameters) -> bool:
        return False

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False

    def visit_Raise(self, node: cst.Raise) -> bool:
        return False

    def visit_Decorator(self, node: cst.Decorator) -> bool:
        return False

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        for operator in BINARY.get(type(node.operator), ()):
            self._add(node, node.with_changes(operator=operator()))
        if isinstance(node.operator, cst.Divide | cst.Multiply):
            self._add(node, node.left)
        if isinstance(node.operator, cst.MatrixMultiply | cst.Subtract | cst.FloorDivide):
            self._add(node, node.with_changes(left=node.right, right=node.left))

    def visit_Comparison(self, node: cst.Comparison) -> None:
        first = node.comparisons[0]
        for operator in COMPARISONS.get(type(first.operator), ()):
            changed = first.with_changes(operator=operator())
            self._add(node, node.with_changes(comparisons=[changed, *node.comparisons[1:]]))

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        self._add(node, node.left, node.right)

    def visit_UnaryOperation(self, node: cst.UnaryOperation) -> None:
        if isinstance(node.operator, cst.Minus) and isinstance(node.expression, cst.Integer):
            smaller = cst.Integer(str(int(node.expression.value) + 1))
            self._add(node, node.with_changes(expression=smaller), cst.Integer("0"))
        else:
            self._add(node, node.expression)

    def visit_Integer(self, node: cst.Integer) -> None:
        value = int(node.value, 0)
        self._add(node, cst.Integer(str(value + 1)))
        if value > 0:
            self._add(node, cst.Integer(str(value - 1)))

    def visit_Float(self, node: cst.Float) -> None:
        self._add(node, cst.Float(repr(float(node.value) * 2 + 1)))

    def visit_Name(self, node: cst.Name) -> None:
        if node.value in SWAPPED_NAMES:
            self._add(node, cst.Name(SWAPPED_NAMES[node.value]))

    def visit_Call(self, node: cst.Call) -> None:
        args = list(node.args)
        positional = [arg for arg in args if arg.keyword is None and not arg.star]
        if len(positional) >= 2:
            swapped = [args[1].with_changes(comma=args[0].comma), args[0].with_changes(comma=args[1].comma)]
            self._add(node, node.with_changes(args=[*swapped, *args[2:]]))
        for number, arg in enumerate(args):
            if arg.keyword is not None:
                self._add(node, node.with_changes(args=args[:number] + args[number + 1 :]))

    def visit_Slice(self, node: cst.Slice) -> None:
        if node.lower is not None:
            self._add(node, node.with_changes(lower=None))
        if node.upper is not None:
            self._add(node, node.with_changes(upper=None))

    def visit_Return(self, node: cst.Return) -> None:
        if isinstance(node.value, cst.Tuple) and len(node.value.elements) == 2:
            first, second = node.value.elements
            swapped = [
                cst.Element(
                    second.value, comma=cst.Comma(cst.SimpleWhitespace(""), cst.SimpleWhitespace(" "))
                ),
                cst.Element(first.value),
            ]
            self._add(node, node.with_changes(value=node.value.with_changes(elements=swapped)))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if type(node.operator) in AUGMENTED:
            self._add(node, node.with_changes(operator=AUGMENTED[type(node.operator)]()))

    def visit_If(self, node: cst.If) -> None:
        self._add(node, node.with_changes(test=cst.Name("True")), node.with_changes(test=cst.Name("False")))

    def visit_IfExp(self, node: cst.IfExp) -> None:
        self._add(node, node.body, node.orelse)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        statement = node.body[0]
        if isinstance(statement, cst.Expr) and isinstance(
            statement.value, cst.SimpleString | cst.ConcatenatedString
        ):
            return False
        if isinstance(statement, cst.AugAssign | cst.Expr) or _rebinds(statement):
            self._add(node, node.with_changes(body=[cst.Pass()]))
        return True


def _rebinds(statement: cst.BaseSmallStatement) -> bool:
    """Return whether dropping the statement leaves every name bound: `a[i] = b`, or `a = f(a)`."""
    if not isinstance(statement, cst.Assign):
        return False
    target = statement.targets[0].target
    if isinstance(target, cst.Subscript):
        return True
    if not isinstance(target, cst.Name):
        return False
    names = _Names()
    statement.value.visit(names)
    return target.value in names.found


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)
