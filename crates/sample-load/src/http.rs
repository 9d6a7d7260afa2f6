//! Just enough of HTTP/1.1 over one connection that stays open: the client must not be what is measured.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::Result;

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_mins(2);

pub struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body of an answer that is as it should be.
    pub fn good(self) -> Result<Vec<u8>> {
        if (200..300).contains(&self.status) {
            return Ok(self.body);
        }
        Err(format!("status {}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }
}

impl Connection {
    pub fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream), host: host.to_owned() })
    }

    pub fn get(&mut self, path: &str) -> Result<Vec<u8>> {
        self.send("GET", path, &[])?.good()
    }

    pub fn post(&mut self, path: &str, body: &[u8]) -> Result<Answer> {
        self.send("POST", path, body)
    }

    fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Result<Answer> {
        let (host, length) = (&self.host, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\r\n"
        );
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        self.answer()
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err("the server closed the connection".into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }

    fn answer(&mut self) -> Result<Answer> {
        let first = self.line()?;
        let status: u16 = first.split(' ').nth(1).unwrap_or_default().parse()?;
        let (mut length, mut is_chunked) = (0_usize, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse()?,
                Some(("transfer-encoding", value)) => is_chunked = value.trim() == "chunked",
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        if !is_chunked {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
            return Ok(Answer { status, body });
        }
        loop {
            let length = usize::from_str_radix(&self.line()?, 16)?;
            let before = body.len();
            body.resize(before + length, 0);
            self.stream.read_exact(&mut body[before..])?;
            self.line()?;
            if length == 0 {
                return Ok(Answer { status, body });
            }
        }
    }
}

/// A text as part of a query.
pub fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn answers_of_both_kinds_are_read_from_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let chunked =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\nB\r\n more bytes\r\n0\r\n\r\n";
            let whole = "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nno!HTTP/1.1 204 No Content\r\n\r\n";
            stream.write_all(format!("{chunked}{whole}").as_bytes()).unwrap();
            let mut asked = Vec::new();
            stream.read_to_end(&mut asked).unwrap();
            String::from_utf8(asked).unwrap()
        });
        let mut connection = Connection::open(&host).unwrap();
        assert_eq!(connection.get("/one").unwrap(), b"some more bytes");
        let refused = connection.post("/two", b"body").unwrap();
        assert_eq!((refused.status, refused.body.as_slice()), (400, b"no!".as_slice()));
        assert_eq!(connection.post("/three", &[]).unwrap().status, 204);
        drop(connection);
        let asked = server.join().unwrap();
        assert!(
            asked.contains("POST /two HTTP/1.1\r\n") && asked.contains("Content-Length: 4\r\n\r\nbodyPOST"),
            "{asked}"
        );
        assert_eq!(escaped("a b=1,c"), "a%20b%3D1%2Cc");
    }
}
