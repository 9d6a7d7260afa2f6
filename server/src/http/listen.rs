//! Accepts connections, each within limits of number, time and pace, and ends them when the server stops.
//!
//! Beyond the ordinary limits a reserve of connections is still accepted. Each of those gets one answer: health, an
//! administrator, or that the server is busy. Where a place is needed, connections that have asked nothing make room.

mod activity;
mod admission;
mod body;
mod connection;
mod entry;
mod files;
mod io;
mod limits;
mod tls;

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

pub use self::admission::{Admission, Full, Handle, Permit, Reserved, Taken};
pub use self::body::Held;
pub use self::files::raise_file_limit;
pub use self::limits::{Limits, Timeouts, WantedLimits};
pub use self::tls::{Certificates, watch_certificates};

/// How long nothing is accepted after the system refused to.
const AFTER_FAILURE: Duration = Duration::from_millis(50);
/// How often such failures are logged.
const LOGGED_EVERY: Duration = Duration::from_mins(1);
/// How long a new connection waits for a place: those who came just before it get their chance to ask something.
const FOR_A_PLACE: Duration = Duration::from_millis(5);
const TRIES_FOR_A_PLACE: u32 = 4;
/// How long connections that are broken off may take to end.
const BROKEN_OFF: Duration = Duration::from_secs(1);

/// A server that is ready to accept.
pub struct Listening {
    /// Where connections come from.
    pub listener: TcpListener,
    /// What connections are encrypted with; `None` where they are not.
    pub acceptor: Option<TlsAcceptor>,
    /// Who gets in.
    pub admission: Arc<Admission>,
    /// How long everything may take.
    pub timeouts: Timeouts,
}

/// The connections that are open after the server has stopped to accept.
pub struct Open {
    tasks: JoinSet<()>,
    admission: Arc<Admission>,
}

impl Listening {
    /// Accepts until `stop` is there. The address is free again then.
    pub async fn accept(self, router: Router, stop: impl Future<Output = ()>) -> Open {
        let Self { listener, acceptor, admission, timeouts } = self;
        let in_reserve = Arc::new(timeouts.in_reserve());
        let timeouts = Arc::new(timeouts);
        let mut tasks = JoinSet::new();
        let mut logged: Option<Instant> = None;
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                Some(ended) = tasks.join_next() => {
                    tell_panic(ended);
                    continue;
                }
                accepted = listener.accept() => accepted,
            };
            let (socket, peer) = match accepted {
                Ok(accepted) => accepted,
                // Whoever came has left again; that says nothing of the system.
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {
                    continue;
                }
                Err(error) => {
                    fail(&error, &mut logged);
                    // Who waits for nothing gives its file to who comes.
                    admission.make_room();
                    sleep(AFTER_FAILURE).await;
                    continue;
                }
            };
            let Some(seat) = seat(&admission, peer.ip(), (&timeouts, &in_reserve)).await else { continue };
            prepare(&socket);
            let service = connection::Service { router: router.clone(), peer, is_encrypted: acceptor.is_some() };
            match acceptor.clone() {
                None => tasks.spawn(connection::serve(socket, seat, service)),
                Some(acceptor) => tasks.spawn(connection::serve_encrypted(socket, acceptor, seat, service)),
            };
        }
        Open { tasks, admission }
    }
}

async fn seat(
    admission: &Arc<Admission>,
    peer: std::net::IpAddr,
    timeouts: (&Arc<Timeouts>, &Arc<Timeouts>),
) -> Option<admission::Seat> {
    for _ in 0..TRIES_FOR_A_PLACE {
        if let Some(seat) = admission.admit(peer, timeouts) {
            return Some(seat);
        }
        sleep(FOR_A_PLACE).await;
    }
    tracing::debug!(%peer, "no place, not even in the reserve");
    None
}

fn prepare(socket: &TcpStream) {
    // Small answers go out at once; where the system can't, they only come later.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "an answer may wait for more");
    }
}

fn fail(error: &std::io::Error, logged: &mut Option<Instant>) {
    if logged.is_none_or(|logged| logged.elapsed() >= LOGGED_EVERY) {
        *logged = Some(Instant::now());
        tracing::error!(%error, "no connection could be accepted; tried again at once");
    }
}

fn tell_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection's handling panicked");
    }
}

impl Open {
    /// Lets requests that are under way end, for at most `patience` or until `hurry` is there; whatever is left then is broken
    /// off. Connections that ask nothing end at once.
    pub async fn drain(mut self, patience: Duration, hurry: impl Future<Output = ()>) {
        self.admission.drain();
        let end = sleep_until(Instant::now() + patience);
        let (mut end, mut hurry) = (std::pin::pin!(end), std::pin::pin!(hurry));
        loop {
            tokio::select! {
                ended = self.tasks.join_next() => match ended {
                    None => return,
                    Some(ended) => tell_panic(ended),
                },
                () = &mut end => break,
                () = &mut hurry => break,
            }
        }
        tracing::warn!(connections = self.tasks.len(), "broken off: requests that were still under way");
        self.tasks.abort_all();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(BROKEN_OFF, all).await.is_err() {
            tracing::warn!("some requests still compute; what they would record is refused");
        }
    }
}
