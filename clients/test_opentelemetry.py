"""OpenTelemetry's own exporters: protobuf from Python, JSON from Node."""

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
import pytest


def measure(url, compression):
    """Counts, measures and shuts down without an export before: all of it comes in the last batches."""
    exporter = OTLPMetricExporter(endpoint=f"{url}/v1/metrics", compression=compression)
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    provider = MeterProvider([reader], resource=Resource.create({"service.name": "shop"}))
    meter = provider.get_meter("tests")
    requests = meter.create_counter("requests", unit="1")
    requests.add(3, {"route": "/a"})
    requests.add(4, {"route": "/a"})
    requests.add(5, {"route": "/b"})
    seconds = meter.create_histogram("latency", unit="s")
    for value in (0.25, 0.5, 0.75):
        seconds.record(value, {"route": "/a"})
    meter.create_gauge("pipeline-build-time", unit="min").set(7)
    provider.force_flush()
    provider.shutdown()


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip, Compression.Deflate])
def test_python_writes_protobuf_and_the_batches_of_its_shutdown_are_not_doubled(
    server, recorder, stands_still, compression
):
    measure(recorder.url, compression)
    assert recorder.statuses() == {200}
    assert recorder.paths() == {"/v1/metrics"}
    assert all(sent.headers["content-type"] == "application/x-protobuf" for sent in recorder.exchanges)
    # Each collection has a time of its own; one that is sent again has not.
    batches = len({sent.body for sent in recorder.exchanges})
    held = server.series()
    points = {"requests": 2, "latency.count": 1, "latency.sum": 1, "latency.min": 1, "latency.max": 1}
    assert {name: held[name]["count"] for name in points} == {name: count * batches for name, count in points.items()}
    assert held["latency.count"]["latest_value"] == 3
    assert held["latency.sum"]["latest_value"] == 1.5
    assert (held["latency.min"]["latest_value"], held["latency.max"]["latest_value"]) == (0.25, 0.75)
    labels = server.labels("requests")
    assert labels["route"] == ["/a", "/b"]
    assert labels["service.name"] == ["shop"]
    assert labels["temporality"] == ["cumulative"]
    stands_still()


def test_node_writes_json(server, recorder, stands_still, node):
    node("opentelemetry.mjs", f"{recorder.url}/v1/metrics")
    assert recorder.statuses() == {200}
    assert all(sent.headers["content-type"] == "application/json" for sent in recorder.exchanges)
    batches = len({sent.body for sent in recorder.exchanges})
    held = server.series()
    assert held["requests"]["count"] == 2 * batches
    assert held["latency.sum"]["latest_value"] == 1.5
    assert server.labels("requests")["route"] == ["/a", "/b"]
    stands_still()
