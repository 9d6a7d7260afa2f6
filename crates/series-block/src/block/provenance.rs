//! Which payload and row brought each sample: the payloads of the block once, then each sample's place in that list and its row.

use kpi::point::Origin;

use crate::block_error::BlockError;
use crate::bytes::{Reader, put_len, put_section};
use crate::codec::{decode_integers, encode_integers};
use crate::origin;
use crate::sample::Sample;

/// What samples share because one payload brought them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Payload {
    pub(super) number: u64,
    pub(super) recorded_ms: i64,
    pub(super) origin: Origin,
}

impl Payload {
    fn of(sample: &Sample) -> Self {
        Self { number: sample.payload, recorded_ms: sample.recorded_ms, origin: sample.origin }
    }
}

/// Appends the provenance of samples.
pub(super) fn encode(samples: &[Sample], out: &mut Vec<u8>) {
    let mut payloads: Vec<Payload> = samples.iter().map(Payload::of).collect();
    payloads.dedup();
    if !payloads.is_sorted_by(|one, next| one < next) {
        payloads.sort_unstable();
        payloads.dedup();
    }
    put_len(out, payloads.len());
    let column = |of: fn(&Payload) -> i64| payloads.iter().map(of).collect::<Vec<i64>>();
    put_integers(out, &column(|payload| payload.number.cast_signed()));
    put_integers(out, &column(|payload| payload.recorded_ms));
    put_integers(out, &column(|payload| origin::number(payload.origin)));

    let mut index = 0;
    let mut indices = Vec::with_capacity(samples.len());
    for sample in samples {
        let payload = Payload::of(sample);
        // Mostly the same payload as before, or the next one.
        if payloads.get(index) != Some(&payload) {
            index = match payloads.get(index + 1) {
                Some(next) if *next == payload => index + 1,
                _ => payloads.partition_point(|known| *known < payload),
            };
        }
        indices.push(i64::try_from(index).unwrap_or(i64::MAX));
    }
    put_integers(out, &indices);
    encode_integers(&samples.iter().map(|sample| i64::from(sample.row)).collect::<Vec<i64>>(), out);
}

/// The decoded provenance of a block.
pub(super) struct Provenance {
    payloads: Vec<Payload>,
    indices: Vec<i64>,
    rows: Vec<i64>,
}

impl Provenance {
    /// Reads the provenance of `count` samples.
    pub(super) fn decode(mut reader: Reader<'_>, count: usize) -> Result<Self, BlockError> {
        let payload_count = reader.len(count)?;
        let numbers = section(&mut reader, payload_count)?;
        let recorded = section(&mut reader, payload_count)?;
        let origins = section(&mut reader, payload_count)?;
        let mut payloads = Vec::with_capacity(payload_count);
        for ((number, recorded_ms), origin) in numbers.into_iter().zip(recorded).zip(origins) {
            let origin = origin::of(origin).ok_or(BlockError::Unsound("an origin is not known"))?;
            payloads.push(Payload { number: number.cast_unsigned(), recorded_ms, origin });
        }
        let indices = section(&mut reader, count)?;
        let rows = decode_integers(&mut reader, count)?;
        reader.end()?;
        Ok(Self { payloads, indices, rows })
    }

    /// The payload and the row of a sample.
    pub(super) fn at(&self, index: usize) -> Result<(Payload, u32), BlockError> {
        let payload = self.indices.get(index).and_then(|place| self.payloads.get(usize::try_from(*place).ok()?));
        let row = self.rows.get(index).and_then(|row| u32::try_from(*row).ok());
        payload.copied().zip(row).ok_or(BlockError::Unsound("a sample's payload or row is not there"))
    }
}

fn put_integers(out: &mut Vec<u8>, values: &[i64]) {
    let mut column = Vec::new();
    encode_integers(values, &mut column);
    put_section(out, &column);
}

fn section(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, BlockError> {
    let mut column = reader.section()?;
    let values = decode_integers(&mut column, count)?;
    column.end().map(|()| values)
}
