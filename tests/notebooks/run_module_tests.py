"""Runs the tests of the module with pytest: run_module_tests.py FOLDER, where it may write."""
import os
import sys
from pathlib import Path

from packages import skip_without_packages

skip_without_packages()
import pytest  # noqa: E402

os.environ["MPLBACKEND"] = "agg"
folder = Path(sys.argv[1]) / "pytest"
folder.parent.mkdir(parents=True, exist_ok=True)
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", f"--basetemp={folder}", "-W", "error",
                      "--import-mode=importlib", str(Path(__file__).parent)]))
