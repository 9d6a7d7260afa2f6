//! Wakes up whoever waits in this process; the one thing a change feed needs that is no query. It depends on no runtime.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Rung when something may have changed. Clones are the same bell.
#[derive(Debug, Clone, Default)]
pub struct Bell {
    heard: Arc<Mutex<Heard>>,
}

#[derive(Debug, Default)]
struct Heard {
    count: u64,
    waiting: Vec<Waker>,
}

impl Bell {
    /// Wakes up everybody who listens, also who is busy just now: the next wait ends at once.
    pub fn ring(&self) {
        let waiting = {
            let mut heard = self.lock();
            heard.count += 1;
            std::mem::take(&mut heard.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listening {
        Listening { bell: self.clone(), seen: self.lock().count }
    }

    // Whole after every step, so a thread that died while it held the lock left nothing half done.
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who listens.
#[derive(Debug)]
pub struct Listening {
    bell: Bell,
    seen: u64,
}

impl Listening {
    /// Waits until the bell was rung since the last wait; many times are one.
    pub async fn rung(&mut self) {
        let (bell, seen) = (&self.bell, self.seen);
        self.seen = poll_fn(|context| {
            let mut heard = bell.lock();
            if heard.count != seen {
                return Poll::Ready(heard.count);
            }
            if !heard.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                heard.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Wake};

    struct Nothing;

    impl Wake for Nothing {
        fn wake(self: Arc<Self>) {}
    }

    fn is_rung_for(listening: &mut Listening, waker: &Waker) -> bool {
        let waiting = pin!(listening.rung());
        waiting.poll(&mut Context::from_waker(waker)).is_ready()
    }

    fn is_rung(listening: &mut Listening) -> bool {
        is_rung_for(listening, Waker::noop())
    }

    #[test]
    fn every_listener_is_woken_once_for_all_that_was_rung_since() {
        let bell = Bell::default();
        bell.ring();
        let (mut one, mut other) = (bell.listen(), bell.listen());
        assert!(!is_rung(&mut one));
        bell.ring();
        bell.clone().ring();
        assert!(is_rung(&mut one) && is_rung(&mut other));
        assert!(!is_rung(&mut one) && !is_rung(&mut other));
    }

    #[test]
    fn one_that_waits_often_is_remembered_once() {
        let bell = Bell::default();
        let mut listening = bell.listen();
        let waker = Waker::from(Arc::new(Nothing));
        for _ in 0..3 {
            assert!(!is_rung_for(&mut listening, &waker));
        }
        assert_eq!(bell.lock().waiting.len(), 1);
        bell.ring();
        assert_eq!(bell.lock().waiting.len(), 0);
    }
}
