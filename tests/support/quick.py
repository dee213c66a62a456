"""`python -m tests.support.quick [FAMILY]`: the tests of `make quick`, as arguments of pytest.

The unit and domain tests, and the flows of one family of screens: the named one; else the one whose folder under
`handlers/` has most changed files, beside `main` and uncommitted; else home's. Why which one is said on stderr.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.support.keeping import ROOT

ALWAYS: Final = ("tests/unit", "tests/domain")
OTHERWISE: Final = "home"


def flows_of(family: str, root: Path = ROOT) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.glob(f"tests/flows/test_{family}*.py"))


def most_changed(paths: Iterable[str], root: Path = ROOT) -> str | None:
    """The family, among those with flows, that has most of these files."""
    parts = [Path(path).parts for path in paths]
    found = Counter(part[1] for part in parts if len(part) > 2 and part[0] == "handlers")
    return next((family for family, _ in found.most_common() if flows_of(family, root)), None)


def changed_files() -> list[str]:
    """In the branch and not committed; none where there is no git."""
    base = _git("merge-base", "HEAD", "main") or ["HEAD"]
    return _git("diff", "--name-only", *base) + _git("ls-files", "--others", "--exclude-standard")


def _git(*arguments: str) -> list[str]:
    git = shutil.which("git")
    if git is None:
        return []
    ended = subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return ended.stdout.splitlines() if ended.returncode == 0 else []


def main(arguments: list[str]) -> int:
    changed = None if arguments else most_changed(changed_files())
    family = arguments[0] if arguments else changed or OTHERWISE
    flows = flows_of(family)
    if not flows:
        print(f"There are no tests/flows/test_{family}*.py", file=sys.stderr)
        return 2
    reason = "" if arguments else f": handlers/{family} changed" if changed else ", as no family's screens changed"
    print(f"The flows of {family}{reason}. Others: make quick FAMILY=…", file=sys.stderr)
    print(*ALWAYS, *flows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
