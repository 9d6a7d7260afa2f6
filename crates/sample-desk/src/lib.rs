//! The engine that keeps samples: payloads are committed in groups and are the log, their samples stay in heads in memory until
//! they are flushed as blocks with their rollups, and are read from both.
//!
//! What a store holds of a series at any time is consistent: its buckets are those of its blocks. Everything else is in payloads
//! above the watermark, which are read again when a desk is opened. `docs/storage.md` says more.

mod ahead;
mod batch;
mod cache;
mod chart;
mod desk;
mod directory;
mod error;
mod flush;
mod known_lines;
mod lines;
mod listener;
mod live;
mod numbers;
mod raw;
mod read;
mod refusal;
mod retain;
mod rolling;
mod settings;
mod view;
mod writer;

pub use batch::{Batch, Row};
pub use desk::{Kept, Reread, SampleDesk, Stats};
pub use directory::{SeriesFilter, SeriesInfo, SeriesRef};
pub use error::DeskError;
pub use flush::{Flushed, What};
pub use lines::{LinesTaken, Rules};
pub use listener::{KeptRow, Listener, Nobody};
pub use refusal::RowRefusal;
pub use retain::Dropped;
pub use settings::{Retention, Settings};
