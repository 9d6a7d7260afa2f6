"""Debian's Prometheus, which scrapes itself and writes to the server."""

import json
import math
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

import pytest

import wire
from running import ROOT, eventually

UNPACKED = ROOT / "target/clients/prometheus/usr/bin/prometheus"
V1 = {"content_type": "application/x-protobuf", "content_encoding": "snappy"}
V2 = {"content_type": "application/x-protobuf;proto=io.prometheus.write.v2.Request", "content_encoding": "snappy"}
START = 1_767_225_600_000


class Prometheus:
    """Prometheus in a temporary folder, that writes to `url`."""

    def __init__(self, folder, url):
        self.folder = pathlib.Path(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.remote = {"url": f"{url}/api/v1/write", "queue_config": {"batch_send_deadline": "500ms"}}
        self.configure([{"job_name": "self", "static_configs": [{"targets": [f"127.0.0.1:{self.port}"]}]}])
        program = shutil.which("prometheus") or UNPACKED
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen([
                program, f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
                f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-lifecycle",
            ], stderr=log, stdout=log)

    def configure(self, scrapes):
        # JSON is YAML.
        written = {"global": {"scrape_interval": "500ms", "scrape_timeout": "500ms",
                              "external_labels": {"cluster": "tests"}},
                   "scrape_configs": scrapes, "remote_write": [self.remote]}
        (self.folder / "prometheus.yml").write_text(json.dumps(written))

    def stop_scraping(self):
        self.configure([])
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/-/reload", method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200

    def held(self):
        """The samples of each metric that are numbers, by name: [(time_ms, value)]."""
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.port}/api/v1/query?query=%7Bjob%3D%22self%22%7D%5B1h%5D", timeout=20
        ) as answer:
            rows = json.load(answer)["data"]["result"]
        held = {}
        for row in rows:
            samples = [(round(time_s * 1000), float(value)) for time_s, value in row["values"]]
            finite = [sample for sample in samples if math.isfinite(sample[1])]
            if finite:
                held.setdefault(row["metric"]["__name__"], []).extend(finite)
        return held

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture
def prometheus(tmp_path, recorder):
    running = Prometheus(tmp_path, recorder.url)
    yield running
    running.end()


def test_prometheus_scrapes_itself_and_every_number_arrives(server, recorder, prometheus, stands_still):
    eventually("five scrapes", lambda: server.counts("up").get("up", 0) >= 5)
    prometheus.stop_scraping()
    held = prometheus.held()
    assert len(held) > 100
    wanted = {name: len(samples) for name, samples in held.items()}
    eventually("every sample", lambda: server.counts().get("up", 0) >= wanted["up"])
    # The last batch has come when nothing has been written for longer than its deadline.
    quiet(recorder)
    there = server.counts()
    wrong = {name: (count, there.get(name, 0)) for name, count in wanted.items() if there.get(name, 0) != count}
    assert not wrong
    assert set(there) == set(wanted)
    assert server.series()["up"]["latest_value"] == 1
    assert server.labels("up") == {"cluster": ["tests"], "instance": [f"127.0.0.1:{prometheus.port}"], "job": ["self"]}
    assert recorder.statuses() == {204}
    assert recorder.exchanges[0].headers["x-prometheus-remote-write-version"] == "0.1.0"
    stands_still()


def quiet(recorder, seconds=1.5):
    """Waits until nothing has been written for `seconds`."""
    count, since = len(recorder.exchanges), time.monotonic()
    while time.monotonic() - since < seconds:
        time.sleep(0.05)
        if len(recorder.exchanges) != count:
            count, since = len(recorder.exchanges), time.monotonic()


# Debian's Prometheus speaks version 1.0 alone; this is a body as the specification of 2.0 has it.
def test_version_2_is_taken_and_the_headers_say_what_was_written(server):
    series = [
        ({"__name__": "requests", "route": f"/{number}"}, [(number, START), (number + 1, START + 1_000)])
        for number in range(10)
    ]
    body = wire.snappy(wire.write_2(series))
    status, headers, reply = server.post("/api/v1/write", body, **V2)
    assert (status, reply) == (204, b"")
    assert headers["x-prometheus-remote-write-samples-written"] == "20"
    assert headers["x-prometheus-remote-write-histograms-written"] == "0"
    assert headers["x-prometheus-remote-write-exemplars-written"] == "0"
    before = server.series()
    assert before["requests"]["count"] == 20
    assert server.labels("requests")["route"] == [f"/{number}" for number in range(10)]
    assert server.post("/api/v1/write", body, **V2)[0] == 204
    assert server.series() == before
    assert server.post("/api/v1/write", wire.snappy(wire.write_1(series)), **V1)[0] == 204
    assert server.series() == before, "the same samples in the older version are the same samples"
