//! What a segment is in sum, as bytes beside it, so that it is known without the segment's own.

use kpi::exact_sum::ExactSum;
use kpi::point::{LabelSet, MOST_LABEL_SETS, RunExtent, RunSummary, RunTotal};

use crate::block_error::BlockError;
use crate::bytes::{Reader, begin, open, put_len, put_varint, seal};

const KIND: [u8; 4] = *b"IKPT";
const VERSION: u8 = 1;

/// An exact sum has at most as many parts as numbers of 53 bits fit beside each other into the range of floats.
const MOST_PARTS: usize = 64;

pub(super) fn to_bytes(extent: &RunExtent, summary: &RunSummary) -> Vec<u8> {
    let mut out = Vec::with_capacity(96);
    begin(&mut out, KIND, VERSION);
    out.extend_from_slice(&extent.first_ms.to_le_bytes());
    out.extend_from_slice(&extent.last_ms.to_le_bytes());
    put_len(&mut out, extent.points);
    put_len(&mut out, extent.superseded);
    out.extend_from_slice(&summary.greatest.to_le_bytes());
    out.extend_from_slice(&summary.latest_recorded_ms.to_le_bytes());
    match summary.first_recorded {
        None => out.push(0),
        Some((recorded_ms, time_ms, value)) => {
            out.push(1);
            out.extend_from_slice(&recorded_ms.to_le_bytes());
            out.extend_from_slice(&time_ms.to_le_bytes());
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
    put_total(&mut out, &summary.total);
    match &summary.by_label_set {
        None => out.push(0),
        Some(sets) => {
            out.push(1);
            put_len(&mut out, sets.len());
            for (set, total) in sets.iter() {
                put_varint(&mut out, u64::from(set.0));
                put_total(&mut out, total);
            }
        }
    }
    seal(&mut out);
    out
}

pub(super) fn from_bytes(bytes: &[u8]) -> Result<(RunExtent, RunSummary), BlockError> {
    let mut reader = open(bytes, KIND, VERSION)?;
    let (first_ms, last_ms) = (reader.i64()?, reader.i64()?);
    let (points, superseded) = (reader.len(usize::MAX)?, reader.len(usize::MAX)?);
    let (greatest, latest_recorded_ms) = (reader.f64()?, reader.i64()?);
    let has_first = reader.byte()? != 0;
    let first_recorded = if has_first { Some((reader.i64()?, reader.i64()?, reader.f64()?)) } else { None };
    let total = read_total(&mut reader)?;
    let has_sets = reader.byte()? != 0;
    let by_label_set = if has_sets {
        let count = reader.len(MOST_LABEL_SETS)?;
        let mut sets = Vec::with_capacity(count);
        for _ in 0..count {
            let set = u32::try_from(reader.varint()?).map_err(|_| BlockError::Unsound("there is no such set"))?;
            sets.push((LabelSet(set), read_total(&mut reader)?));
        }
        Some(sets.into())
    } else {
        None
    };
    reader.end()?;
    let extent = RunExtent { first_ms, last_ms, points, superseded };
    Ok((extent, RunSummary { total, by_label_set, first_recorded, greatest, latest_recorded_ms }))
}

fn put_total(out: &mut Vec<u8>, total: &RunTotal) {
    put_len(out, total.observations);
    let (usual, huge) = total.sum.parts();
    for parts in [usual, huge] {
        put_len(out, parts.len());
        for part in parts {
            out.extend_from_slice(&part.to_le_bytes());
        }
    }
}

fn read_total(reader: &mut Reader<'_>) -> Result<RunTotal, BlockError> {
    let observations = reader.len(usize::MAX)?;
    let mut parts = || -> Result<Vec<f64>, BlockError> {
        let count = reader.len(MOST_PARTS)?;
        (0..count).map(|_| reader.f64()).collect()
    };
    let (usual, huge) = (parts()?, parts()?);
    Ok(RunTotal { observations, sum: ExactSum::from_parts(usual, huge) })
}
