//! Leases of a store that one process alone may write to: whoever asks leads, and nothing is stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Lease;

/// Who took which lease last. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct InProcessLeases {
    held: Arc<Mutex<HashMap<String, Held>>>,
}

#[derive(Debug, Default)]
struct Held {
    holder: Option<String>,
    epoch: i64,
}

impl InProcessLeases {
    /// The lease: there is no other process that could hold it.
    pub fn take(&self, name: &str, holder: &str) -> Lease {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = all.entry(name.to_owned()).or_default();
        if held.holder.as_deref() != Some(holder) {
            *held = Held { holder: Some(holder.to_owned()), epoch: held.epoch + 1 };
        }
        Lease { name: name.to_owned(), holder: holder.to_owned(), epoch: held.epoch }
    }

    /// Whether nobody took it since, and it was not given back.
    pub fn holds(&self, lease: &Lease) -> bool {
        let all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&lease.name)
            .is_some_and(|held| held.epoch == lease.epoch && held.holder.as_deref() == Some(lease.holder.as_str()))
    }

    /// Gives it back.
    pub fn release(&self, lease: &Lease) {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = all.get_mut(&lease.name).filter(|held| held.epoch == lease.epoch) {
            held.holder = None;
        }
    }
}
