//! What is kept of series with many samples: which series there are, blocks of samples, blocks of rollups.
//!
//! The bytes of blocks are `crates/series-block`' own; a store does not look into them. Times are milliseconds since the Unix
//! epoch, UTC.

/// A series: a name with labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleSeries {
    /// Given by the caller, from 1 in the order in which series appear.
    pub number: i64,
    /// What is measured.
    pub name: String,
    /// Name and value, ordered by name, each name once and none empty.
    pub labels: Vec<(String, String)>,
    /// Who sent its first sample.
    pub source: String,
    /// When its first sample was recorded.
    pub first_seen_ms: i64,
}

/// Which block of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockKey {
    /// The number of its series.
    pub series: i64,
    /// The time of its first sample; databases that part their tables by time find it by this.
    pub first_ms: i64,
    /// Given by the caller, never twice.
    pub number: i64,
}

/// What is known of a block without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockExtent {
    pub key: BlockKey,
    /// The time of its last sample.
    pub last_ms: i64,
    /// How many samples it holds.
    pub count: i64,
}

/// A block of samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBlock {
    pub extent: BlockExtent,
    pub bytes: Vec<u8>,
}

/// A block of buckets of one resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledRow {
    /// The number of its series.
    pub series: i64,
    /// 0 minutes, 1 hours, 2 days.
    pub resolution: i64,
    /// The beginning of its time.
    pub block_ms: i64,
    pub bytes: Vec<u8>,
}

/// What is written at once when samples leave memory: everything or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SampleFlush {
    /// Blocks to delete, because the new ones hold their samples.
    pub replaced: Vec<BlockKey>,
    /// Blocks to insert.
    pub blocks: Vec<StoredBlock>,
    /// Blocks of buckets, each in place of the one of the same series, resolution and beginning.
    pub rolled: Vec<RolledRow>,
    /// Every sample of every payload up to this number stands in a block once this is written.
    pub flushed_payload: i64,
}
