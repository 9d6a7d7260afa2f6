//! A connection as others see it: whose it is, what it does, and what it is asked to do.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::task::AtomicWaker;
use tokio::time::Instant;

use super::activity::Activity;
use super::limits::Timeouts;
use crate::http::address::Network;

/// A connection as others see it.
#[derive(Debug)]
pub struct Entry {
    /// Its number; later ones have greater ones.
    pub(super) number: u64,
    /// Whose it is.
    pub(super) network: Network,
    timeouts: Arc<Timeouts>,
    activity: Mutex<Activity>,
    is_displaced: AtomicBool,
    is_draining: AtomicBool,
    waker: AtomicWaker,
}

impl Entry {
    pub(super) fn new(number: u64, network: Network, timeouts: Arc<Timeouts>) -> Self {
        Self {
            number,
            network,
            timeouts,
            activity: Mutex::new(Activity::opened(Instant::now())),
            is_displaced: AtomicBool::new(false),
            is_draining: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        }
    }

    /// Looks at what it does, or notes it.
    pub(super) fn note<Seen>(&self, change: impl FnOnce(&mut Activity, Instant) -> Seen) -> Seen {
        // Each change is one step, so a thread that died while it held the lock left everything whole.
        change(&mut self.activity.lock().unwrap_or_else(PoisonError::into_inner), Instant::now())
    }

    /// Asks it to make room, as long as it asks nothing.
    pub(super) fn displace(&self) {
        self.is_displaced.store(true, Ordering::SeqCst);
        self.waker.wake();
    }

    /// Asks it to end after the request that is under way.
    pub(super) fn drain(&self) {
        self.note(Activity::drains);
        self.is_draining.store(true, Ordering::SeqCst);
        self.waker.wake();
    }

    /// Whether it was asked to end, now or after the request that is under way.
    pub(super) fn is_told_to_end(&self) -> bool {
        self.is_draining.load(Ordering::SeqCst) || self.is_displaced.load(Ordering::SeqCst)
    }

    /// Whether it has to end at once.
    pub(super) fn is_over(&self) -> bool {
        let is_displaced = self.is_displaced.load(Ordering::SeqCst);
        self.note(|activity, now| {
            (is_displaced && activity.is_free())
                || activity.deadline(&self.timeouts).is_some_and(|deadline| deadline <= now)
        })
    }

    /// When it ends unless something happens before.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.note(|activity, _| activity.deadline(&self.timeouts))
    }

    /// Wakes this task when it is asked something.
    pub(super) fn listen(&self, waker: &std::task::Waker) {
        self.waker.register(waker);
    }
}
