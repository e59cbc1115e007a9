"""The program is found, run and believed only when it ends well; the module can be installed."""
import re
import shutil
import subprocess
import sys

import pytest

import faultpath_results as fp
from conftest import ROOT
from faultpath_results import program


def test_a_command_is_printed_as_it_is_typed_in_a_terminal(capsys):
    command = "compare scenarios/first-look.yaml --replications 1 --set 'strategies=[pin, iopf]'"
    result = fp.faultpath(command)
    assert capsys.readouterr().out == f"$ ./faultpath {command}\n"
    assert result.cases == ["pin", "iopf"]


def test_what_the_program_complains_of_is_in_the_error():
    with pytest.raises(fp.ProgramError, match="status 2\n.*host.coers: .*did you mean 'cores'"):
        fp.faultpath("compare scenarios/first-look.yaml --set host.coers=1")


def test_a_program_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("FAULTPATH", "/nowhere/faultpath")
    with pytest.raises(fp.ProgramError, match="no program /nowhere/faultpath"):
        program.program()


def test_without_a_variable_it_is_the_launcher_of_the_checkout(monkeypatch):
    monkeypatch.delenv("FAULTPATH")
    monkeypatch.chdir(ROOT / "notebooks")
    assert program.program() == str(ROOT / "faultpath")
    assert program.root() == ROOT


def test_pip_installs_the_module(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT / "notebooks", source)
    target = tmp_path / "target"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation",
                    "--no-deps", "--no-index", "--target", str(target), str(source)], check=True)
    names = {path.name for path in (target / "faultpath_results").glob("*.py")}
    assert names == {path.name for path in (ROOT / "notebooks" / "faultpath_results").glob("*.py")}


def test_the_module_has_the_version_of_the_program():
    module = (ROOT / "notebooks" / "pyproject.toml").read_text()
    project = (ROOT / "CMakeLists.txt").read_text()
    assert (re.search(r'^version = "(.*)"', module, re.MULTILINE)[1]
            == re.search(r"project\(faultpath VERSION (\S+)", project)[1])
