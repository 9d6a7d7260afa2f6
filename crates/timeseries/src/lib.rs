//! The engine that keeps samples: payloads are committed in groups and are the log, their samples stay in heads in memory until
//! they are flushed as blocks with their rollups, and are read from both.
//!
//! What a store holds of a series at any time is consistent: its buckets are those of its blocks. Everything else is in payloads
//! above the watermark, which are read again when a desk is opened. `docs/storage.md` says more.

mod ahead;
mod batch;
mod cache;
mod chart;
mod engine;
mod error;
mod flush;
mod lines;
mod listener;
mod live;
mod numbers;
pub mod points;
mod raw;
mod read;
mod refusal;
mod retain;
mod rolling;
mod series_cache;
mod series_index;
mod settings;
mod view;
mod writer;

pub use batch::{Batch, Row};
pub use engine::{Kept, Reread, Stats, TimeSeriesEngine};
pub use error::DeskError;
pub use flush::{Flushed, What};
pub use lines::{LinesTaken, Rules};
pub use listener::{KeptRow, Listener, Nobody};
pub use refusal::RowRefusal;
pub use retain::Dropped;
pub use series_index::{SeriesFilter, SeriesInfo, SeriesRef};
pub use settings::{Retention, Settings};
