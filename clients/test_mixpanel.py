"""Mixpanel's own clients for Python and Node."""

import json
import time

import mixpanel
import pytest

NOW = 1_767_225_600


def consumer(kind, url, **more):
    return kind(events_url=f"{url}/track", people_url=f"{url}/engage", import_url=f"{url}/import", **more)


@pytest.mark.parametrize("kind", [mixpanel.Consumer, mixpanel.BufferedConsumer])
def test_python_tracks_sets_people_and_imports(server, recorder, stands_still, kind):
    sender = consumer(kind, recorder.url)
    client = mixpanel.Mixpanel("project-token", consumer=sender)
    for number in range(5):
        client.track(f"user-{number}", "Signed Up", {"plan": "pro", "seats": number})
    client.people_set("user-1", {"$name": "Ann"})
    client.import_data("api-key", "user-1", "Logged In", NOW, {"plan": "free"}, api_secret="api-secret")
    if kind is mixpanel.BufferedConsumer:
        sender.flush()
    assert recorder.statuses() == {200}
    assert recorder.paths() == {"/track", "/engage", "/import"}
    for sent in recorder.exchanges:
        assert json.loads(sent.reply)["status"] == 1, sent.reply
    assert server.counts() == {"Signed Up": 5, "Logged In": 1}
    labels = server.labels("Signed Up")
    assert labels["user"] == [f"user-{number}" for number in range(5)]
    assert labels["plan"] == ["pro"]
    assert labels["seats"] == ["0", "1", "2", "3", "4"]
    assert server.series()["Logged In"]["first"].startswith("2026-01-01T00:00:00")
    stands_still()


def test_python_raises_where_nothing_is_kept(server):
    client = mixpanel.Mixpanel("project-token", consumer=consumer(mixpanel.Consumer, server.url, retry_limit=0))
    with pytest.raises(mixpanel.MixpanelException):
        client.track("user", "Happened", {"time": int(time.time()) + 86_400})
    assert server.counts() == {}


def test_node_tracks_by_address_and_imports(server, recorder, stands_still, node):
    errors = node("mixpanel.mjs", str(recorder.port))
    assert errors == []
    tracked = [sent for sent in recorder.exchanges if sent.method == "GET"]
    assert tracked and {sent.reply for sent in tracked} == {b"1"}
    assert recorder.statuses() == {200}
    assert server.counts() == {"Signed Up": 3, "Logged In": 2}
    assert server.labels("Signed Up")["user"] == ["u0", "u1", "u2"]
    stands_still()
