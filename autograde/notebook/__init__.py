"""The notebook's side: `%load_ext autograde.notebook` offers check, hint, reset and progress."""

from autograde.notebook.extension import load_ipython_extension, unload_ipython_extension

__all__ = ["load_ipython_extension", "unload_ipython_extension"]
