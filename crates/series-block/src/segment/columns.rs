//! Points as columns; a column whose values are all the same takes one.

use kpi::point::{LabelSet, Origin, Point};

use crate::block_error::BlockError;
use crate::bytes::{Reader, put_varint, unzigzag, zigzag};
use crate::origin;

/// All values are the first one.
const SAME: u8 = 0;
/// Each value stands for itself.
const EACH: u8 = 1;

/// Adds points to bytes: times and times of recording as differences, values as they are.
pub(super) fn put(out: &mut Vec<u8>, points: &[Point]) {
    let mut before_ms = 0_i64;
    for point in points {
        put_varint(out, zigzag(point.time_ms.wrapping_sub(before_ms)));
        before_ms = point.time_ms;
    }
    column(out, points, |point| point.value.to_bits(), |out, bits| out.extend_from_slice(&bits.to_le_bytes()));
    column(out, points, |point| zigzag(point.recorded_ms.wrapping_sub(point.time_ms)), put_varint);
    column(out, points, |point| u64::from(point.labels.0), put_varint);
    column(out, points, |point| point.weight, put_varint);
    column(out, points, |point| origin::number(point.origin).cast_unsigned(), put_varint);
}

/// Reads that many points.
pub(super) fn read(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Point>, BlockError> {
    let mut points = Vec::with_capacity(count);
    let mut time_ms = 0_i64;
    for _ in 0..count {
        time_ms = time_ms.wrapping_add(unzigzag(reader.varint()?));
        points.push(Point {
            time_ms,
            value: 0.0,
            recorded_ms: 0,
            origin: Origin::Measured,
            labels: LabelSet::NONE,
            weight: 1,
        });
    }
    fill(reader, &mut points, Reader::f64, |point, value| point.value = value)?;
    fill(reader, &mut points, Reader::varint, |point, ahead| {
        point.recorded_ms = point.time_ms.wrapping_add(unzigzag(ahead));
    })?;
    let set = |reader: &mut Reader<'_>| {
        u32::try_from(reader.varint()?).map_err(|_| BlockError::Unsound("there is no such label set"))
    };
    fill(reader, &mut points, set, |point, set| point.labels = LabelSet(set))?;
    fill(reader, &mut points, Reader::varint, |point, weight| point.weight = weight)?;
    fill(reader, &mut points, read_origin, |point, origin| point.origin = origin)?;
    let is_sound = points.iter().all(|point| point.value.is_finite() && point.weight > 0);
    let in_order = points.is_sorted_by_key(|point| (point.time_ms, point.recorded_ms));
    if is_sound && in_order { Ok(points) } else { Err(BlockError::Unsound("a point can't be")) }
}

fn column(out: &mut Vec<u8>, points: &[Point], of: impl Fn(&Point) -> u64, put: impl Fn(&mut Vec<u8>, u64)) {
    let Some(first) = points.first().map(&of) else { return };
    if points.iter().all(|point| of(point) == first) {
        out.push(SAME);
        put(out, first);
        return;
    }
    out.push(EACH);
    for point in points {
        put(out, of(point));
    }
}

fn fill<'r, T: Copy>(
    reader: &mut Reader<'r>,
    points: &mut [Point],
    read: impl Fn(&mut Reader<'r>) -> Result<T, BlockError>,
    put: impl Fn(&mut Point, T),
) -> Result<(), BlockError> {
    if points.is_empty() {
        return Ok(());
    }
    match reader.byte()? {
        SAME => {
            let same = read(reader)?;
            for point in points {
                put(point, same);
            }
        }
        EACH => {
            for point in points {
                put(point, read(reader)?);
            }
        }
        _ => return Err(BlockError::Unsound("there is no such column")),
    }
    Ok(())
}

fn read_origin(reader: &mut Reader<'_>) -> Result<Origin, BlockError> {
    let number = i64::try_from(reader.varint()?).ok();
    number.and_then(origin::of).ok_or(BlockError::Unsound("there is no such origin"))
}
