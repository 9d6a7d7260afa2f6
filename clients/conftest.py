"""What every test of a client gets: a server of its own, and a recorder in front of it."""

import json
import os
import pathlib
import subprocess

import pytest

from recorder import Recorder
from running import Server

HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def recorder(server):
    with Recorder(server) as between:
        yield between


@pytest.fixture
def node():
    """Runs a script of the folder `node` and returns the JSON that it printed."""

    def run(script, *arguments, stdin=b""):
        done = subprocess.run(
            ["node", HERE / "node" / script, *arguments], input=stdin, capture_output=True, timeout=60, cwd=HERE,
            env={"PATH": os.environ["PATH"], "NODE_NO_WARNINGS": "1"},
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture
def stands_still(server, recorder):
    """Sends everything that was recorded once more and fails where any series then holds more or other samples."""

    def check():
        before = server.series()
        assert before, "nothing was held"
        answers = recorder.again()
        assert {status for status, _, _ in answers} == recorder.statuses()
        assert server.series() == before, "the same again added something"

    return check
