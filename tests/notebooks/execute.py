"""Executes a notebook with nbconvert and looks at what it shows: execute.py NOTEBOOK FOLDER.

The executed notebook lies in FOLDER. It has to end without an error and without a warning, and to
show a picture, a table and a list of sentences."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from packages import NBCONVERT, skip_without_packages


def execute(notebook: Path, folder: Path) -> dict:
    """Runs it in its own folder, with settings of Jupyter and IPython that are nobody's."""
    own = {name: str(folder / "jupyter") for name in
           ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    own["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # silences the debugger, which nobody uses here
    status = subprocess.run(
        [NBCONVERT, "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=500",
         "--output-dir", str(folder), str(notebook)], check=False, env=os.environ | own).returncode
    if status:
        sys.exit(f"{notebook.name}: nbconvert ended with status {status}")
    return json.loads((folder / notebook.name).read_text(encoding="utf-8"))


def complaints(document: dict) -> list[str]:
    """What is wrong with an executed notebook."""
    outputs = [one for cell in document["cells"] for one in cell.get("outputs", [])]
    shown = {kind for one in outputs for kind in one.get("data", {})}
    wanted = {"image/png": "a picture", "text/html": "a table", "text/markdown": "a sentence"}
    return ([f"it does not show {what}" for kind, what in wanted.items() if kind not in shown]
            + ["it warns: " + "".join(one["text"]) for one in outputs
               if one.get("name") == "stderr"])


def main() -> int:
    skip_without_packages()
    notebook, folder = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    (folder / "jupyter").mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    wrong = complaints(execute(notebook, folder))
    print(f"{notebook.name}: executed in {time.monotonic() - started:.1f} s", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
