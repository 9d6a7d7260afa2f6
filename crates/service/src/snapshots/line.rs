//! Who waits to compute a past instant: as many compute at once as there are threads, and no more wait than are served soon.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::read_workers::Busy;

/// How many different instants wait at most.
const MOST_WAITING: usize = 16;
/// How long somebody waits at most, as far as can be foreseen, and in any case.
const LONGEST_FORESEEN: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(20);
/// After how many seconds whoever was refused may ask again, at most.
const MOST_RETRY_AFTER_S: u64 = 30;

pub(super) struct Line {
    turns: Semaphore,
    threads: usize,
    waiting: AtomicUsize,
    /// How long one instant takes, of late.
    usual_us: AtomicU64,
}

/// The right to compute one instant.
pub(super) struct Turn<'a> {
    line: &'a Line,
    started: Instant,
    #[expect(dead_code, reason = "the turn ends when it is dropped")]
    permit: SemaphorePermit<'a>,
}

/// One that waits.
struct Waits<'a>(&'a AtomicUsize);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Line {
    pub(super) fn new(threads: usize) -> Self {
        Self {
            turns: Semaphore::new(threads),
            threads: threads.max(1),
            waiting: AtomicUsize::new(0),
            usual_us: AtomicU64::new(0),
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Busy`] at once where too many wait, and after a while where it did not come.
    pub(super) async fn wait(&self) -> Result<Turn<'_>, Busy> {
        if let Ok(permit) = self.turns.try_acquire() {
            return Ok(self.turn(permit));
        }
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let waits = Waits(&self.waiting);
        if before >= MOST_WAITING || self.foreseen(before) > LONGEST_FORESEEN {
            return Err(self.busy(before));
        }
        // The line is never closed, so that nothing but time runs out.
        let Ok(Ok(permit)) = tokio::time::timeout(LONGEST, self.turns.acquire()).await else {
            return Err(self.busy(before));
        };
        drop(waits);
        Ok(self.turn(permit))
    }

    fn turn<'a>(&'a self, permit: SemaphorePermit<'a>) -> Turn<'a> {
        #[expect(clippy::disallowed_methods, reason = "a stopwatch, not the time of day")]
        let started = Instant::now();
        Turn { line: self, started, permit }
    }

    /// How long it takes until those before and the one that computes are done.
    fn foreseen(&self, before: usize) -> Duration {
        let rounds = u64::try_from(before / self.threads + 1).unwrap_or(u64::MAX);
        Duration::from_micros(self.usual_us.load(Ordering::Relaxed).saturating_mul(rounds))
    }

    fn busy(&self, before: usize) -> Busy {
        Busy { retry_after_s: self.foreseen(before).as_secs().clamp(1, MOST_RETRY_AFTER_S) }
    }
}

impl Turn<'_> {
    /// The instant was computed: from how long it took it is foreseen how long others wait.
    pub(super) fn done(self) {
        let took_us = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let usual_us = self.line.usual_us.load(Ordering::Relaxed);
        let next_us = if usual_us == 0 { took_us } else { usual_us / 4 * 3 + took_us / 4 };
        self.line.usual_us.store(next_us, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    async fn line_of(line: &Arc<Line>, count: usize) -> Vec<tokio::task::JoinHandle<Result<(), Busy>>> {
        let mut waiting = Vec::new();
        for number in 1..=count {
            let there = Arc::clone(line);
            waiting.push(tokio::spawn(async move { there.wait().await.map(drop) }));
            while line.waiting.load(Ordering::SeqCst) < number {
                tokio::task::yield_now().await;
            }
        }
        waiting
    }

    #[tokio::test]
    async fn beyond_the_line_everybody_is_refused_at_once_and_told_when_to_come_back() {
        let line = Arc::new(Line::new(1));
        let turn = line.wait().await.unwrap();
        let waiting = line_of(&line, MOST_WAITING).await;
        assert!(line.wait().await.err().unwrap().retry_after_s >= 1);
        assert_eq!(line.waiting.load(Ordering::SeqCst), MOST_WAITING, "who was refused does not wait");
        drop(turn);
        for one in waiting {
            assert_eq!(one.await.unwrap(), Ok(()));
        }
        assert_eq!(line.waiting.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn nobody_is_let_in_to_wait_longer_than_is_foreseen_to_do() {
        let line = Arc::new(Line::new(2));
        line.usual_us.store(4_000_000, Ordering::Relaxed);
        let turns = (line.wait().await.unwrap(), line.wait().await.unwrap());
        // Two at a time: four wait up to eight seconds, the fifth would wait twelve.
        let waiting = line_of(&line, 4).await;
        assert_eq!(line.wait().await.err().unwrap().retry_after_s, 12);
        drop(turns);
        for one in waiting {
            assert_eq!(one.await.unwrap(), Ok(()));
        }
    }

    #[tokio::test]
    async fn who_goes_away_leaves_the_line() {
        let line = Arc::new(Line::new(1));
        let turn = line.wait().await.unwrap();
        for one in line_of(&line, 3).await {
            one.abort();
            assert!(one.await.unwrap_err().is_cancelled());
        }
        assert_eq!(line.waiting.load(Ordering::SeqCst), 0);
        drop(turn);
        assert!(line.wait().await.is_ok());
    }
}
