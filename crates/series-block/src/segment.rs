//! Segments: points of one series in order, as bytes, and what they are in sum, as bytes of its own.
//!
//! A segment holds what an evaluation needs of points, superseded ones beside those that count. A block ([`crate::Block`]) holds
//! samples with the payloads that brought them.

mod columns;
mod summary;

use kpi::point::{Point, RunExtent, RunSummary, Superseded};

use crate::block_error::BlockError;
use crate::bytes::{begin, open, put_len, put_varint, seal, unzigzag, zigzag};

const KIND: [u8; 4] = *b"IKPS";
const VERSION: u8 = 1;

/// Points and superseded points of one series, each ordered by time, then by when they were recorded, then as they came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Segment {
    /// Those that count.
    pub points: Vec<Point>,
    /// Those whose place others took.
    pub superseded: Vec<Superseded>,
}

impl Segment {
    /// How many points it holds of both kinds.
    pub fn len(&self) -> usize {
        self.points.len() + self.superseded.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it lies.
    pub fn extent(&self) -> RunExtent {
        RunExtent::of(&self.points, &self.superseded)
    }

    /// What it is in sum.
    pub fn summary(&self) -> RunSummary {
        RunSummary::of(&self.points, &self.superseded)
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(32 + 14 * self.len());
        begin(&mut out, KIND, VERSION);
        put_len(&mut out, self.points.len());
        put_len(&mut out, self.superseded.len());
        columns::put(&mut out, &self.points);
        let superseded: Vec<Point> = self.superseded.iter().map(|one| one.point).collect();
        columns::put(&mut out, &superseded);
        for one in &self.superseded {
            put_varint(&mut out, zigzag(one.superseded_ms.wrapping_sub(one.point.recorded_ms)));
        }
        seal(&mut out);
        out
    }

    /// The segment of these bytes.
    ///
    /// # Errors
    /// [`BlockError`] where they are not those of a segment.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BlockError> {
        let mut reader = open(bytes, KIND, VERSION)?;
        // Each point takes at least one byte of its time.
        let most = reader.remaining();
        let (count, superseded) = (reader.len(most)?, reader.len(most)?);
        let points = columns::read(&mut reader, count)?;
        let others = columns::read(&mut reader, superseded)?;
        let mut superseded = Vec::with_capacity(others.len());
        for point in others {
            let superseded_ms = point.recorded_ms.wrapping_add(unzigzag(reader.varint()?));
            superseded.push(Superseded { point, superseded_ms });
        }
        reader.end()?;
        Ok(Self { points, superseded })
    }
}

/// The bytes of an extent and a summary.
pub fn summary_to_bytes(extent: &RunExtent, summary: &RunSummary) -> Vec<u8> {
    summary::to_bytes(extent, summary)
}

/// The extent and the summary of these bytes.
///
/// # Errors
/// [`BlockError`] where they are not such.
pub fn summary_from_bytes(bytes: &[u8]) -> Result<(RunExtent, RunSummary), BlockError> {
    summary::from_bytes(bytes)
}
