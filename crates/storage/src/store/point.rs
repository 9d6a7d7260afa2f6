//! The contract for the points that KPIs are computed of: segments of points by series, made of the observations.
//!
//! The bytes of segments and of what they are in sum are `crates/series-block`'s own; a store does not look into them. All of it can be
//! made anew from the observations.

use async_trait::async_trait;

use crate::StoreError;

/// What stands in segments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PointWatermark {
    /// How the segments are to be understood; the caller's own.
    pub version: i64,
    /// Every observation up to this id stands in a segment, unless its series has samples; empty where none does.
    pub observation_id: String,
    /// A bit for each origin that a point has; the caller's own.
    pub origins: i64,
}

/// A series of points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointSeries {
    /// Given by the caller, from 1.
    pub number: i64,
    /// Its name, which is no other series'.
    pub name: String,
    /// Who brought it first; empty where no observation did.
    pub source: String,
    /// Whether it has samples too, and so no segments.
    pub has_samples: bool,
}

/// A set of labels that points carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointLabelSet {
    /// Given by the caller, from 1.
    pub number: i64,
    /// Name and value, ordered by name, each name once and none empty.
    pub labels: Vec<(String, String)>,
    /// Who brought it first; empty where no observation did.
    pub source: String,
}

/// A segment without its points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointSegment {
    /// Given by the caller, from 1, never twice.
    pub number: i64,
    /// The number of its series.
    pub series: i64,
    /// Where it lies and what it is in sum.
    pub summary: Vec<u8>,
}

/// What is written at once when points are settled: everything or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettledPoints {
    /// Series that are new or have changed.
    pub series: Vec<PointSeries>,
    /// Label sets that are new.
    pub label_sets: Vec<PointLabelSet>,
    /// Segments that are new, each with its points.
    pub segments: Vec<(PointSegment, Vec<u8>)>,
    /// The numbers of segments whose points stand in others now.
    pub replaced: Vec<i64>,
    /// What stands in segments once this is written.
    pub watermark: PointWatermark,
}

/// Keeps points in segments.
///
/// # Errors
/// As [`crate::Store`].
#[async_trait]
pub trait PointStore: Send + Sync {
    /// What stands in segments; `None` where nothing was ever settled.
    async fn point_watermark(&self) -> Result<Option<PointWatermark>, StoreError>;

    /// The next `limit` series by number, behind `after_number`.
    async fn point_series(&self, after_number: i64, limit: u32) -> Result<Vec<PointSeries>, StoreError>;

    /// The next `limit` label sets by number, behind `after_number`.
    async fn point_label_sets(&self, after_number: i64, limit: u32) -> Result<Vec<PointLabelSet>, StoreError>;

    /// The next `limit` segments by number, behind `after_number`.
    async fn point_segments(&self, after_number: i64, limit: u32) -> Result<Vec<PointSegment>, StoreError>;

    /// The points of segments by their numbers, those that are there, in no order.
    async fn point_segment_bytes(&self, numbers: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, StoreError>;

    /// Writes what was settled, all or nothing. A segment to delete that is not there is passed over.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the number of a new segment or label set, or the name of a new series, is taken;
    /// [`StoreError::NotStorable`] for text with a NUL character, or labels that are not in order.
    async fn settle_points(&self, settled: &SettledPoints) -> Result<(), StoreError>;

    /// Deletes everything that was settled, so that it is made anew.
    async fn forget_points(&self) -> Result<(), StoreError>;
}
