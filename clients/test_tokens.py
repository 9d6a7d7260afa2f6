"""Tokens of a source, shown by each client in its own way; limits told in the words that it understands."""

import json
import time

import amplitude
import influxdb
import influxdb_client
import mixpanel
import pytest
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExportResult, PeriodicExportingMetricReader

from running import Server

OWN = "the server's own"


@pytest.fixture
def server():
    with Server(INFERNO_KPI_TOKEN=OWN) as running:
        yield running


@pytest.fixture
def make(server):
    """Makes a token of the source `team` and returns its secret."""

    def made(**limits):
        wanted = {"name": "team", "scopes": ["ingest"], "source": "team", "person": "Ada", **limits}
        status, _, body = server.post("/api/v1/tokens", json.dumps(wanted), content_type="application/json",
                                      authorization=f"Bearer {OWN}")
        assert status == 201, body
        return json.loads(body)["secret"]

    return made


def sources(server):
    """The sources that have delivered something."""
    _, _, body = server.send("GET", "/metrics", headers={"authorization": f"Bearer {OWN}"})
    lines = body.decode().splitlines()
    return {line.split('"')[1] for line in lines if line.startswith("inferno_kpi_source_payloads_total{")}


def influx_1(server, secret):
    client = influxdb.InfluxDBClient("127.0.0.1", server.port, "any", secret, "db", retries=1)
    client.write_points([{"measurement": "cpu", "fields": {"value": 1.0}}])


def influx_2(server, secret, value=1.0):
    with influxdb_client.InfluxDBClient(server.url, secret, org="any") as client:
        point = influxdb_client.Point("cpu").field("value", value)
        client.write_api(write_options=SYNCHRONOUS).write("bucket", "any", point)


def exported(server, secret):
    """Whether OpenTelemetry's exporter says that it succeeded."""
    exporter = OTLPMetricExporter(f"{server.url}/v1/metrics", headers={"Authorization": f"Bearer {secret}"}, timeout=5)
    results = []
    export = exporter.export
    exporter.export = lambda *given, **named: results.append(export(*given, **named)) or results[-1]
    provider = MeterProvider([PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)])
    provider.get_meter("tests").create_counter("requests").add(7)
    provider.force_flush()
    provider.shutdown()
    return results[0] is MetricExportResult.SUCCESS


def track(server, token):
    consumer = mixpanel.Consumer(f"{server.url}/track", f"{server.url}/engage", retry_limit=1)
    mixpanel.Mixpanel(token, consumer).track("ada", "Signed Up")


def amplified(server, key):
    """The codes that Amplitude's client was told."""
    told = []
    client = amplitude.Amplitude(key, amplitude.Config(
        server_url=f"{server.url}/2/httpapi", callback=lambda event, code, message=None: told.append(code),
    ))
    client.track(amplitude.BaseEvent(event_type="Signed Up", user_id="ada"))
    for flushed in client.flush():
        flushed.result(timeout=20)
    client.shutdown()
    return told


def test_each_client_shows_the_token_in_its_own_way_and_sends_as_its_source(server, make):
    secret = make()
    influx_1(server, secret)
    influx_2(server, secret)
    assert exported(server, secret)
    track(server, secret)
    assert amplified(server, secret) == [200]
    assert sources(server) == {"team"}
    counts = server.counts()
    # The exporter measures once more when it ends.
    assert counts.pop("requests") in (1, 2)
    assert counts == {"cpu": 2, "Signed Up": 2}


def test_each_client_understands_that_its_token_is_not_taken(server, caplog):
    with pytest.raises(influxdb.exceptions.InfluxDBClientError) as refused:
        influx_1(server, "wrong")
    assert refused.value.code == 401
    with pytest.raises(ApiException) as refused:
        influx_2(server, "wrong")
    assert refused.value.status == 401
    assert not exported(server, "wrong")
    with pytest.raises(mixpanel.MixpanelException, match="not known"):
        track(server, "wrong")
    assert amplified(server, "wrong") == []
    assert "Invalid API Key" in caplog.text
    assert server.counts() == {}


def test_each_client_understands_that_it_sends_too_often(server, make):
    secret = make(requests_per_minute=1)
    influx_2(server, secret)
    with pytest.raises(ApiException) as refused:
        influx_2(server, secret)
    assert refused.value.status == 429
    assert 1 <= int(refused.value.headers["retry-after"]) <= 60
    assert json.loads(refused.value.body)["code"] == "too many requests"
    with pytest.raises(influxdb.exceptions.InfluxDBClientError) as refused:
        influx_1(server, secret)
    assert refused.value.code == 429
    began = time.monotonic()
    assert not exported(server, secret)
    assert time.monotonic() - began < 30
    with pytest.raises(mixpanel.MixpanelException, match="requests of a minute"):
        track(server, secret)
    assert server.counts() == {"cpu": 1}


def test_a_body_beyond_the_tokens_limit_is_refused_and_a_smaller_one_taken(server, make):
    secret = make(body_bytes=1_024)
    with influxdb_client.InfluxDBClient(server.url, secret, org="any") as client:
        write = client.write_api(write_options=SYNCHRONOUS).write
        points = [influxdb_client.Point("cpu").tag("host", f"h{number}").field("value", 1.0) for number in range(100)]
        with pytest.raises(ApiException) as refused:
            write("bucket", "any", points)
        assert refused.value.status == 413
        assert "1024 bytes" in json.loads(refused.value.body)["message"]
        write("bucket", "any", points[:10])
    assert server.counts() == {"cpu": 10}
