//! The bodies of requests and answers, with an eye on whether they move.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};

use super::activity::Activity;
use super::entry::Entry;

/// Something that is held until the answer that carries it as an extension is complete, such as a place.
#[derive(Clone)]
pub struct Held(#[expect(dead_code, reason = "what it holds ends when it is dropped")] pub Arc<dyn Any + Send + Sync>);

/// The body of a request.
pub(super) struct Asked {
    body: Incoming,
    entry: Arc<Entry>,
}

impl Asked {
    pub(super) fn new(body: Incoming, entry: Arc<Entry>) -> Self {
        Self { body, entry }
    }
}

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let outcome = Pin::new(&mut self.body).poll_frame(context);
        let is_end = self.body.is_end_stream();
        self.entry.note(|activity, now| {
            match &outcome {
                Poll::Pending => activity.body_waits(now),
                Poll::Ready(Some(Ok(frame))) => activity.body_moves(now, frame.data_ref().map_or(0, Bytes::len)),
                Poll::Ready(Some(Err(_))) => activity.body_dropped(),
                Poll::Ready(None) => activity.body_moves(now, 0),
            }
            if is_end || matches!(outcome, Poll::Ready(None)) {
                activity.body_ended();
            }
        });
        outcome
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.entry.note(|activity, _| activity.body_dropped());
    }
}

/// The body of an answer.
pub(super) struct Answer {
    body: Body,
    entry: Arc<Entry>,
    _held: Option<Held>,
}

impl Answer {
    pub(super) fn new(body: Body, entry: Arc<Entry>, held: Option<Held>) -> Self {
        Self { body, entry, _held: held }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.entry.note(Activity::answered);
    }
}
