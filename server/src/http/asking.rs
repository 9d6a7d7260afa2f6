//! Who asks, for as long as a request is answered: from where, what its body holds of the budget, and what its token allows.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::access::Caller;
use super::address::Network;
use super::bodies::Meter;

tokio::task_local! {
    static ASKING: Asking;
}

/// What is known of the request that is answered by this task.
#[derive(Debug, Clone)]
pub struct Asking(Arc<Known>);

#[derive(Debug)]
struct Known {
    network: Network,
    meter: Meter,
    /// What was shown, and whose it is: one request counts once, however often it is looked at.
    shown: Mutex<Option<(String, Caller)>>,
    showed_wrong_token: AtomicBool,
}

impl Asking {
    /// A request from `network`.
    pub fn new(network: Network, meter: Meter) -> Self {
        Self(Arc::new(Known { network, meter, shown: Mutex::default(), showed_wrong_token: AtomicBool::new(false) }))
    }

    /// The request that this task answers; `None` in work of its own.
    pub fn now() -> Option<Self> {
        ASKING.try_with(Self::clone).ok()
    }

    /// Answers a request.
    pub async fn answer<Answer: Future>(self, answer: Answer) -> Answer::Output {
        ASKING.scope(self, answer).await
    }

    /// Where it comes from.
    pub fn network(&self) -> Network {
        self.0.network
    }

    /// What its body holds of the budget.
    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// Who showed this very token before in this request.
    pub fn who_showed(&self, token: &str) -> Option<Caller> {
        self.shown().as_ref().filter(|(shown, _)| shown == token).map(|(_, caller)| caller.clone())
    }

    /// A token is right.
    pub fn knows(&self, token: &str, caller: &Caller) {
        *self.shown() = Some((token.to_owned(), caller.clone()));
        self.0.meter.is_known();
    }

    /// What the token allows that was shown last; `None` where none was.
    pub fn caller(&self) -> Option<Caller> {
        self.shown().as_ref().map(|(_, caller)| caller.clone())
    }

    /// A token is wrong.
    pub fn showed_wrong_token(&self) {
        self.0.showed_wrong_token.store(true, Ordering::Release);
    }

    /// Whether a wrong token was shown.
    pub fn has_shown_wrong_token(&self) -> bool {
        self.0.showed_wrong_token.load(Ordering::Acquire)
    }

    fn shown(&self) -> MutexGuard<'_, Option<(String, Caller)>> {
        self.0.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
