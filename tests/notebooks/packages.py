"""Ends a test as skipped where the packages of notebooks/packages.txt are not installed."""
import importlib.util
import sys
from pathlib import Path

SKIPPED = 77
NBCONVERT = "/usr/bin/jupyter-nbconvert"
_MODULES = ["ipykernel", "matplotlib", "nbconvert", "pandas", "pip", "pytest", "scipy",
            "setuptools", "wheel", "zstandard"]


def skip_without_packages() -> None:
    missing = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    if missing or not Path(NBCONVERT).is_file():
        print("not installed (notebooks/packages.txt):", *missing)
        sys.exit(SKIPPED)
