"""The StatsD client for Python."""

import socket

import statsd

from running import Server, eventually



def test_counters_gauges_and_timings_arrive():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Server("--statsd", f"127.0.0.1:{port}") as server:
        client = statsd.StatsClient("127.0.0.1", port, prefix="shop")
        for _ in range(10):
            client.incr("orders", 2)
        client.gauge("queue", 7)
        client.gauge("queue", -3, delta=True)
        for milliseconds in (10, 20, 30):
            client.timing("checkout", milliseconds)
        with client.pipeline() as pipe:
            pipe.incr("orders")
            pipe.gauge("load", 0.5)
        # A counter is told once for each interval: the sums of all intervals are what was sent.
        eventually("the counter", lambda: "shop.orders" in server.counts())
        held = server.series("shop.")
        assert held["shop.queue"]["latest_value"] == 4
        assert held["shop.load"]["latest_value"] == 0.5
        assert any(name.startswith("shop.checkout") for name in held)
        # What can't be read must not end the socket.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
            raw.sendto(b"\xff\xfe:::|", ("127.0.0.1", port))
            raw.sendto(b"x" * 60_000, ("127.0.0.1", port))
        client.gauge("after", 1)
        eventually("the gauge after rubbish", lambda: "shop.after" in server.counts())
