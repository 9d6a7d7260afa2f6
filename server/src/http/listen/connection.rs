//! One connection from its first byte to its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::connect_info::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

use super::admission::Seat;
use super::body::{Answer, Asked, Held};
use super::entry::Entry;
use super::io::Watched;
use crate::http::address::OverTls;

/// The largest header; also what is held of a body or an answer between network and program.
const BUFFER_BYTES: usize = 64 * 1024;
/// How often it is looked at a connection that has no deadline.
const SELDOM: Duration = Duration::from_hours(1);

/// What answers a connection's requests.
pub(super) struct Service {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
    pub(super) is_encrypted: bool,
}

/// Serves an encrypted connection.
pub(super) async fn serve_encrypted(socket: TcpStream, acceptor: TlsAcceptor, seat: Seat, service: Service) {
    match supervise(&seat.entry, Box::pin(acceptor.accept(socket)), |_| {}).await {
        Some(Ok(socket)) => {
            seat.entry.note(super::activity::Activity::encrypted);
            serve(socket, seat, service).await;
        }
        Some(Err(error)) => tracing::debug!(peer = %service.peer, %error, "no TLS"),
        None => tracing::debug!(peer = %service.peer, "the handshake took too long"),
    }
}

/// Serves a connection until either side has enough.
pub(super) async fn serve<Io>(io: Io, seat: Seat, service: Service)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let peer = service.peer;
    let io = TokioIo::new(Watched::new(io, Arc::clone(&seat.entry)));
    let mut builder = http1::Builder::new();
    // The seat's own clock sees to all times. In the reserve each connection asks once.
    builder.header_read_timeout(None).max_buf_size(BUFFER_BYTES).keep_alive(seat.reserved.is_none());
    let answering = service_fn(|request| answer(&seat, &service, request));
    // In a box of its own it is held once, and not once more by each future that it is given to.
    let connection = Box::pin(builder.serve_connection(io, answering));
    match supervise(&seat.entry, connection, |connection| connection.as_mut().graceful_shutdown()).await {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%peer, %error, "a connection ended badly"),
        None => tracing::debug!(%peer, "a connection was ended"),
    }
}

fn answer(
    seat: &Seat,
    service: &Service,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Answer>, Infallible>> + use<> {
    let entry = Arc::clone(&seat.entry);
    entry.note(|activity, now| activity.asked(now, !request.body().is_end_stream()));
    let mut request = request.map(|body| Body::new(Asked::new(body, Arc::clone(&entry))));
    let extensions = request.extensions_mut();
    extensions.insert(ConnectInfo(service.peer));
    extensions.insert(seat.handle());
    if service.is_encrypted {
        extensions.insert(OverTls);
    }
    if let Some(reserved) = seat.reserved {
        extensions.insert(reserved);
    }
    let answering = service.router.clone().call(request);
    async move {
        let mut response = answering.await?;
        let held = response.extensions_mut().remove::<Held>();
        Ok(response.map(|body| Answer::new(body, entry, held)))
    }
}

/// Drives `work` until it is done, or until the connection has to end: then there is nothing to give. `end` tells it once
/// to end after what is under way.
async fn supervise<Work: Future>(
    entry: &Entry,
    mut work: Pin<Box<Work>>,
    mut end: impl FnMut(&mut Pin<Box<Work>>),
) -> Option<Work::Output> {
    let mut timer = pin!(sleep_until(entry.deadline().unwrap_or_else(|| Instant::now() + SELDOM)));
    let mut is_told = false;
    poll_fn(move |context| {
        entry.listen(context.waker());
        if !is_told && entry.is_told_to_end() {
            is_told = true;
            end(&mut work);
        }
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        loop {
            if entry.is_over() {
                return Poll::Ready(None);
            }
            // A deadline that has moved away is looked at when the timer is up; a nearer one moves it.
            if let Some(deadline) = entry.deadline().filter(|deadline| *deadline < timer.deadline()) {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            timer.as_mut().reset(entry.deadline().unwrap_or_else(|| Instant::now() + SELDOM));
        }
    })
    .await
}
