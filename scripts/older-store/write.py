#!/usr/bin/env python3
"""Writes the store of server/tests/data/older-store with a given program, and what that program's API answers from it.

    scripts/older-store/write.py PROGRAM FOLDER

The store is that of two years: a server is started 26 times under a clock that is moved (clock.c), receives what came meanwhile (late,
doubled, corrected, out of order, around the ends of summer time), and ends; the last time by SIGKILL. What is sent is the same every time;
ids and times of recording are the program's own. FOLDER gets `store.sqlite.gz` and `answers.json.gz`: the KPIs and gates of fifty instants.
"""

import gzip
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
DAY_MS = 86_400_000
SESSIONS = 26
BETWEEN_MS = 28 * DAY_MS - 3_600_000
START_MS = 1_730_797_000_000  # 2024-11-05
KEPT_FOR_EVER = [word for name in ("payloads", "samples", "minutes", "hours", "days") for word in (f"--keep-{name}-days", "0")]
# The hours around the ends of summer time in Europe.
DAYLIGHT_MS = [1_743_296_400_000, 1_761_440_400_000, 1_774_746_000_000, 1_792_890_000_000]


def iso(time_ms):
    return datetime.fromtimestamp(time_ms / 1000, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Server:
    """The program under a moved clock."""

    def __init__(self, program, library, data, site, start_ms, *more):
        environment = os.environ | {"LD_PRELOAD": str(library), "CLOCK_START_MS": str(start_ms)}
        self.process = subprocess.Popen(
            [program, "serve", "--address", "127.0.0.1:0", "--data", data, "--site", site, *KEPT_FOR_EVER, *more],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.url = line.split()[-1]
                return
        raise SystemExit("the server did not start")

    def ask(self, method, path, body=None, kind="application/json", headers=()):
        data = body if isinstance(body, (bytes, type(None))) else (body if isinstance(body, str) else json.dumps(body)).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": kind, **dict(headers)}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def get(self, path):
        status, text, _ = self.ask("GET", path)
        assert status == 200, (path, status, text[:300])
        return json.loads(text)

    def send(self, path, body, wanted=(200, 201, 204), **more):
        status, text, headers = self.ask("POST", path, body, **more)
        assert status in wanted, (path, status, text[:600])
        try:
            return json.loads(text)
        except ValueError:
            return text

    def stop(self, with_signal=signal.SIGTERM):
        self.process.send_signal(with_signal)
        self.process.wait()


# --- what is sent ---------------------------------------------------------------------------------------------------------------------

# Series, labels as choices, values. `#` in a value is a number of few, so that entities meet again.
EVENTS = [
    ("user.active", {"user": "u#9", "app": ["platform", "platform", "dashboard", "mobile", "forum"]}, None),
    ("user.account", {"user": "u#9", "app": ["mobile"]}, None),
    ("customer.active", {"customer": "c#6", "plan": ["enterprise", "team"]}, None),
    ("bug.open", {}, (3, 40)), ("code.kloc", {}, (80, 120)),
    ("benchmark.case", {"case": "k#6"}, None),
    ("benchmark.run", {"case": "k#6", "platform": "p#4", "profile": ["yes", "no"], "result": ["success", "success", "failure"]}, (1, 90)),
    ("benchmark.suite", {}, (1800, 9000)),
    ("inference.simd", {}, (20, 95)), ("inference.gpu", {}, (20, 95)),
    ("cache.access", {"result": ["hit", "hit", "miss"]}, (1, 900)),
    ("support.ticket", {"topic": ["performance", "billing"]}, None),
    ("inference.operations", {"device": ["gpu", "cpu"]}, (1, 5000)),
    ("decoding.tokens", {"result": ["accepted", "rejected"]}, (1, 700)),
    ("graph.operators", {"state": ["fused", "unfused"]}, (1, 80)),
    ("quantization.adaptation", {}, (0.001, 0.9)), ("customer.speedup", {}, (0.7, 4)),
    ("survey.rating", {"survey": ["dashboard", "documentation"]}, (1, 10)),
    ("feature.used", {"user": "u#9", "customer": "c#6", "app": ["dashboard", "platform"], "age": ["new", "old"]}, None),
    ("app.rating", {}, (1, 5)), ("app.download", {}, None),
    ("feature.check", {"feature": "f#5", "offline": ["yes", "no"]}, None),
    ("parity.check", {"result": ["success", "failure"]}, None),
    ("accessibility.check", {"kind": ["screen-reader", "keyboard"], "result": ["success", "success", "failure"]}, None),
    ("accessibility.contrast", {}, (3, 12)), ("translation", {"language": "l#7", "state": ["complete", "partial"]}, None),
    ("ui.component", {"component": "m#8", "origin": ["library", "own"]}, None),
    ("ui.declarations", {"state": ["token", "total"]}, (100, 900)),
    ("ci.run", {"result": ["success", "success", "success", "failure", "cancelled"], "branch": ["main", "Заказ", "室温"]}, (60, 1500)),
    ("deployment", {"environment": ["Production", "staging"], "result": ["success", "failure"]}, None),
    ("test.suite", {}, (60, 3600)), ("test.case", {"test": "t#9", "result": ["success", "success", "flaky"]}, None),
    ("coverage.lines", {"state": ["covered", "total"]}, (500, 2000)),
    ("security.scan", {"result": ["success", "success", "failure"]}, None),
    ("dependency.count", {"state": ["current", "total"]}, (50, 300)),
    ("compliance.check", {"result": ["success", "success", "failure"]}, None),
    ("secret.scan", {"commit": "s#40"}, None), ("docs.api", {"item": "i#9", "documented": ["yes", "yes", "no"]}, None),
    ("docs.feature", {"feature": "f#5", "example": ["yes", "no"]}, None), ("docs.page", {"page": "d#6"}, None),
    ("docs.updated", {"page": "d#6"}, None), ("docs.example", {"result": ["success", "failure"]}, None),
    ("docs.build", {"format": "o#4", "result": ["success", "failure"]}, (10, 90)), ("docs.view", {}, None),
    ("docs.search", {"result": ["success", "failure"]}, None),
    ("certification.exam", {"result": ["success", "failure"]}, None),
    ("contribution", {"contributor": "u#9", "origin": ["external", "team"]}, None),
    ("video.watched", {}, (1, 100)), ("integration.check", {"result": ["success", "failure"]}, None),
    ("story.points", {"state": ["planned", "done"]}, (1, 13)), ("survey.nps", {"survey": ["customer"]}, (0, 10)),
]
# What begins and ends: series, the label that names it, the steps, further labels.
PAIRS = [
    ("regression", "regression", "event", ["introduced", "detected"], {}), ("bottleneck", "bottleneck", "event", ["reported", "identified"], {}),
    ("task", "task", "event", ["started", "finished"], {"result": ["success", "failure"]}),
    ("user.milestone", "user", "step", ["signup", "docs-opened", "first-result", "working-code"], {}),
    ("incident", "incident", "event", ["opened", "resolved"], {"environment": ["production"]}),
    ("vulnerability", "vulnerability", "event", ["published", "detected", "patched"], {}),
    ("tutorial", "user", "event", ["started", "finished"], {"tutorial": ["getting-started"]}),
    ("blocker", "blocker", "event", ["opened", "resolved"], {}), ("customer.milestone", "customer", "step", ["signed", "productive"], {}),
]


class Sender:
    """Makes what is sent; the same every time."""

    def __init__(self, kpis):
        self.chance = random.Random(20_241_205)
        self.ready = [kpi for kpi in kpis if kpi["measure"] not in DERIVED]
        self.number = 0

    def label(self, choice):
        if isinstance(choice, list):
            return self.chance.choice(choice)
        name, few = choice.split("#")
        return f"{name}{self.chance.randrange(int(few))}"

    def instant(self, from_ms, until_ms):
        """Mostly of this session's time; some late by up to 300 days, some in the hours in which clocks are set."""
        draw = self.chance.random()
        if draw < 0.06:
            return until_ms - self.chance.randrange(300 * DAY_MS)
        past = [time_ms for time_ms in DAYLIGHT_MS if time_ms < until_ms - DAY_MS]
        if draw < 0.09 and past:
            return self.chance.choice(past) + self.chance.randrange(-7_200_000, 7_200_001, 600_000)
        return self.chance.randrange(from_ms, until_ms)

    def events(self, session, from_ms, until_ms):
        rows = []
        for series, labels, values in EVENTS:
            for _ in range(self.chance.choice([1, 1, 2])):
                row = {"series": series, "time": iso(self.instant(from_ms, until_ms)), "labels": {name: self.label(choice) for name, choice in labels.items()}}
                if values:
                    row["value"] = round(self.chance.uniform(*values), self.chance.randrange(4))
                if self.chance.random() < 0.05:
                    row["external_id"] = f"{series}-{self.chance.randrange(20)}"
                rows.append(row)
        for series, entity, step, steps, more in PAIRS:
            for _ in range(self.chance.randrange(1, 3)):
                self.number += 1
                time_ms = self.instant(from_ms, until_ms)
                for name in steps[: self.chance.randrange(1, len(steps) + 1)]:
                    labels = {entity: f"e{self.number}", step: name} | {key: self.label(choice) for key, choice in more.items()}
                    rows.append({"series": series, "time": iso(min(time_ms, until_ms)), "labels": labels})
                    time_ms += self.chance.randrange(60_000, 2 * DAY_MS)
        if session % 5 == 1:
            rows += self.burst(until_ms)
        for _ in range(3):
            self.number += 1
            commit, time_ms = f"s{self.number % 40}", self.instant(from_ms, until_ms)
            rows.append({"series": "commit", "time": iso(time_ms), "labels": {"commit": commit}})
            deployed_ms = min(time_ms + self.chance.randrange(5 * DAY_MS), until_ms)
            rows.append({"series": "commit.deployed", "time": iso(deployed_ms), "labels": {"commit": commit, "environment": "production"}})
        self.chance.shuffle(rows)
        return rows

    def burst(self, until_ms):
        """What has no value below a number of samples."""
        rows = []
        for step in range(24):
            time_ms = until_ms - self.chance.randrange(20 * DAY_MS)
            rows.append({"series": "docs.search", "time": iso(time_ms), "labels": {"result": self.chance.choice(["success", "failure"])}})
            rows.append({"series": "survey.nps", "value": self.chance.randrange(11), "time": iso(time_ms), "labels": {"survey": "customer"}})
            for event in ["started", "finished"][: 1 + self.chance.randrange(2)]:
                rows.append({"series": "task", "time": iso(time_ms), "labels": {"task": f"b{until_ms}-{step}", "event": event, "result": "success"}})
        return rows

    def ready_numbers(self, from_ms, until_ms):
        rows = []
        for kpi in self.ready:
            for _ in range(self.chance.choice([0, 1, 1, 2])):
                rows.append({"kpi": kpi["id"], "time": iso(self.instant(from_ms, until_ms)), "person": self.chance.choice(["Ada", "Grace"]), **self.ready_value(kpi)})
        return rows

    def ready_value(self, kpi):
        parsed = kpi["targets"][0]["parsed"]
        if kpi["unit"] in ("verdict", "judged") or parsed["kind"] in ("judged", "every"):
            return {"value": self.chance.choice(["met", "met", "not met"])}
        if parsed["kind"] == "no-finding":
            return {"value": self.chance.choice(["none", "low", "medium", "high", "critical"])}
        number = (parsed.get("value") or 50) * self.chance.uniform(0.5, 1.3)
        return {"value": round(number, 2)} | ({"unit": parsed["unit"]} if parsed.get("unit") and parsed["kind"] not in ("factor", "share", "share-of-ceiling") else {})


DERIVED = set()


def read_derived():
    import tomllib
    document = tomllib.loads((HERE.parent.parent / "catalogue/inferno.toml").read_text())
    DERIVED.update(measure["id"] for measure in document["measure"])


def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def remote_write(series):
    """A request of Prometheus' remote write 1.0: label sets with their samples, as one block of literals of Snappy."""
    request = b""
    for labels, samples in series:
        body = b"".join(field(1, field(1, name.encode()) + field(2, value.encode())) for name, value in sorted(labels.items()))
        body += b"".join(field(2, bytes([9]) + struct.pack("<d", value) + bytes([16]) + varint(time_ms)) for time_ms, value in samples)
        request += field(1, body)
    blocks = [request[begin : begin + 60_000] for begin in range(0, len(request), 60_000)]
    return varint(len(request)) + b"".join(bytes([61 << 2]) + struct.pack("<H", len(block) - 1) + block for block in blocks)


class Counters:
    """What monitoring counts: totals that rise, and start anew now and then."""

    def __init__(self, chance):
        self.chance, self.cpu, self.buckets = chance, {}, {}

    def written(self, from_ms, until_ms):
        series = []
        begin_ms = self.chance.randrange(from_ms, until_ms - DAY_MS)
        times = sorted(self.chance.randrange(begin_ms, begin_ms + DAY_MS // 4) // 15_000 * 15_000 for _ in range(12))
        for instance in ("a", "b"):
            up, memory, cpu = [], [], []
            for time_ms in dict.fromkeys(times):
                up.append((time_ms, float(self.chance.random() < 0.97)))
                memory.append((time_ms, float(self.chance.randrange(200_000_000, 900_000_000))))
                restarts = self.chance.random() < 0.05
                self.cpu[instance] = 0.5 if restarts else self.cpu.get(instance, 0) + self.chance.uniform(1, 90_000)
                cpu.append((time_ms, self.cpu[instance]))
            series.append(({"__name__": "up", "job": "inferno", "instance": instance}, up))
            series.append(({"__name__": "container_memory_working_set_bytes", "container": "inferno", "instance": instance}, memory))
            series.append(({"__name__": "container_cpu_usage_seconds_total", "container": "inferno", "instance": instance}, cpu))
        return series

    def histogram(self, from_ms, until_ms):
        """OpenTelemetry's cumulative histogram of two statuses, as JSON; an instant may count thousands at once."""
        points = []
        for status in ("200", "503"):
            for time_ms in sorted(self.chance.randrange(from_ms, until_ms) for _ in range(4)):
                counts = self.buckets.setdefault(status, [0] * 6)
                for place in range(6):
                    counts[place] += self.chance.randrange(3 if status == "503" else 60) * (100 if self.chance.random() < 0.05 else 1)
                points.append({
                    "attributes": [{"key": "http.response.status_code", "value": {"stringValue": status}}],
                    "startTimeUnixNano": str(START_MS * 1_000_000), "timeUnixNano": str(time_ms * 1_000_000),
                    "count": str(sum(counts)), "sum": 12.5, "explicitBounds": [0.025, 0.05, 0.1, 0.25, 1.0], "bucketCounts": [str(count) for count in counts]})
        data = {"name": "http.server.request.duration", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": points}}
        return {"resourceMetrics": [{"scopeMetrics": [{"metrics": [data]}]}]}

    def lines(self, from_ms, until_ms):
        """Line protocol: what a KPI reads under its own name, and what none reads; out of order."""
        lines = []
        begin_ms = self.chance.randrange(from_ms, until_ms - DAY_MS)
        for _ in range(12):
            time_ms = self.chance.randrange(begin_ms, begin_ms + DAY_MS // 4)
            lines.append(f"resource.utilization,host=h{self.chance.randrange(3)} value={self.chance.uniform(10, 95):.3f} {time_ms}")
        lines += [f"room,where=室温 temperature={self.chance.uniform(18, 25):.1f} {until_ms - 10_000 * step}" for step in range(60)]
        return lines


def junit(suite, seconds, tests):
    cases = "".join(f'<testcase name="{test}" time="1">{"<failure/>" if failed else ""}</testcase>' for test, failed in tests)
    return f'<testsuite name="{suite}" time="{seconds}">{cases}</testsuite>'


def lcov(file, hit, found):
    return f"TN:\nSF:{file}\n" + "".join(f"DA:{line},{int(line <= hit)}\n" for line in range(1, found + 1)) + "end_of_record\n"


# --- the two years ---------------------------------------------------------------------------------------------------------------------

def reports(server, chance, session):
    """A run in parts, then a part of it anew: what it stated is superseded."""
    run = f"run=ci-{session}&attempt=1&commit=s{session % 40}&branch=main"
    for part in ("a", "b"):
        tests = [(f"{part}{number}", chance.random() < 0.1) for number in range(3)]
        server.send(f"/api/v1/reports?format=junit&job={part}&{run}", junit(part, chance.randrange(60, 900), tests), kind="application/octet-stream")
        server.send(f"/api/v1/reports?format=lcov&job={part}&{run}", lcov(part, chance.randrange(20), 20), kind="application/octet-stream")
    if session % 2:
        tests = [(f"a{number}", False) for number in range(3)]
        server.send(f"/api/v1/reports?format=junit&job=a&{run}", junit("a", chance.randrange(60, 900), tests), kind="application/octet-stream")
        server.send(f"/api/v1/reports?format=lcov&job=b&{run.replace('attempt=1', 'attempt=2')}", lcov("b", 19, 20), kind="application/octet-stream")


def decided(server, phase, decision):
    _, _, headers = server.ask("GET", f"/api/v1/gates/{phase}")
    return server.send(f"/api/v1/gates/{phase}/decisions", decision, headers=[("if-match", headers["etag"])])


def sign_off(server):
    """Waives what is lacking, and ends the first phase."""
    gate = server.get("/api/v1/gates/1")
    for blocker in gate["blockers"]:
        if server.get("/api/v1/gates/1")["can_sign_off"]:
            break
        decided(server, 1, {"kind": "waiver", "kpi": blocker["id"], "person": "Ada", "reason": "seen and accepted"})
    decided(server, 1, {"kind": "sign-off", "person": "Grace", "reason": "looked at everything"})


def changed_catalogue(server, session):
    document = server.ask("GET", "/api/v1/catalogue")[1].decode()
    if session == 8:
        document = document.replace("[policy]\n", '[policy]\ntime_zone = "Europe/Berlin"\n', 1)
        document = document.replace('id = "app-store-rating"\nunit = "/5"\nkind = "mean"\nseries = "app.rating"', 'id = "app-store-rating"\nunit = "/5"\nkind = "mean"\nseries = "app.rating"\nwindow = "last quarter"', 1)
        document = document.replace('id = "benchmark-execution-time"\nunit = "h"\nkind = "mean"\nseries = "benchmark.suite"', 'id = "benchmark-execution-time"\nunit = "h"\nkind = "mean"\nseries = "benchmark.suite"\nwindow = "month"', 1)
    if session == 14:
        document = document.replace("gate_share_percent = 85\n", 'gate_share_percent = 85\nstarts = "2026-01-01"\nends = "2026-12-31"\n', 1)
        document = document.replace("[policy]\n", "[policy]\nyellow_below_percent = 75\n", 1)
    if session == 24:
        document = document.replace('"<10 min"', '"<12 min"')
    person = f"/api/v1/catalogue?person=Ada&reason=version%20{session}"
    before = server.get("/api/v1/catalogue/versions")["versions"]
    server.send(person, document, kind="application/toml")
    assert len(server.get("/api/v1/catalogue/versions")["versions"]) > len(before), f"the catalogue of session {session} changed nothing"


def session(server, sender, counters, number, from_ms, until_ms):
    chance = sender.chance
    rows = sender.events(number, from_ms, until_ms) + sender.ready_numbers(from_ms, until_ms)
    half = len(rows) // 2
    first = server.send("/api/v1/observations?source=ci&partial=true", rows[:half])
    assert not first["refused"], first["refused"][:3]
    told = server.send("/api/v1/observations?source=ci&partial=true", "\n".join(map(json.dumps, rows[half:])), kind="application/x-ndjson")
    assert not told["refused"], told["refused"][:3]
    # The same again, from the same source and from another one.
    server.send("/api/v1/observations?source=ci&partial=true", rows[:10])
    server.send("/api/v1/observations?source=second&partial=true", rows[5:9])
    if number % 3 == 0:
        people = "kpi,value,time,person\n" + "".join(f"community-size,{chance.randrange(100, 9000)},{iso(sender.instant(from_ms, until_ms))},Ada\n" for _ in range(3))
        server.send("/api/v1/observations?source=people", people, kind="text/csv")
    series = counters.written(from_ms, until_ms)
    chance.shuffle(series)
    server.send("/api/v1/write", remote_write(series), kind="application/x-protobuf", headers=[("content-encoding", "snappy")])
    # Late: what another one of the same instants says, and the same again.
    labels, samples = next(entry for entry in series if entry[0]["__name__"].startswith("container_memory"))
    server.send("/api/v1/write", remote_write([(labels, [(samples[0][0], samples[0][1] + 5), samples[1]])]), kind="application/x-protobuf")
    server.send("/v1/metrics", counters.histogram(from_ms, until_ms))
    lines = counters.lines(from_ms, until_ms) + (counters.lines(until_ms - 200 * DAY_MS, from_ms)[:6] if number % 4 == 3 else [])
    chance.shuffle(lines)
    server.send("/write?db=rooms&precision=ms", "\n".join(lines), kind="text/plain")
    reports(server, chance, number)
    if number in (3, 17):
        for kpi in server.get("/api/v1/kpis")["kpis"]:
            if any(target["parsed"]["kind"] in ("factor", "share") for target in kpi["targets"]):
                server.ask("POST", f"/api/v1/kpis/{kpi['id']}/baseline", {"value": 40 + number, "person": "Ada", "reason": "measured before"})
    if number in (5, 6):
        made = server.send("/api/v1/tokens", {"name": f"CI {number}", "scopes": ["ingest"], "source": "ci", "person": "Ada"})
        if number == 6:
            server.send(f"/api/v1/tokens/{made['token']['id'] if 'token' in made else made['id']}/revoke", {"person": "Ada", "reason": "lost"})
    if number in (7, 8, 9):
        unknown = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "request", "unit": "furlong", "gauge": {"dataPoints": [{"timeUnixNano": str(until_ms * 1_000_000), "asDouble": 1.0}]}}]}]}]}
        server.ask("POST", "/v1/metrics", unknown)
        server.ask("POST", "/write?db=rooms", b"this is no line protocol", kind="text/plain")
    if number == 9:
        letters = server.get("/api/v1/dead-letters")
        assert letters, "nothing waits"
        server.ask("DELETE", f"/api/v1/dead-letters/{letters[0]['number']}")
        server.ask("POST", f"/api/v1/dead-letters/{letters[-1]['number']}/replay")
    if number in (8, 14, 24):
        changed_catalogue(server, number)
    if number == 12:
        first = server.get("/api/v1/gates/1")["blockers"][0]["id"]
        waiver = decided(server, 1, {"kind": "waiver", "kpi": first, "person": "Ada", "reason": "by mistake"})
        decided(server, 1, {"kind": "withdrawal", "withdraws": waiver["id"], "person": "Ada", "reason": "a mistake"})
    if number == 20:
        sign_off(server)
    if number % 6 == 2:
        server.send("/api/v1/notes", {"kind": "comment", "person": "Grace", "subject": "kpi:code-coverage", "text": f"looked at it in session {number}"})
        server.send("/api/v1/silences", {"kpi": "code-coverage", "for": "3 days", "person": "Ada", "reason": "repair"})
    states = []
    for _ in range(50):
        states = server.get("/api/v1/alerts")["states"]
        if any(state["state"] == "firing" for state in states):
            break
        time.sleep(0.1)
    for state in states[:2]:
        server.ask("POST", f"/api/v1/alerts/{state['key']}/acknowledge", {"person": "Ada"})


def instants(until_ms):
    chance = random.Random(50)
    chosen = [time_ms + by for time_ms in DAYLIGHT_MS if time_ms < until_ms for by in (-1, 0, 3_600_000)]
    chosen += [START_MS + 20 * BETWEEN_MS + by for by in (-1, 3_600_000)]
    chosen += [1_735_685_999_999, 1_735_686_000_000, 1_751_320_800_000, 1_767_222_000_000, until_ms]
    while len(chosen) < 50:
        chosen.append(chance.randrange(START_MS - 30 * DAY_MS, until_ms))
    return sorted(chosen)


def answers(server, until_ms):
    """The KPIs and gates of fifty instants, as far as they are numbers and states."""
    told = []
    for time_ms in instants(until_ms):
        kpis = server.get(f"/api/v1/kpis?as_of={iso(time_ms)}")
        gates = server.get(f"/api/v1/gates?as_of={iso(time_ms)}")["gates"]
        told.append({
            "as_of": iso(time_ms), "current_phase": kpis["current_phase"],
            "kpis": [{
                "id": kpi["id"], "status": kpi["status"], "attainment": kpi["attainment"], "since": kpi["since"],
                "value": {name: kpi["value"][name] for name in ("number", "unit", "observed", "origin", "observations", "computed")} if kpi["value"] else None,
                "targets": [target["status"] for target in kpi["targets"]],
                "pace": kpi["pace"],
            } for kpi in kpis["kpis"]],
            "gates": [{name: gate[name] for name in ("phase", "outcome", "counted", "met", "needed", "no_data", "stale", "waived")}
                      | {"blockers": [[blocker["id"], blocker["status"], blocker["attainment"]] for blocker in gate["blockers"]], "signed_off": (gate["signed_off"] or {}).get("person")}
                      for gate in gates],
        })
    return told


def main(program, folder):
    read_derived()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        library, data, site = work / "clock.so", work / "data", work / "site"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "clock.c", "-ldl"], check=True)
        site.mkdir()
        (site / "hash.txt").write_text("js: 1\nwasm: 1\ncss: 1\n")
        # The site that the tests use: a server records how long its build took.
        (site / "build.json").write_text('{"started_ms": 1767225600000, "duration_ms": 61000, "complete": true, "javascript_and_wasm_bytes": 123456}')
        sender = counters = None
        from_ms = START_MS - 20 * DAY_MS
        for number in range(SESSIONS):
            until_ms = START_MS + number * BETWEEN_MS
            # A little later than what is sent, so that nothing is of the future.
            # The last ones have somewhere to tell alerts, where nobody listens: messages wait.
            told = ["--webhook", "http://127.0.0.1:9/"] if number >= SESSIONS - 10 else []
            server = Server(program, library, data, site, until_ms + 120_000, *told)
            if sender is None:
                sender = Sender(server.get("/api/v1/kpis")["kpis"])
                counters = Counters(sender.chance)
            session(server, sender, counters, number, from_ms, until_ms)
            server.stop(signal.SIGKILL if number == SESSIONS - 1 else signal.SIGTERM)
            from_ms = until_ms
            print(f"session {number} of {iso(until_ms)}", file=sys.stderr)
        # Brings SQLite's log into the file, and takes out what nothing uses.
        file = data / "inferno-kpi.sqlite"
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        counts = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                  for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").fetchall()}
        connection.close()
        print(json.dumps(counts), file=sys.stderr)
        with open(file, "rb") as source, gzip.GzipFile(folder / "store.sqlite.gz", "wb", 9, mtime=0) as packed:
            shutil.copyfileobj(source, packed)
        server = Server(program, library, data, site, until_ms + DAY_MS)
        told = answers(server, until_ms)
        server.stop()
        server = Server(program, library, data, site, until_ms + 2 * DAY_MS)
        assert answers(server, until_ms) == told, "a second start says otherwise"
        server.stop()
        with gzip.GzipFile(folder / "answers.json.gz", "wb", 9, mtime=0) as packed:
            packed.write(json.dumps(told, separators=(",", ":")).encode())
        statuses = {}
        for answer in told:
            for kpi in answer["kpis"]:
                statuses[kpi["status"]] = statuses.get(kpi["status"], 0) + 1
        print(statuses, [gate["outcome"] for gate in told[-1]["gates"]], file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
