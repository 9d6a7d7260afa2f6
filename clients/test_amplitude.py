"""Amplitude's own clients for Python and Node."""

import json

import amplitude
import pytest


@pytest.mark.parametrize("path", ["/2/httpapi", "/batch"])
def test_python_tracks(server, recorder, stands_still, path):
    told = []
    client = amplitude.Amplitude("api-key", amplitude.Config(
        server_url=f"{recorder.url}{path}", use_batch=path == "/batch", flush_queue_size=4,
        callback=lambda event, code, message=None: told.append(code),
    ))
    for number in range(10):
        client.track(amplitude.BaseEvent(
            event_type="Signed Up", user_id=f"user-{number}", event_properties={"plan": "pro", "seats": number},
            time=1_767_225_600_000 + number,
        ))
    for flushed in client.flush():
        flushed.result(timeout=20)
    client.shutdown()
    assert recorder.statuses() == {200}
    assert recorder.paths() == {path}
    assert sum(json.loads(sent.reply)["events_ingested"] for sent in recorder.exchanges) == 10
    assert told == [200] * 10
    assert server.counts() == {"Signed Up": 10}
    assert server.labels("Signed Up")["plan"] == ["pro"]
    assert server.series()["Signed Up"]["latest"].startswith("2026-01-01T00:00:00.009")
    stands_still()


def test_node_tracks(server, recorder, stands_still, node):
    codes = node("amplitude.mjs", f"{recorder.url}/2/httpapi")
    assert codes == [200, 200, 200]
    assert server.counts()["Signed Up"] == 3
    assert server.labels("Signed Up")["user"] == ["user-0", "user-1", "user-2"]
    stands_still()
