//! Stands between a server and its database, and breaks connections.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What connections have in common.
#[derive(Default)]
struct Shared {
    open: Mutex<Vec<TcpStream>>,
    is_cut: AtomicBool,
    /// Nothing is handed on while this is so.
    is_stalled: AtomicBool,
    /// After how many more messages to the database everything is cut; negative for never.
    countdown: AtomicI64,
}

/// Takes connections on a port of its own and hands everything on.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared { countdown: AtomicI64::new(-1), ..Shared::default() });
        let of_thread = Arc::clone(&shared);
        // Ends with the test's process.
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(database)) = (client, TcpStream::connect(("127.0.0.1", port))) else { continue };
                let copies = [client.try_clone().unwrap(), database.try_clone().unwrap()];
                of_thread.open.lock().unwrap().extend(copies);
                if of_thread.is_cut.load(Ordering::SeqCst) {
                    of_thread.shut();
                    continue;
                }
                let (to_client, from_database) = (client.try_clone().unwrap(), database.try_clone().unwrap());
                let (asked, answered) = (Arc::clone(&of_thread), Arc::clone(&of_thread));
                thread::spawn(move || hand_on(client, database, &asked, true));
                thread::spawn(move || hand_on(from_database, to_client, &answered, false));
            }
        });
        Self { port: own, shared }
    }

    /// Breaks every connection after so many more messages to the database, and then lets none through.
    pub fn cut_after(&self, messages: i64) {
        self.shared.countdown.store(messages, Ordering::SeqCst);
    }

    pub fn is_cut(&self) -> bool {
        self.shared.is_cut.load(Ordering::SeqCst)
    }

    /// Keeps connections open and hands nothing on, as a database does that hangs.
    pub fn stall(&self) {
        self.shared.is_stalled.store(true, Ordering::SeqCst);
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.shared.countdown.store(-1, Ordering::SeqCst);
        self.shared.is_cut.store(false, Ordering::SeqCst);
        self.shared.is_stalled.store(false, Ordering::SeqCst);
    }
}

impl Shared {
    fn shut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// One message more was handed on; maybe the last one.
    fn count(&self) {
        if self.countdown.load(Ordering::SeqCst) >= 0 && self.countdown.fetch_sub(1, Ordering::SeqCst) == 0 {
            self.is_cut.store(true, Ordering::SeqCst);
            self.shut();
        }
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream, shared: &Shared, is_counted: bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        while shared.is_stalled.load(Ordering::SeqCst) {
            thread::park_timeout(Duration::from_millis(10));
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
        if is_counted {
            shared.count();
        }
    }
    // The other side learns of it, where it has not yet.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
