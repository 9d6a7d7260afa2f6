"""InfluxDB's own clients for Python, of version 1 and of version 2."""

import datetime

import influxdb
import influxdb.exceptions
import influxdb_client
import pytest
from influxdb_client.client.write_api import SYNCHRONOUS, WriteOptions

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def points(count):
    """Points of two fields and a text, a second apart, from two hosts."""
    return [
        {
            "measurement": "cpu",
            "tags": {"host": f"h{number % 2}", "region": "eu west,1=a"},
            "time": (START + datetime.timedelta(seconds=number)).isoformat(),
            "fields": {"idle": number / 4, "busy": number, "is_up": True, "note": "text, \"kept\" out"},
        }
        for number in range(count)
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_version_1_pings_and_writes(server, recorder, stands_still, packed):
    client = influxdb.InfluxDBClient(host="127.0.0.1", port=recorder.port, database="ci", gzip=packed)
    assert client.ping().startswith("1.")
    assert client.write_points(points(1_000), time_precision="ms", batch_size=300) is True
    lines = ["pipeline-build-time value=7 1767225600", "pipeline-build-time value=9 1767225700"]
    assert client.write_points(lines, protocol="line", time_precision="s") is True
    writes = [sent for sent in recorder.exchanges if sent.path.startswith("/write")]
    assert {sent.status for sent in writes} == {204}
    assert len(writes) == 5
    if packed:
        assert writes[0].headers["content-encoding"] == "gzip"
    held = server.series()
    assert {name: row["count"] for name, row in held.items()} == {
        "cpu.idle": 1_000, "cpu.busy": 1_000, "cpu.is_up": 1_000, "pipeline-build-time": 2
    }
    assert held["cpu.idle"]["latest_value"] == 999 / 4
    assert server.labels("cpu.busy") == {"host": ["h0", "h1"], "region": ["eu west,1=a"]}
    stands_still()


def test_version_1_raises_with_the_servers_reason_and_the_good_line_is_kept(server):
    client = influxdb.InfluxDBClient(host="127.0.0.1", port=server.port, database="ci")
    with pytest.raises(influxdb.exceptions.InfluxDBClientError) as told:
        client.write_points(["good value=1 1767225600000000000", "bad value= 1767225600000000000"], protocol="line")
    assert told.value.code == 400
    assert "unable to parse" in str(told.value) or "partial write" in str(told.value)
    assert server.counts() == {"good": 1}


def test_version_2_writes_at_once_and_in_batches(server, recorder, stands_still):
    records = [influxdb_client.Point.from_dict(point) for point in points(2_000)]
    with influxdb_client.InfluxDBClient(url=recorder.url, token="any", org="o", enable_gzip=True) as client:
        with client.write_api(write_options=SYNCHRONOUS) as api:
            api.write(bucket="ci", record=records[:500])
        with client.write_api(write_options=WriteOptions(batch_size=400, flush_interval=1_000)) as api:
            for record in records[500:]:
                api.write(bucket="ci", record=record)
    writes = [sent for sent in recorder.exchanges if sent.path.startswith("/api/v2/write")]
    assert {sent.status for sent in writes} == {204}
    assert len(writes) >= 5
    assert {sent.headers["content-encoding"] for sent in writes} == {"gzip"}
    held = server.series()
    assert {name: row["count"] for name, row in held.items()} == {
        "cpu.idle": 2_000, "cpu.busy": 2_000, "cpu.is_up": 2_000
    }
    assert held["cpu.busy"]["latest_value"] == 1_999
    stands_still()


def test_version_2_raises_with_the_servers_reason(server):
    with influxdb_client.InfluxDBClient(url=server.url, token="any", org="o") as client:
        with pytest.raises(influxdb_client.rest.ApiException) as told:
            client.write_api(write_options=SYNCHRONOUS).write(bucket="ci", record="bad value=")
    assert told.value.status == 400
    assert server.counts() == {}
