"""The notebook's side: `%load_ext autograde.notebook` offers check, hint, reset and progress."""

from autograde.notebook.extension import load_ipython_extension as load_ipython_extension
from autograde.notebook.extension import unload_ipython_extension as unload_ipython_extension
