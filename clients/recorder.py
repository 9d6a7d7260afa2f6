"""Stands between a client and the server and passes every request on unchanged, so that it can be sent once more."""

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from running import send

# What belongs to one connection and not to the request.
HOP = {"host", "connection", "content-length", "transfer-encoding", "keep-alive", "expect"}


@dataclass
class Exchange:
    """A request as the client made it, and what the server answered."""

    method: str
    path: str
    headers: dict
    body: bytes
    status: int
    reply_headers: dict
    reply: bytes


class Recorder:
    """A proxy in front of `server`, at `url`."""

    def __init__(self, server):
        self.server = server
        self.exchanges = []
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def take(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if "chunked" in (self.headers.get("transfer-encoding") or ""):
                    body = self.chunks()
                headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in HOP}
                status, reply_headers, reply = send(server.host, server.port, self.command, self.path, body, headers)
                recorder.exchanges.append(
                    Exchange(self.command, self.path, headers, body, status, reply_headers, reply)
                )
                self.send_response_only(status)
                for name, value in reply_headers.items():
                    if name not in HOP:
                        self.send_header(name, value)
                if status != 204:
                    self.send_header("content-length", str(len(reply)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply)

            def chunks(self):
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            do_GET = do_POST = do_HEAD = do_PUT = take

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    def statuses(self):
        """What the server answered, each status once."""
        return {exchange.status for exchange in self.exchanges}

    def paths(self):
        """Where the client wrote to, without parameters, each path once."""
        return {exchange.path.split("?")[0] for exchange in self.exchanges}

    def again(self):
        """Sends every request once more, byte for byte; returns the answers."""
        return [
            send(self.server.host, self.server.port, sent.method, sent.path, sent.body, sent.headers)
            for sent in list(self.exchanges)
        ]
