"""Senders that are broken or mean: each is refused in its own dialect, and another client keeps being answered."""

import gzip
import json
import socket
import threading
import time
import zlib

import pytest

import wire
from running import send

START = 1_767_225_600_000
DAY_MS = 86_400_000
V1 = {"content_type": "application/x-protobuf", "content_encoding": "snappy"}
MIB = 1024 * 1024


class Neighbour(threading.Thread):
    """Another client, that writes one observation after the other and notes how long each answer took."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.statuses, self.slowest_seconds = server, [], 0.0
        self.ends = threading.Event()

    def run(self):
        while not self.ends.is_set():
            body = json.dumps({"series": "neighbour", "value": len(self.statuses)}).encode()
            began = time.monotonic()
            status, _, _ = send(self.server.host, self.server.port, "POST", "/api/v1/observations", body,
                                {"content-type": "application/json"})
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
            self.statuses.append(status)


@pytest.fixture
def neighbour(server):
    """Fails where the other client was ever refused, waited long or lost something."""
    other = Neighbour(server)
    other.start()
    while not other.statuses:
        time.sleep(0.01)
    yield other
    answered = len(other.statuses)
    while len(other.statuses) == answered:
        time.sleep(0.01)
    other.ends.set()
    other.join()
    assert set(other.statuses) == {201}
    assert other.slowest_seconds < 10
    assert server.counts("neighbour") == {"neighbour": len(other.statuses)}


def others(server):
    return {name: count for name, count in server.counts().items() if name != "neighbour"}


def one_sample(value, time_ms=START, **labels):
    return wire.snappy(wire.write_1([({"__name__": "metric", **labels}, [(value, time_ms)])]))


def test_truncated_snappy_is_refused_and_never_half_taken(server, neighbour):
    whole = wire.snappy(wire.write_1([({"__name__": f"m{n}"}, [(n, START)]) for n in range(100)]))
    for length in (0, 1, 2, 5, len(whole) // 2, len(whole) - 1):
        status, _, reply = server.post("/api/v1/write", whole[:length], **V1)
        assert status == 400, (length, status, reply)
        assert reply
    assert others(server) == {}


def test_a_block_that_claims_four_gigabytes_takes_no_memory(server, neighbour):
    before = server.memory_peak_bytes()
    status, _, _ = server.post("/api/v1/write", wire.varint(2**32 - 1) + b"\x00a", **V1)
    assert status in (400, 413)
    if before is not None:
        assert server.memory_peak_bytes() - before < 100 * MIB


def gzip_bomb():
    """Four gigabytes of zeros in four megabytes: the same packed megabyte again and again."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = pack.compress(b"") + pack.flush(zlib.Z_FULL_FLUSH)
    piece = pack.compress(b"\0" * MIB) + pack.flush(zlib.Z_FULL_FLUSH)
    return head + piece * 4096 + pack.flush()


@pytest.mark.parametrize("path, headers, told", [
    ("/write?db=a", {}, "error"),
    ("/api/v2/write?bucket=a", {}, "message"),
    ("/v1/metrics", {"content-type": "application/json"}, "message"),
    ("/2/httpapi", {"content-type": "application/json"}, "error"),
])
def test_a_gzip_bomb_is_refused_in_the_senders_dialect_within_bounded_memory(server, neighbour, path, headers, told):
    before = server.memory_peak_bytes()
    status, _, reply = server.send("POST", path, gzip_bomb(), {"content-encoding": "gzip", **headers})
    assert status in (400, 413)
    assert json.loads(reply)[told]
    if before is not None:
        assert server.memory_peak_bytes() - before < 150 * MIB
    assert others(server) == {}


def test_ten_megabytes_of_one_label_are_refused(server, neighbour):
    line = f"cpu,host={'a' * 10_000_000} value=1 {START}000000\ngood value=1 {START}000000\n".encode()
    status, _, reply = server.post("/write?db=a", line)
    assert status == 413
    assert json.loads(reply)["error"]
    # Packed it is small enough to be read; the line is refused and the other one kept.
    status, _, reply = server.post("/write?db=a", gzip.compress(line), content_encoding="gzip")
    assert status == 400
    assert len(reply) < 2_000, "the label is not told back"
    assert others(server) == {"good": 1}


def test_a_sample_that_is_no_number_is_left_out_and_told_where_that_is_not_routine(server, neighbour):
    for value in (float("nan"), float("inf"), float("-inf")):
        status, _, _ = server.post("/api/v1/write", one_sample(value), **V1)
        assert status == 204
    for value in ("NaN", "inf", "-Inf", "1e999"):
        status, headers, reply = server.post("/write?db=a", f"metric value={value} {START}000000")
        assert status == 400, value
        assert headers["x-influxdb-error"] == json.loads(reply)["error"]
    assert others(server) == {}


def test_samples_in_any_order_are_all_kept(server, neighbour):
    for hours in (5, 1, 3, 2, 4):
        assert server.post("/api/v1/write", one_sample(hours, START + hours * 3_600_000), **V1)[0] == 204
    held = server.series("metric")["metric"]
    assert (held["count"], held["latest_value"]) == (5, 5)
    assert held["first"].startswith("2026-01-01T01:00:00")


def test_a_clock_a_day_ahead_is_told_and_a_day_behind_is_taken(server, neighbour):
    now = int(time.time() * 1000)
    ahead, behind = now + DAY_MS, now - DAY_MS
    status, _, reply = server.post("/api/v1/write", one_sample(1, ahead), **V1)
    assert status == 400 and reply
    status, _, reply = server.post("/write?db=a&precision=ms", f"metric value=1 {ahead}\nmetric value=2 {behind}")
    assert status == 400 and b"partial write" in reply
    status, _, reply = server.post("/v1/metrics", json.dumps({"resourceMetrics": [{"scopeMetrics": [{"metrics": [
        {"name": "metric", "gauge": {"dataPoints": [{"asDouble": 1, "timeUnixNano": f"{ahead}000000"}]}}
    ]}]}]}), content_type="application/json")
    assert status == 200
    assert int(json.loads(reply)["partialSuccess"]["rejectedDataPoints"]) == 1
    assert server.series("metric")["metric"]["count"] == 1


def test_a_hundred_thousand_series_from_one_source_are_stopped(server, neighbour):
    refused = []
    for start in range(0, 100_000, 5_000):
        lines = "\n".join(f"s{number} value=1 {START}000000" for number in range(start, start + 5_000))
        status, _, reply = server.post("/write?db=flood", lines)
        assert status in (204, 400)
        if status == 400:
            refused.append(json.loads(reply)["error"])
    assert refused
    assert "series" in refused[-1]
    # Another source still reports to a series that it has.
    assert server.post("/write?db=calm", f"s0,host=calm value=2 {START + 1000}000000")[0] == 204


@pytest.mark.parametrize("path", ["/write?db=a", "/api/v1/write", "/v1/metrics", "/2/httpapi", "/track", "/import"])
def test_a_sender_that_goes_away_in_the_middle_leaves_nothing(server, neighbour, path):
    head = (f"POST {path} HTTP/1.1\r\nhost: {server.host}:{server.port}\r\ncontent-length: 1000000\r\n"
            f"content-type: application/json\r\n\r\n")
    for _ in range(20):
        with socket.create_connection((server.host, server.port)) as connection:
            connection.sendall(head.encode() + b"metric value=1 1767225600000000000\n")
    assert others(server) == {}
