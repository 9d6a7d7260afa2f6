//! Connections: half headers, hanging bodies and many of them lock nobody out, and the server stops in time.

mod encrypted;
mod limits;
mod load;
mod pace;
mod proxies;
mod stopping;
mod streams;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::running::{Answer, Running, agent};

/// How long a test waits for bytes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client that says what it likes, byte by byte.
pub struct Raw {
    socket: TcpStream,
    authority: String,
}

impl Raw {
    pub fn open(server: &Running) -> Self {
        Self::open_from(server, "127.0.0.1")
    }

    /// Connects from one of the machine's own addresses.
    pub fn open_from(server: &Running, source: &str) -> Self {
        let authority = server.address.split_once("://").unwrap().1.to_owned();
        let to: SocketAddr = authority.parse().unwrap();
        let from = SocketAddr::new(source.parse::<IpAddr>().unwrap(), 0);
        let connect = async {
            let socket = tokio::net::TcpSocket::new_v4()?;
            // Little is held on the way, so that who reads nothing is noticed soon.
            socket.set_recv_buffer_size(16 * 1024)?;
            socket.bind(from)?;
            socket.connect(to).await?.into_std()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let socket = runtime.block_on(connect).unwrap();
        socket.set_nonblocking(false).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { socket, authority }
    }

    pub fn send(&mut self, bytes: &str) {
        self.socket.write_all(bytes.as_bytes()).unwrap();
    }

    /// Sends a header whose lines after `Host` are `headers`.
    pub fn ask(&mut self, line: &str, headers: &str) {
        let head = format!("{line} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.authority);
        self.send(&head);
    }

    /// Sends a header that lacks its end.
    pub fn half_header(&mut self) {
        let head = format!("GET /api/v1/kpis HTTP/1.1\r\nHost: {}\r\nX-Slow: ", self.authority);
        self.send(&head);
    }

    /// Begins a request that sends observations, as far as the server waits for the body of `length` bytes.
    pub fn hang(&mut self, length: usize) {
        let headers = format!("Content-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n");
        self.ask("POST /api/v1/observations", &headers);
        let head = self.head();
        assert!(head.starts_with("HTTP/1.1 100 "), "{head}");
    }

    /// Reads up to the end of a header.
    pub fn head(&mut self) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            assert_eq!(self.socket.read(&mut byte).unwrap(), 1, "ended after {}", String::from_utf8_lossy(&head));
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    /// Reads an answer; gives its status, its header and its body of a known length.
    pub fn answer(&mut self) -> (u16, String, String) {
        let head = self.head().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map(str::parse::<usize>);
        let mut body = vec![0; length.unwrap_or(Ok(0)).unwrap()];
        self.socket.read_exact(&mut body).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, String::from_utf8_lossy(&body).into_owned())
    }

    /// Reads until some text has come.
    pub fn until(&mut self, wanted: &str) -> String {
        let mut text = Vec::new();
        let mut part = [0; 1024];
        while !String::from_utf8_lossy(&text).contains(wanted) {
            let bytes = self.socket.read(&mut part).unwrap();
            assert!(bytes > 0, "ended before {wanted}: {}", String::from_utf8_lossy(&text));
            text.extend_from_slice(&part[..bytes]);
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Reads until the server has ended the connection, and fails where it does not.
    pub fn rest(&mut self) -> String {
        let mut text = Vec::new();
        match self.socket.read_to_end(&mut text) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("the connection goes on: {error}"),
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Sends bytes one by one until the server has ended the connection; fails where it takes them all.
    pub fn drip(&mut self) {
        self.socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        for _ in 0..PATIENCE.as_millis() / 20 {
            let is_sent = self.socket.write_all(b"x").is_ok();
            let mut part = [0; 1024];
            match self.socket.read(&mut part) {
                Err(error) if is_sent && matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Ok(bytes) if bytes > 0 => {}
                _ => return,
            }
        }
        panic!("the server takes byte after byte");
    }
}

/// A request of its own with headers, from one of the machine's own addresses.
pub fn get_from(server: &Running, source: &str, path: &str, headers: &str) -> (u16, String, String) {
    let mut raw = Raw::open_from(server, source);
    raw.ask(&format!("GET {path}"), &format!("Connection: close\r\n{headers}"));
    raw.answer()
}

/// A request with headers.
pub fn get(server: &Running, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = agent().get(server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.call().unwrap())
}

/// The value of a metric.
pub fn metric(server: &Running, name: &str) -> u64 {
    let (_, text) = server.get("/metrics");
    let value = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}: {text}"));
    value.trim().trim_end_matches(".0").parse().unwrap()
}
