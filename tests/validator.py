"""What the W3C's checker of HTML (vnu) says of a page. `make tools` brings it."""

import json
import re
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent.parent / ".tools" / "vnu" / "node_modules"
JAR = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"

# Of CSS the checker knows less than browsers do. What it complains of without reason:
BEHIND = (
    r"“starting-style”: Parse Error",  # where a transition begins (CSS Transitions 2)
    r"“allow-discrete”",  # a transition that waits to hide (CSS Transitions 2)
    r"“background”: “var\(--share\)” is not",  # a percentage by a variable in `color-mix`
)


def mistakes(*pages: Path) -> list[str]:
    """The errors in some pages, each with its file and line; warnings are left out."""
    if not JAR.is_file():
        pytest.fail(f"{JAR} is missing; `make tools` brings it")
    command = ["java", "-Xss2m", "-jar", str(JAR), "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, *map(str, pages)], capture_output=True, check=True)
    messages = json.loads(done.stderr or done.stdout)["messages"]
    errors = [message for message in messages if message["type"] != "info"]
    return [
        f"{Path(error.get('url', '')).name}:{error.get('lastLine', '')}: {error['message']}"
        f" {error.get('extract', '')[:200]!r}"
        for error in errors
        if not any(re.search(pattern, error["message"]) for pattern in BEHIND)
    ]
