//! How much is read at once. What a body says takes many times its bytes while it is read, so only some bodies are read at a time,
//! and on threads that answer nobody.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What all that is read at a time may take, in KiB.
const ROOM_KIB: u32 = 256 << 10;
/// The most that one body takes, in KiB: the limits of the readers see to it.
const MOST_KIB: u32 = 128 << 10;
/// The least that is counted for one body, in KiB.
const LEAST_KIB: u32 = 128;
/// How many bytes a byte becomes at most: a sample of eleven bytes that repeats twenty labels.
const GROWTH: usize = 192;
/// How long a body waits for its turn.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(50) } else { Duration::from_secs(5) };

/// Too much is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too much is being read at this moment")]
pub struct Busy;

/// A body's share of the room; it is given back when this is dropped, together with what was read.
#[derive(Debug)]
pub struct Turn {
    #[expect(dead_code, reason = "held until it is dropped")]
    room: OwnedSemaphorePermit,
}

/// Lets bodies be read, as many at a time as there is room for.
#[derive(Debug, Clone)]
pub struct Readers {
    room: Arc<Semaphore>,
    threads: Arc<Semaphore>,
}

impl Default for Readers {
    fn default() -> Self {
        // One core is left to those who answer.
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            room: Arc::new(Semaphore::new(ROOM_KIB as usize)),
            threads: Arc::new(Semaphore::new((cores - 1).max(1))),
        }
    }
}

impl Readers {
    /// Reads a body of so many unpacked bytes; gives what was read, and the turn to be held as long as it is.
    ///
    /// # Errors
    /// [`Busy`] where its turn does not come soon.
    pub async fn run<Read: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> Read + Send + 'static,
    ) -> Result<(Read, Turn), Busy> {
        let kib = u32::try_from(bytes.saturating_mul(GROWTH) >> 10).unwrap_or(MOST_KIB).clamp(LEAST_KIB, MOST_KIB);
        let turn = async {
            let room = Arc::clone(&self.room).acquire_many_owned(kib).await.map_err(|_| Busy)?;
            let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(|_| Busy)?;
            Ok((room, thread))
        };
        let (room, thread) = tokio::time::timeout(PATIENCE, turn).await.map_err(|_| Busy)??;
        // Both go along: a client that leaves does not make room for what is still being read.
        let done = tokio::task::spawn_blocking(move || {
            let made = work();
            drop(thread);
            (made, Turn { room })
        });
        Ok(joined(done.await))
    }

    /// Does what takes long with something that was read, whose turn is still held.
    pub async fn aside<Made: Send + 'static>(&self, make: impl FnOnce() -> Made + Send + 'static) -> Made {
        // The semaphore is never closed; without a permit the work is done all the same.
        let thread = Arc::clone(&self.threads).acquire_owned().await;
        let work = tokio::task::spawn_blocking(move || {
            let made = make();
            drop(thread);
            made
        });
        joined(work.await)
    }
}

fn joined<Made>(work: Result<Made, tokio::task::JoinError>) -> Made {
    match work {
        Ok(made) => made,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_finds_no_room_is_told_so_and_room_is_given_back() {
        let readers = Readers::default();
        let ((), first) = readers.run(8 << 20, || ()).await.unwrap();
        let ((), second) = readers.run(1 << 20, || ()).await.unwrap();
        assert_eq!(readers.run(1, || ()).await.err(), Some(Busy));
        drop(first);
        let (read, third) = readers.run(1, || 7).await.unwrap();
        assert_eq!(read, 7);
        drop((second, third));
        assert_eq!(readers.room.available_permits(), ROOM_KIB as usize);
    }
}
