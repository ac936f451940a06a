"""Builds and tests with the newest release of everything, whatever is locked or bounded, and names
what broke: `make newest`. Runs in the environment that it fills."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
CHECKS = {
    "lint": ["ruff", "check"],
    "types": ["mypy"],
    "rooms": ["lint-imports"],
    "tests": ["python", "-m", "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"],
}


def asked() -> list[Requirement]:
    """What livedeck, its lecture and its tests ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["lecture"], *extras["test"], "setuptools>=77"]
    return [Requirement(line) for line in lines]


def install(requirements: list[Requirement]) -> None:
    """Installs the newest releases that go together, also beyond upper bounds."""
    lower = [
        f"{each.name}{SpecifierSet(','.join(str(s) for s in each.specifier if '<' not in str(s)))}"
        for each in requirements
    ]
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--upgrade", "--upgrade-strategy", "eager", *lower], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)


def locked() -> dict[str, str]:
    """The versions that are locked for this Python and system."""
    text = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    lines = map(Requirement, re.findall(r"^[\w.-]+==.*?(?= \\$)", text, re.MULTILINE))
    return {
        canonicalize_name(line.name): next(iter(line.specifier)).version
        for line in lines
        if line.marker is None or line.marker.evaluate()
    }


def other(requirements: list[Requirement]) -> list[str]:
    """The packages whose version is another one than was locked, one a line."""
    bounds = {canonicalize_name(each.name): each.specifier for each in requirements}
    there = {canonicalize_name(each.name): each.version for each in distributions()}
    found = []
    for name, before in sorted(locked().items()):
        after = there.get(name, before)  # what nobody needs any more
        if Version(after) != Version(before):
            beyond = after not in bounds.get(name, SpecifierSet())
            note = f", beyond `{bounds[name]}`" if beyond else ""
            found.append(f"{name}  {before} -> {after}{note}")
    return found


def broken(command: list[str]) -> list[str]:
    """What a check complains of: the tests that fail, or the last lines that it prints."""
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode == 0:
        return []
    said = done.stdout.decode(errors="replace").splitlines()
    return [line for line in said if line.startswith(("FAILED ", "ERROR "))] or said[-20:]


def main(arguments: list[str]) -> int:
    """Prints what is newer and what broke; 1 if something did."""
    requirements = asked()
    install(requirements)
    print("Other than locked:", *other(requirements) or ["nothing"], sep="\n  ", flush=True)
    failed = False
    for name, command in CHECKS.items():
        complaints = broken([*command, *(arguments if name == "tests" else [])])
        failed |= bool(complaints)
        print(f"{name}: {'broken' if complaints else 'fine'}", *complaints, sep="\n  ", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
