//! What waits for a thread, the most urgent first, and of the same urgency who waits longest.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::Urgency;
use super::task::Task;

#[derive(Default)]
struct Waiting {
    tasks: [VecDeque<Arc<Task>>; Urgency::ALL.len()],
    is_closed: bool,
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

impl Queue {
    pub(super) fn push(&self, task: Arc<Task>) {
        let mut waiting = self.lock();
        if waiting.is_closed {
            drop(waiting);
            // Dropping it tells whoever asked.
            task.cancel();
            return;
        }
        if let Some(tasks) = waiting.tasks.get_mut(task.urgency.index()) {
            tasks.push_back(task);
        }
        drop(waiting);
        self.changed.notify_one();
    }

    /// The next to go on; `None` once the queue is closed.
    pub(super) fn next(&self) -> Option<Arc<Task>> {
        let mut waiting = self.lock();
        loop {
            if waiting.is_closed {
                return None;
            }
            if let Some(task) = waiting.tasks.iter_mut().find_map(VecDeque::pop_front) {
                return Some(task);
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn remove(&self, task: &Arc<Task>) {
        if let Some(tasks) = self.lock().tasks.get_mut(task.urgency.index()) {
            tasks.retain(|known| !Arc::ptr_eq(known, task));
        }
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.lock().tasks.iter().map(VecDeque::len).sum()
    }

    /// Ends the threads; what waits is dropped.
    pub(super) fn close(&self) {
        let dropped = {
            let mut waiting = self.lock();
            waiting.is_closed = true;
            std::mem::take(&mut waiting.tasks)
        };
        self.changed.notify_all();
        for task in dropped.into_iter().flatten() {
            task.cancel();
        }
    }

    // Tasks are put in and taken out in one step each.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
