"""Loads the probe of greenroom, and then what would have been loaded in this place without it."""

import importlib.machinery
import importlib.util
import os
import sys

# An older Python has quiet time, and its errors would stand in the output of the command.
if sys.version_info >= (3, 9):
    import greenroom_probe  # noqa: F401

_here = os.path.dirname(os.path.abspath(__file__))
_spec = importlib.machinery.PathFinder.find_spec(
    "sitecustomize", [path for path in sys.path if os.path.abspath(path) != _here]
)
if _spec is not None and _spec.loader is not None:
    _spec.loader.exec_module(importlib.util.module_from_spec(_spec))
