"""A package that may be missing is tried for."""
from typing import TYPE_CHECKING

try:
    import scipy.special as special
except ImportError:
    special = None
if TYPE_CHECKING:
    import matplotlib
