//! Threads that compute what readers ask for, so that nothing else waits for it.
//!
//! A piece of work is a future. It is polled on these threads alone, however long it computes, the more urgent first; what it
//! waits for (the database, other tasks) is done by the runtime that it came from. Whoever asked and went away is not computed
//! for any longer. Work that computes for long gives way now and then with [`give_way`].

mod places;
mod queue;
mod task;

use std::cell::Cell;
use std::sync::Arc;
use std::task::Poll;

use thiserror::Error;
use tokio::sync::oneshot;

pub use self::places::Place;
use self::places::Places;
use self::queue::Queue;
use self::task::Task;

/// The stack of a thread: drawing a page goes deep.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// Which work goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// The product's own duty: stepping alerts, what a receipt or a decision needs.
    Duty,
    /// A form that somebody sent, and the page that answers it.
    Form,
    /// What is known now.
    Now,
    /// What was known at a past instant.
    Past,
}

impl Urgency {
    /// Every urgency, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Duty, Self::Form, Self::Now, Self::Past];

    /// The word for it in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duty => "duty",
            Self::Form => "form",
            Self::Now => "now",
            Self::Past => "past",
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Duty => 0,
            Self::Form => 1,
            Self::Now => 2,
            Self::Past => 3,
        }
    }
}

/// Too much is asked for at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too much is asked for at once; ask again in {retry_after_s} s")]
pub struct Busy {
    /// After how many seconds the same may be asked again.
    pub retry_after_s: u64,
}

/// How much is admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many threads compute.
    pub threads: usize,
    /// How many pieces of work of each urgency are under way or wait, in the order of [`Urgency::ALL`].
    pub places: [usize; 4],
    /// How many of them one network may have.
    pub places_of_a_network: [usize; 4],
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            // The rest of a machine answers everything else.
            threads: cores.saturating_sub(1).max(1),
            places: [usize::MAX, 32, 96, 96],
            places_of_a_network: [usize::MAX, 24, 72, 72],
        }
    }
}

/// The threads, and who waits for them.
pub struct ReadWorkers {
    queue: Arc<Queue>,
    places: Arc<Places>,
    threads: usize,
}

thread_local! {
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

impl ReadWorkers {
    /// Starts the threads.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(limits: Limits) -> std::io::Result<Self> {
        let workers = Self {
            queue: Arc::default(),
            places: Arc::new(Places::new(limits.places, limits.places_of_a_network)),
            threads: limits.threads,
        };
        for _ in 0..limits.threads {
            let queue = Arc::clone(&workers.queue);
            std::thread::Builder::new().name("reads".to_owned()).stack_size(STACK_BYTES).spawn(move || {
                IS_WORKER.set(true);
                while let Some(task) = queue.next() {
                    task.go_on();
                }
            })?;
        }
        Ok(workers)
    }

    /// A place for work that somebody on a network asks for. It is given back when it is dropped.
    ///
    /// # Errors
    /// [`Busy`] where all are taken.
    pub fn place(&self, urgency: Urgency, network: Option<String>) -> Result<Place, Busy> {
        Places::take(&self.places, urgency, network)
    }

    /// Computes `work` on these threads. Where the returned future is dropped, the work ends at the next point at which it
    /// waits or gives way. Work that is asked for on one of the threads goes on there.
    ///
    /// # Panics
    /// Where the work does.
    pub async fn run<Work>(&self, urgency: Urgency, work: Work) -> Work::Output
    where
        Work: Future + Send + 'static,
        Work::Output: Send,
    {
        if IS_WORKER.get() {
            return work.await;
        }
        let (done, result) = oneshot::channel();
        let work = async move {
            // Nobody to tell: whoever asked went away.
            let _ = done.send(work.await);
        };
        let asked = Asked(Task::start(urgency, &self.queue, Box::pin(work)));
        match result.await {
            Ok(result) => result,
            // The threads live as long as these workers, so that nothing but a panic leaves work undone.
            Err(_) => std::panic::resume_unwind(asked.0.take_panic().unwrap_or_else(|| Box::new("the work ended"))),
        }
    }

    /// How many threads compute.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// How many pieces of work of an urgency are under way or wait.
    pub fn taken(&self, urgency: Urgency) -> usize {
        self.places.taken(urgency)
    }

    /// How many pieces of work of an urgency found no place so far.
    pub fn refused(&self, urgency: Urgency) -> u64 {
        self.places.refused(urgency)
    }
}

impl Drop for ReadWorkers {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Ends the work with whoever asked for it.
struct Asked(Arc<Task>);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Lets more urgent work go first, and ends here where nobody waits for the result any more.
pub async fn give_way() {
    let mut gave_way = false;
    std::future::poll_fn(|context| {
        if gave_way {
            return Poll::Ready(());
        }
        gave_way = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests;
