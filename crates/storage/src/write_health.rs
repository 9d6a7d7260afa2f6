//! Whether a store takes writes: closed by a write that failed for a reason that stands, opened again by a probe.
//!
//! A full disk fails every write until somebody makes room. So the first failure closes the store for writing, every later
//! write is refused at once and with the reason, and whoever holds the store probes until one gets through.

use std::sync::{Arc, PoisonError, RwLock};

use crate::StoreError;

/// Shared by everybody who writes to one store. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct WriteHealth {
    obstacle: Arc<RwLock<Option<Arc<str>>>>,
}

impl WriteHealth {
    /// Why nothing is written at present; `None` where writes are taken.
    pub fn obstacle(&self) -> Option<Arc<str>> {
        self.obstacle.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Refuses a write while there is an obstacle.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    pub fn check(&self) -> Result<(), StoreError> {
        match self.obstacle() {
            Some(reason) => Err(StoreError::ReadOnly { reason: reason.to_string() }),
            None => Ok(()),
        }
    }

    /// Takes no writes from here on. Of two reasons the first one stays.
    pub fn close(&self, reason: &str) {
        let mut obstacle = self.obstacle.write().unwrap_or_else(PoisonError::into_inner);
        if obstacle.is_none() {
            *obstacle = Some(reason.into());
        }
    }

    /// Takes writes again.
    pub fn open(&self) {
        *self.obstacle.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// An error with its causes, as one line.
pub fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut lines: Vec<String> = causes.map(ToString::to_string).collect();
    // Some drivers repeat their cause in their own words.
    lines.dedup_by(|later, earlier| earlier.ends_with(later.as_str()));
    lines.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_obstacle_stands_until_a_write_gets_through() {
        let health = WriteHealth::default();
        assert!(health.check().is_ok());
        health.clone().close("the disk is full");
        health.close("something else");
        let refused = health.check().expect_err("no writes");
        assert!(refused.to_string().ends_with("the disk is full"), "{refused}");
        health.open();
        assert!(health.check().is_ok());
    }
}
