//! The budget of all bodies that are in flight.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::RETRY_AFTER_S;
use crate::http::problem::Problem;

/// How long a body waits for room before its sender is told to come back.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(50) } else { Duration::from_secs(1) };
/// Of so many parts strangers together have one.
const PART_OF_STRANGERS: u32 = 4;

/// There is no room for another body now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the server has too many bodies in hand at this moment")]
pub struct Exhausted;

impl From<Exhausted> for Problem {
    fn from(exhausted: Exhausted) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is busy")
            .detail(format!("{exhausted}; nothing was recorded, send the same again"));
        Self { retry_after_s: Some(RETRY_AFTER_S), ..problem }
    }
}

/// How many bytes of bodies the process holds at most, in permits of a KiB.
#[derive(Debug, Clone)]
pub struct Budget {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Budget {
    /// A budget of so many MiB.
    pub fn of_mib(mib: u32) -> Self {
        let kib = mib.saturating_mul(1024);
        let semaphore = |kib: u32| Arc::new(Semaphore::new(kib as usize));
        Self { all: semaphore(kib), strangers: semaphore(kib / PART_OF_STRANGERS) }
    }

    /// Room for so many KiB; waits a little for it.
    pub(super) async fn take(&self, kib: u32, is_stranger: bool) -> Result<Share, Exhausted> {
        let share = async {
            // First the smaller one, so that strangers who wait hold nothing of the others' room.
            let stranger = if is_stranger {
                Some(Arc::clone(&self.strangers).acquire_many_owned(kib).await.map_err(|_| Exhausted)?)
            } else {
                None
            };
            let all = Arc::clone(&self.all).acquire_many_owned(kib).await.map_err(|_| Exhausted)?;
            Ok(Share { all, stranger })
        };
        tokio::time::timeout(PATIENCE, share).await.map_err(|_| Exhausted)?
    }

    /// How many KiB are not in use.
    #[cfg(test)]
    pub fn free_kib(&self) -> usize {
        self.all.available_permits()
    }
}

/// Room in the budget, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    all: OwnedSemaphorePermit,
    stranger: Option<OwnedSemaphorePermit>,
}

impl Share {
    pub(super) fn kib(&self) -> usize {
        self.all.num_permits()
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.all.merge(other.all);
        match (&mut self.stranger, other.stranger) {
            (Some(stranger), Some(more)) => stranger.merge(more),
            (stranger @ None, more) => *stranger = more,
            (Some(_), None) => {}
        }
    }

    /// Gives so many KiB back.
    pub(super) fn give_back(&mut self, kib: usize) {
        drop(self.all.split(kib));
        if let Some(stranger) = &mut self.stranger {
            drop(stranger.split(kib.min(stranger.num_permits())));
        }
    }

    /// It is known now whose it is.
    pub(super) fn is_known(&mut self) {
        self.stranger = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn strangers_leave_most_of_the_room_to_others() {
        let budget = Budget::of_mib(4);
        let strangers = budget.take(1024, true).await.unwrap();
        assert_eq!(budget.take(1, true).await.err(), Some(Exhausted));
        let mut known = budget.take(3 * 1024, false).await.unwrap();
        assert_eq!(budget.take(1, false).await.err(), Some(Exhausted));
        known.give_back(1024);
        drop(strangers);
        assert_eq!(budget.free_kib(), 2 * 1024);
        assert!(budget.take(1024, true).await.is_ok());
    }
}
