//! HTTP servers of a test's own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a server answers to a path with its query.
pub type Answer = dyn Fn(&Asked) -> Vec<u8> + Send + Sync;

/// What was asked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Lines of the head, in lower case.
    pub head: Vec<String>,
    pub body: String,
}

/// A server that answers with the very bytes that it is told to; nothing means that it stays silent.
pub struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (kept, answer): (_, Arc<Answer>) = (Arc::clone(&asked), Arc::new(answer));
        // Ends with the test's process.
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                thread::spawn(move || serve(connection, &kept, &*answer));
            }
        });
        Self { url, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// At the end of an answer: the connection stays open.
pub const HOLD: &[u8] = b"\0hold";

/// A whole answer.
pub fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn serve(connection: TcpStream, kept: &Mutex<Vec<Asked>>, answer: &Answer) {
    let mut reader = BufReader::new(connection);
    let (mut asked, mut length) = (Asked::default(), 0);
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let text = line.trim_end();
        if asked.method.is_empty() {
            let mut words = text.split(' ');
            words.next().unwrap_or_default().clone_into(&mut asked.method);
            words.next().unwrap_or_default().clone_into(&mut asked.target);
        } else {
            asked.head.push(text.to_owned());
            if let Some(value) = text.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        line.clear();
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    asked.body = String::from_utf8_lossy(&body).into_owned();
    let bytes = answer(&asked);
    kept.lock().unwrap().push(asked);
    if bytes.is_empty() {
        // Until the other side goes.
        let _ = reader.read(&mut [0]);
        return;
    }
    let held = bytes.strip_suffix(HOLD);
    // The other side may go in the middle of it.
    let _ = reader.get_mut().write_all(held.unwrap_or(&bytes));
    if held.is_some() {
        let _ = reader.read(&mut [0]);
    }
}
