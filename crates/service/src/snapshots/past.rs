//! Snapshots of past instants that are being computed or were computed lately, each once for everybody.
//!
//! What is recorded later about an earlier time changes them, so each change forgets those of its time and later.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::snapshot::Snapshot;

/// How many are kept once they are computed: those of a person who looks around.
const KEPT: usize = 16;

/// A snapshot that is there or will be.
type Flight = Arc<OnceCell<Arc<Snapshot>>>;

#[derive(Default)]
pub(crate) struct PastSnapshots(Mutex<VecDeque<(i64, Flight)>>);

impl PastSnapshots {
    /// The snapshot of an instant, for whoever comes first to compute and for all to share. What is computed of it must be
    /// read after this was called.
    pub(super) fn flight(&self, instant_ms: i64) -> Flight {
        let mut flights = self.lock();
        let known = flights.iter().position(|(known_ms, _)| *known_ms == instant_ms);
        let flight = known.and_then(|place| flights.remove(place)).map_or_else(Flight::default, |(_, flight)| flight);
        // The others that are there, the newest first, and those that somebody waits for.
        let mut kept = 1;
        flights.retain(|(_, flight)| {
            let is_kept = flight.initialized() && kept < KEPT;
            kept += usize::from(is_kept);
            is_kept || (!flight.initialized() && Arc::strong_count(flight) > 1)
        });
        flights.push_front((instant_ms, Arc::clone(&flight)));
        flight
    }

    /// Something became known about this time, so that what was computed about it and later holds no more.
    pub(crate) fn forget_from(&self, earliest_ms: i64) {
        self.lock().retain(|(instant_ms, _)| *instant_ms < earliest_ms);
    }

    /// Something was decided, so that nothing that was computed may hold any more.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    // Entries are put in and taken out in one step each.
    fn lock(&self) -> MutexGuard<'_, VecDeque<(i64, Flight)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use kpi::catalogue::Catalogue;

    use super::*;
    use crate::series::SharedPoints;

    async fn snapshot() -> Arc<Snapshot> {
        let catalogue = Catalogue::parse(include_str!("../../../../catalogue/inferno.toml")).unwrap();
        Arc::new(Snapshot::of(Arc::new(catalogue), &SharedPoints::in_memory().read(), 0).await.unwrap())
    }

    #[tokio::test]
    async fn what_becomes_known_forgets_the_instants_of_its_time_and_later() {
        let past = PastSnapshots::default();
        let snapshot = snapshot().await;
        for instant_ms in [10, 20, 30] {
            past.flight(instant_ms).set(Arc::clone(&snapshot)).unwrap();
        }
        past.forget_from(20);
        let known = [10, 20, 30].map(|instant_ms| past.flight(instant_ms).initialized());
        assert_eq!(known, [true, false, false]);
    }

    #[tokio::test]
    async fn a_flight_that_began_before_a_change_is_joined_by_nobody_after_it() {
        let past = PastSnapshots::default();
        let before = past.flight(10);
        assert!(Arc::ptr_eq(&before, &past.flight(10)));
        past.forget_from(10);
        assert!(!Arc::ptr_eq(&before, &past.flight(10)));
    }

    #[tokio::test]
    async fn a_few_are_kept_and_those_that_somebody_waits_for() {
        let past = PastSnapshots::default();
        let snapshot = snapshot().await;
        let waited_for = past.flight(-1);
        for instant_ms in 0..100 {
            past.flight(instant_ms).set(Arc::clone(&snapshot)).unwrap();
            past.flight(instant_ms + 1_000);
        }
        let flights = past.lock();
        assert_eq!(flights.iter().filter(|(_, flight)| flight.initialized()).count(), KEPT - 1);
        assert!(flights.iter().any(|(_, flight)| Arc::ptr_eq(flight, &waited_for)));
        assert!(flights.len() <= KEPT + 2);
    }
}
