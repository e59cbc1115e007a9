"""Runs the faultpath program from a notebook."""
from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from .reading import parse_document
from .result import Result

_LAUNCHER = "faultpath"


class ProgramError(RuntimeError):
    """The program is not found, or it refused; what it said is in the message."""


def faultpath(command: str) -> Result:
    """Runs `faultpath COMMAND`, which makes a result (`run` or `compare`), and reads that.

    The command is written as in a shell and runs in the root of the checkout, so that it can be
    repeated in a terminal; it is printed for that. The program is $FAULTPATH or, when that is not
    set, the launcher in the checkout or the `faultpath` on the path."""
    print(f"$ ./faultpath {command}")
    output = output_of([*shlex.split(command), "--json", "--no-progress"])
    return Result(parse_document(output, f"faultpath {command}"), f"faultpath {command}")


def output_of(arguments: list[str], accepted: tuple[int, ...] = (0,)) -> str:
    """What the program writes to its standard output. Raises ProgramError unless it ends with one
    of the `accepted` statuses."""
    process = subprocess.run([program(), *arguments], cwd=root(), stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, check=False)
    if process.returncode not in accepted:
        raise ProgramError(f"faultpath {shlex.join(arguments)}: exit status {process.returncode}\n"
                           + process.stderr.strip())
    return process.stdout


def program() -> str:
    """The program to run, as an absolute path."""
    named = os.environ.get("FAULTPATH")
    launcher = root() / _LAUNCHER
    found = shutil.which(named or (launcher if launcher.is_file() else _LAUNCHER))
    if not found:
        raise ProgramError(f"no program {named} ($FAULTPATH)" if named else
                           "no faultpath program: work in a checkout, or name it in $FAULTPATH")
    return str(Path(found).absolute())


def root() -> Path:
    """The checkout that the working directory is in, or the one this module is in; without either
    the working directory."""
    here = Path.cwd()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / _LAUNCHER).is_file() and (folder / "scenarios").is_dir():
            return folder
    return here
