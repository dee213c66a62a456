"""Ready files for trying a bot: pictures and documents that need no hunting on one's own disk."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playground.params import Upload

FOLDER = Path(__file__).parent
PICTURES = {".jpg", ".jpeg", ".png"}


def _sample(path: Path) -> dict[str, Any]:
    kind = "photo" if path.suffix in PICTURES else "document"
    return {"name": path.name, "kind": kind, "url": f"/playground/samples/{quote(path.name)}"}


SAMPLES = [_sample(path) for path in sorted(FOLDER.iterdir()) if path.is_file() and path.suffix != ".py"]


def sample_upload(name: str) -> Upload:
    """A sample as if it came from the phone's disk.

    Raises:
        ValueError: there is none of that name.
    """
    if not any(sample["name"] == name for sample in SAMPLES):
        raise ValueError(f"There is no sample {name}.")
    content = (FOLDER / name).read_bytes()
    return Upload(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content)
