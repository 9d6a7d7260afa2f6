//! Measured samples of one series, kept small and read fast: encoded blocks of samples, rollups by minute, hour and day, the head
//! that new samples enter, and what a chart or a percentile reads of them.
//!
//! Everything here is a function of its arguments: no clock, no file, no database. `docs/storage.md` describes the bytes.

mod block;
mod block_error;
mod bucket;
mod bytes;
mod codec;
mod digest;
mod flush;
mod head;
mod origin;
mod plan;
mod resolution;
mod rolled;
mod rollups;
mod sample;
mod segment;
mod series;
mod sketch;
mod sum;
mod thin;
mod window;

pub use block::{Block, MOST_SAMPLES, VERSION as BLOCK_VERSION};
pub use block_error::BlockError;
pub use bucket::Bucket;
pub use digest::{Digest, Mark};
pub use flush::{Extent, Flush, TARGET_SAMPLES, flush, touched};
pub use head::{Appended, Head, merged};
pub use plan::{Detail, estimated_samples, plan};
pub use resolution::Resolution;
pub use rolled::{MOST_BUCKETS, RolledBlock, VERSION as ROLLED_VERSION};
pub use rollups::{Pushed, Rollups};
pub use sample::{Counted, Key, Refused, Sample, counted};
pub use segment::{Segment, summary_from_bytes, summary_to_bytes};
pub use series::{AppendError, Series, Written};
pub use sketch::{MOST_BINS, RELATIVE_ERROR, Sketch};
pub use sum::Sum;
pub use thin::thin;
pub use window::{Piece, Source, cover, window};
