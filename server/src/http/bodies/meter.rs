//! What one request holds of the budget.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use futures::{StreamExt as _, stream};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::budget::{Budget, Exhausted, Share};
use super::strangers::{Slot, Strangers};
use super::{MOST_OF_STRANGERS, RETRY_AFTER_S};
use crate::http::MOST_BODY_BYTES;
use crate::http::address::Network;
use crate::http::api::body::MOST_DISCARDED_BYTES;

/// How long a stranger's body may take to arrive.
const PATIENCE_WITH_STRANGERS: Duration = Duration::from_secs(10);
/// What arrives beyond what any route keeps is passed over, and is not charged.
const MOST_CHARGED_AS_IT_ARRIVES: usize = MOST_BODY_BYTES + (64 << 10);
const KIB: usize = 1024;

/// What one request holds of the budget, until it is answered.
#[derive(Debug, Clone)]
pub struct Meter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    budget: Budget,
    strangers: Arc<Strangers>,
    network: Network,
    /// How much a stranger may send.
    most_of_stranger: usize,
    is_stranger: AtomicBool,
    is_exhausted: AtomicBool,
    held: Mutex<Held>,
    /// What still arrives of a body that is not taken.
    rest: std::sync::Mutex<Option<BodyDataStream>>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    share: Option<Share>,
    slot: Option<Slot>,
}

impl Meter {
    /// The meter of a request from `network`; whether its sender is still to be known, and how much of its body is read until then.
    pub fn new(budget: Budget, strangers: Arc<Strangers>, network: Network, stranger: Option<usize>) -> Self {
        Self(Arc::new(Inner {
            budget,
            strangers,
            network,
            most_of_stranger: stranger.unwrap_or(MOST_OF_STRANGERS),
            is_stranger: AtomicBool::new(stranger.is_some()),
            is_exhausted: AtomicBool::new(false),
            held: Mutex::default(),
            rest: std::sync::Mutex::default(),
        }))
    }

    /// Whether it is not known who sends.
    pub fn is_stranger(&self) -> bool {
        self.0.is_stranger.load(Ordering::Acquire)
    }

    /// Whether there was no room for the body.
    pub fn is_exhausted(&self) -> bool {
        self.0.is_exhausted.load(Ordering::Acquire)
    }

    /// It is known now who sends.
    pub fn is_known(&self) {
        self.0.is_stranger.store(false, Ordering::Release);
        // Where somebody else holds it right now, the next charge gives the stranger's share back.
        if let Ok(mut held) = self.0.held.try_lock() {
            held.is_known();
        }
    }

    /// Charges so many bytes more.
    ///
    /// # Errors
    /// [`Exhausted`] where there is no room for them soon.
    pub async fn charge(&self, bytes: usize) -> Result<(), Exhausted> {
        let charged = self.try_charge(bytes).await;
        if charged.is_err() {
            self.0.is_exhausted.store(true, Ordering::Release);
        }
        charged
    }

    async fn try_charge(&self, bytes: usize) -> Result<(), Exhausted> {
        let is_stranger = self.is_stranger();
        let mut held = self.0.held.lock().await;
        if !is_stranger {
            held.is_known();
        } else if held.slot.is_none() {
            held.slot = Some(self.0.strangers.enter(self.0.network).await?);
        }
        held.bytes = held.bytes.saturating_add(bytes);
        let missing = held.bytes.div_ceil(KIB).saturating_sub(held.share.as_ref().map_or(0, Share::kib));
        if missing == 0 {
            return Ok(());
        }
        let kib = u32::try_from(missing).map_err(|_| Exhausted)?;
        let more = self.0.budget.take(kib, is_stranger).await?;
        match &mut held.share {
            Some(share) => share.merge(more),
            share @ None => *share = Some(more),
        }
        Ok(())
    }

    /// So many bytes are held no longer.
    pub async fn give_back(&self, bytes: usize) {
        let mut held = self.0.held.lock().await;
        held.bytes = held.bytes.saturating_sub(bytes);
        let needed = held.bytes.div_ceil(KIB);
        if let Some(share) = &mut held.share {
            let spare = share.kib().saturating_sub(needed);
            share.give_back(spare);
        }
    }

    /// The request is answered: nothing of it is held any more. Of a body that was not taken the rest is read without keeping
    /// anything, so that its sender gets to read why instead of a connection that breaks while it sends.
    pub async fn answered(&self) {
        *self.0.held.lock().await = Held::default();
        let rest = self.0.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut frames) = rest else { return };
        let rest = async {
            let mut passed = 0;
            while passed <= MOST_DISCARDED_BYTES
                && let Some(Ok(frame)) = frames.next().await
            {
                passed += frame.len();
            }
        };
        // A sender that takes longer does not wait for the answer either.
        let _ = tokio::time::timeout(PATIENCE_WITH_STRANGERS, rest).await;
    }

    /// The body, whose bytes are charged as they arrive.
    pub fn measured(&self, body: Body) -> Body {
        if body.is_end_stream() {
            return body;
        }
        let arriving = Arriving { frames: Some(body.into_data_stream()), meter: self.clone(), bytes: 0 };
        let until = Instant::now() + PATIENCE_WITH_STRANGERS;
        let frames = stream::unfold(arriving, move |mut arriving| async move {
            let frame = arriving.next(until).await?;
            Some((frame, arriving))
        });
        Body::from_stream(frames.fuse())
    }
}

impl Held {
    fn is_known(&mut self) {
        self.slot = None;
        if let Some(share) = &mut self.share {
            share.is_known();
        }
    }
}

/// A body on its way.
struct Arriving {
    /// `None` once it is over.
    frames: Option<BodyDataStream>,
    meter: Meter,
    bytes: usize,
}

impl Arriving {
    async fn next(&mut self, until: Instant) -> Option<Result<Bytes, axum::Error>> {
        let frames = self.frames.as_mut()?;
        let frame = if self.meter.is_stranger() {
            let Ok(frame) = tokio::time::timeout_at(until, frames.next()).await else {
                return Some(self.over(std::io::Error::other("the body took too long to arrive")));
            };
            frame
        } else {
            frames.next().await
        };
        let frame = match frame? {
            Ok(frame) => frame,
            Err(error) => return Some(Err(error)),
        };
        let charged_before = self.bytes.min(MOST_CHARGED_AS_IT_ARRIVES);
        self.bytes = self.bytes.saturating_add(frame.len());
        if self.meter.is_stranger() && self.bytes > self.meter.0.most_of_stranger.saturating_add(MOST_OF_STRANGERS) {
            return Some(self.over(std::io::Error::other("a body of this size needs a token first")));
        }
        let charge = self.bytes.min(MOST_CHARGED_AS_IT_ARRIVES) - charged_before;
        match self.meter.charge(charge).await {
            Ok(()) => Some(Ok(frame)),
            Err(exhausted) => Some(self.over(exhausted)),
        }
    }

    /// Ends the body; its rest is passed over once the request is answered.
    fn over(&mut self, why: impl std::error::Error + Send + Sync + 'static) -> Result<Bytes, axum::Error> {
        *self.meter.0.rest.lock().unwrap_or_else(PoisonError::into_inner) = self.frames.take();
        Err(axum::Error::new(why))
    }
}

/// Whether a body ended because there was no room for it.
pub fn is_exhausted(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Exhausted>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// What `Retry-After` says then.
pub fn retry_after() -> axum::http::HeaderValue {
    axum::http::HeaderValue::from(RETRY_AFTER_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(budget: &Budget, stranger: Option<usize>) -> Meter {
        let network = Network::of(std::net::Ipv4Addr::LOCALHOST.into());
        Meter::new(budget.clone(), Arc::default(), network, stranger)
    }

    #[tokio::test]
    async fn what_a_request_holds_is_given_back_with_it() {
        let budget = Budget::of_mib(2);
        let one = meter(&budget, None);
        one.charge(1 << 20).await.unwrap();
        one.charge(100).await.unwrap();
        assert_eq!(budget.free_kib(), 1023);
        one.give_back(1 << 19).await;
        assert_eq!(budget.free_kib(), 1023 + 512);
        let other = meter(&budget, None);
        assert_eq!(other.charge(2 << 20).await, Err(Exhausted));
        assert!(other.is_exhausted() && !one.is_exhausted());
        drop((one, other));
        assert_eq!(budget.free_kib(), 2048);
    }

    #[tokio::test]
    async fn one_who_is_known_leaves_the_room_of_strangers() {
        let budget = Budget::of_mib(4);
        let one = meter(&budget, Some(MOST_OF_STRANGERS));
        one.charge(1 << 20).await.unwrap();
        assert_eq!(meter(&budget, Some(MOST_OF_STRANGERS)).charge(KIB).await, Err(Exhausted));
        one.is_known();
        one.charge(1 << 20).await.unwrap();
        assert!(meter(&budget, Some(MOST_OF_STRANGERS)).charge(KIB).await.is_ok());
    }

    #[tokio::test]
    async fn a_stranger_sends_no_more_than_a_little() {
        let budget = Budget::of_mib(128);
        let read = |stranger| {
            let frames = (0..64).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![0; 128 << 10])));
            let body = meter(&budget, stranger).measured(Body::from_stream(stream::iter(frames)));
            axum::body::to_bytes(body, usize::MAX)
        };
        assert!(read(Some(MOST_OF_STRANGERS)).await.is_err());
        assert_eq!(read(None).await.unwrap().len(), 8 << 20);
    }
}
