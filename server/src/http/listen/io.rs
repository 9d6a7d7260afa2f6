//! The bytes of a connection, with an eye on whether they move.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::entry::Entry;

/// How much is thrown away at once.
const DISCARDED_BYTES: usize = 4_096;

/// A connection's bytes; what happens is noted in its entry.
pub struct Watched<Io> {
    io: Io,
    entry: Arc<Entry>,
    is_shut: bool,
}

impl<Io> Watched<Io> {
    pub(super) fn new(io: Io, entry: Arc<Entry>) -> Self {
        Self { io, entry, is_shut: false }
    }

    fn sent(&self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.entry.note(|activity, now| match &outcome {
            Poll::Pending => activity.answer_waits(now),
            Poll::Ready(Ok(bytes)) => activity.answer_moves(now, *bytes),
            Poll::Ready(Err(_)) => {}
        });
        outcome
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Watched<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.io).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.entry.note(super::activity::Activity::received);
        }
        outcome
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<Io> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.io).poll_write(context, bytes);
        self.sent(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.io).poll_write_vectored(context, parts);
        self.sent(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.io).poll_flush(context);
        self.sent(outcome.map_ok(|()| 0)).map_ok(|_| ())
    }

    /// Says that no more is sent, and reads on for a moment where the client may still send: closed at once, the system
    /// would take back the answer that the client has not read yet.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut {
            let outcome = Pin::new(&mut self.io).poll_shutdown(context);
            let outcome = self.sent(outcome.map_ok(|()| 0));
            let Poll::Ready(Ok(_)) = outcome else { return outcome.map_ok(|_| ()) };
            self.is_shut = true;
        }
        if !self.entry.note(super::activity::Activity::lingers) {
            return Poll::Ready(Ok(()));
        }
        let mut discarded = [0; DISCARDED_BYTES];
        loop {
            let mut buffer = ReadBuf::new(&mut discarded);
            match Pin::new(&mut self.io).poll_read(context, &mut buffer) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
            }
        }
    }
}
