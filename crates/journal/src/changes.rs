//! What open pages are told: that something changed, and with which id.

use std::sync::Arc;

use tokio::sync::broadcast;

/// How many messages a slow listener may lag behind before it has to catch up by reading again.
const LISTENER_BACKLOG: usize = 256;

/// Something that open pages want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Observations were recorded.
    Observations {
        /// The id of the last of them.
        latest_id: String,
        /// The measurements that they are about, each once.
        measures: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// Something was decided, noted, changed in the catalogue, or became of an alert.
    Journal {
        /// The id of the last entry.
        latest_id: String,
    },
    /// A benchmark went on; the message is JSON.
    Benchmark {
        /// `{run_id, state, step, steps, percent, text}`.
        json: String,
    },
}

/// Tells open pages of changes.
#[derive(Clone)]
pub struct Changes {
    listeners: broadcast::Sender<Change>,
    latest_id: Arc<dyn Fn() -> String + Send + Sync>,
}

impl Changes {
    /// Nobody listens yet. `latest_id` tells the id of the latest observation or entry that is in memory.
    pub fn new(latest_id: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self { listeners: broadcast::Sender::new(LISTENER_BACKLOG), latest_id: Arc::new(latest_id) }
    }

    /// Everything that is told from now on.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.listeners.subscribe()
    }

    /// Tells whoever listens.
    pub fn tell(&self, change: Change) {
        // Nobody listening is no failure.
        let _ = self.listeners.send(change);
    }

    /// Tells that something changed that has no entry of its own: pages look again.
    pub fn look_again(&self) {
        self.tell(Change::Journal { latest_id: (self.latest_id)() });
    }

    /// The sender itself, for who tells of observations.
    pub fn sender(&self) -> broadcast::Sender<Change> {
        self.listeners.clone()
    }
}
