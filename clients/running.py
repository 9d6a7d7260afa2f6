"""A server of a test's own, and what its API says of the samples that it holds."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("INFERNO_KPI_TEST_PROGRAM", ROOT / "target/debug/inferno-kpi"))
PATIENCE_SECONDS = 30


class Server:
    """The program on a free port with an empty folder; ends with the `with` block."""

    def __init__(self, *arguments, **environment):
        self._folder = tempfile.TemporaryDirectory(prefix="inferno-kpi-clients.")
        folder = pathlib.Path(self._folder.name)
        (folder / "site").mkdir()
        (folder / "site/hash.txt").write_text("js: 1\nwasm: 1\ncss: 1\n")
        command = [PROGRAM, "serve", "--address", "127.0.0.1:0", "--data", folder / "data", "--site", folder / "site"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("INFERNO_KPI_")}
        self._log = open(folder / "log", "wb")
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=self._log, env={**clean, **environment}
        )
        self.url = ""
        for line in self.process.stdout:
            if line.startswith(b"listening on "):
                self.url = line.removeprefix(b"listening on ").decode().strip()
                break
        assert self.url, (folder / "log").read_text()
        parts = urllib.parse.urlsplit(self.url)
        self.host, self.port = parts.hostname, parts.port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self._log.close()
        self._folder.cleanup()

    def send(self, method, path, body=b"", headers=None):
        """One request as it stands: (status, headers, body)."""
        return send(self.host, self.port, method, path, body, headers or {})

    def post(self, path, body, **headers):
        """Posts bytes; `content_type="x"` is the header `content-type`."""
        if isinstance(body, str):
            body = body.encode()
        return self.send("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def series(self, contains=""):
        """Every series by name, as `GET /api/v1/series` tells them."""
        status, _, body = self.send("GET", f"/api/v1/series?contains={urllib.parse.quote(contains)}")
        assert status == 200, body
        return {row["name"]: row for row in json.loads(body)}

    def counts(self, contains=""):
        """How many samples each series has."""
        return {name: row["count"] for name, row in self.series(contains).items()}

    def labels(self, name):
        """The labels of a series, each with its values in order."""
        return {label["name"]: sorted(label["values"]) for label in self.series(name)[name]["labels"]}

    def refusals(self):
        """What the page of sources says went wrong."""
        status, _, body = self.send("GET", "/sources")
        assert status == 200
        return body.decode()

    def memory_peak_bytes(self):
        """The most memory that the process ever had, or None where the system does not tell."""
        try:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024


def send(host, port, method, path, body, headers):
    """One request on a connection of its own: (status, headers, body)."""
    connection = http.client.HTTPConnection(host, port, timeout=60)
    try:
        connection.request(method, path, body=body or None, headers=headers)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def eventually(what, ask):
    """Asks again and again until the answer is true, and fails where it never is."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = ask()
        if found:
            return found
        assert time.monotonic() < ends, f"{what} did not come"
        time.sleep(0.05)
