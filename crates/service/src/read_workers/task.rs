//! One piece of work: a future that is polled until it is done or nobody waits for it any more.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use tokio::runtime::Handle;

use super::Urgency;
use super::queue::Queue;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// It waits for something else than a thread.
    Waiting,
    /// It waits for a thread.
    Queued,
    /// A thread polls it.
    Running,
    /// A thread polls it, and what it waited for has come meanwhile.
    Woken,
    /// It is done, or nobody waits for it.
    Over,
}

struct State {
    progress: Progress,
    work: Option<Work>,
    panic: Option<Box<dyn Any + Send>>,
}

pub(super) struct Task {
    pub(super) urgency: Urgency,
    queue: Weak<Queue>,
    runtime: Handle,
    state: Mutex<State>,
}

impl Task {
    /// Puts work into the queue. Called on a runtime, which does what the work waits for.
    pub(super) fn start(urgency: Urgency, queue: &Arc<Queue>, work: Work) -> Arc<Self> {
        let state = Mutex::new(State { progress: Progress::Queued, work: Some(work), panic: None });
        let task = Arc::new(Self { urgency, queue: Arc::downgrade(queue), runtime: Handle::current(), state });
        queue.push(Arc::clone(&task));
        task
    }

    /// Polls the work once.
    pub(super) fn go_on(self: Arc<Self>) {
        let taken = {
            let mut state = self.lock();
            if state.progress == Progress::Queued {
                state.progress = Progress::Running;
            }
            state.work.take()
        };
        let Some(mut work) = taken else { return };
        let _runtime = self.runtime.enter();
        let waker = Waker::from(Arc::clone(&self));
        let mut context = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut context)));
        // Where it is over, the work is dropped here and not under the lock: that may take long, and wake others.
        let mut rest = Some(work);
        let again = {
            let mut state = self.lock();
            match polled {
                Ok(Poll::Pending) if state.progress == Progress::Woken => {
                    (state.progress, state.work) = (Progress::Queued, rest.take());
                }
                Ok(Poll::Pending) if state.progress == Progress::Running => {
                    (state.progress, state.work) = (Progress::Waiting, rest.take());
                }
                Ok(Poll::Pending | Poll::Ready(())) => state.progress = Progress::Over,
                Err(panic) => (state.progress, state.panic) = (Progress::Over, Some(panic)),
            }
            state.progress == Progress::Queued
        };
        drop(rest);
        if again {
            self.requeue();
        }
    }

    /// Nobody waits for the work any more.
    pub(super) fn cancel(self: &Arc<Self>) {
        let (work, was_queued) = {
            let mut state = self.lock();
            let was_queued = state.progress == Progress::Queued;
            state.progress = Progress::Over;
            (state.work.take(), was_queued)
        };
        if let Some(queue) = self.queue.upgrade().filter(|_| was_queued) {
            queue.remove(self);
        }
        drop(work);
    }

    /// What the work panicked with.
    pub(super) fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.lock().panic.take()
    }

    fn requeue(self: Arc<Self>) {
        if let Some(queue) = self.queue.upgrade() {
            queue.push(self);
        }
    }

    // Each change of the state is whole before anything can panic.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let waits = {
            let mut state = self.lock();
            match state.progress {
                Progress::Waiting => state.progress = Progress::Queued,
                Progress::Running => state.progress = Progress::Woken,
                Progress::Queued | Progress::Woken | Progress::Over => return,
            }
            state.progress == Progress::Queued
        };
        if waits {
            self.requeue();
        }
    }
}
