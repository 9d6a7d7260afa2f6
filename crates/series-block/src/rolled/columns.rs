//! The digests of a block's buckets, column by column. Times are offsets into their bucket; a least or greatest sample that is the
//! first or the last one too is not written again.

use crate::block_error::BlockError;
use crate::bucket::Bucket;
use crate::bytes::{Reader, put_section};
use crate::codec::{decode_floats, decode_integers, encode_floats, encode_integers};
use crate::digest::{Digest, Mark};
use crate::resolution::Resolution;
use crate::sum::Sum;

/// Which sample an extreme is.
const OWN: i64 = 0;
const FIRST: i64 = 1;
const LAST: i64 = 2;

/// Appends the digests of buckets.
pub(super) fn encode(buckets: &[Bucket], out: &mut Vec<u8>) {
    let integers = |out: &mut Vec<u8>, of: &dyn Fn(&Bucket) -> i64| {
        put_integers(out, &buckets.iter().map(of).collect::<Vec<i64>>());
    };
    let floats = |out: &mut Vec<u8>, of: &dyn Fn(&Digest) -> f64| {
        put_floats(out, &buckets.iter().map(|bucket| of(&bucket.digest)).collect::<Vec<f64>>());
    };
    integers(out, &|bucket| bucket.start_ms);
    integers(out, &|bucket| bucket.digest.count.cast_signed());
    integers(out, &|bucket| bucket.digest.first.time_ms.wrapping_sub(bucket.start_ms));
    integers(out, &|bucket| bucket.digest.last.time_ms.wrapping_sub(bucket.start_ms));
    integers(out, &|bucket| bucket.digest.recorded_ms.wrapping_sub(bucket.start_ms));
    floats(out, &|digest| digest.first.value);
    floats(out, &|digest| digest.last.value);
    floats(out, &|digest| digest.sum.parts().0);
    floats(out, &|digest| digest.sum.parts().1);
    let extremes: [fn(&Digest) -> Mark; 2] = [|digest| digest.least, |digest| digest.greatest];
    for extreme in extremes {
        integers(out, &|bucket| choice(extreme(&bucket.digest), &bucket.digest));
        let own = || buckets.iter().filter(|bucket| choice(extreme(&bucket.digest), &bucket.digest) == OWN);
        let offset = |bucket: &Bucket| extreme(&bucket.digest).time_ms.wrapping_sub(bucket.start_ms);
        put_integers(out, &own().map(offset).collect::<Vec<i64>>());
        put_floats(out, &own().map(|bucket| extreme(&bucket.digest).value).collect::<Vec<f64>>());
    }
}

/// Reads start and digest of `count` buckets.
pub(super) fn decode(
    mut reader: Reader<'_>,
    resolution: Resolution,
    count: usize,
) -> Result<Vec<(i64, Digest)>, BlockError> {
    let starts = integers(&mut reader, count)?;
    let counts = integers(&mut reader, count)?;
    let first_times = integers(&mut reader, count)?;
    let last_times = integers(&mut reader, count)?;
    let recorded = integers(&mut reader, count)?;
    let first_values = floats(&mut reader, count)?;
    let last_values = floats(&mut reader, count)?;
    let highs = floats(&mut reader, count)?;
    let lows = floats(&mut reader, count)?;
    let mut digests = Vec::with_capacity(count);
    for index in 0..count {
        let start_ms = starts[index];
        let first = mark(start_ms, first_times[index], first_values[index])?;
        let last = mark(start_ms, last_times[index], last_values[index])?;
        let sum = Sum::from_parts(highs[index], lows[index]).ok_or(BlockError::Unsound("a sum is none"))?;
        let digest = Digest {
            count: u64::try_from(counts[index]).map_err(|_| BlockError::Unsound("a count is negative"))?,
            sum,
            first,
            least: first,
            greatest: first,
            last,
            recorded_ms: recorded[index].wrapping_add(start_ms),
        };
        digests.push((start_ms, digest));
    }
    extremes(&mut reader, &mut digests, |digest| &mut digest.least)?;
    extremes(&mut reader, &mut digests, |digest| &mut digest.greatest)?;
    reader.end()?;
    if digests.iter().all(|(start_ms, digest)| sound(resolution, *start_ms, digest))
        && digests.is_sorted_by(|one, next| one.0 < next.0)
    {
        Ok(digests)
    } else {
        Err(BlockError::Unsound("a bucket contradicts itself"))
    }
}

fn sound(resolution: Resolution, start_ms: i64, digest: &Digest) -> bool {
    let inside = |mark: Mark| resolution.start_ms(mark.time_ms) == start_ms;
    digest.count > 0
        && resolution.start_ms(start_ms) == start_ms
        && [digest.first, digest.least, digest.greatest, digest.last].into_iter().all(inside)
        && digest.first.time_ms <= digest.last.time_ms
        && digest.least.value <= digest.greatest.value
}

fn extremes(
    reader: &mut Reader<'_>,
    digests: &mut [(i64, Digest)],
    extreme: fn(&mut Digest) -> &mut Mark,
) -> Result<(), BlockError> {
    let choices = integers(reader, digests.len())?;
    let own_count = choices.iter().filter(|choice| **choice == OWN).count();
    let times = integers(reader, own_count)?;
    let values = floats(reader, own_count)?;
    let mut own = times.into_iter().zip(values);
    for ((start_ms, digest), choice) in digests.iter_mut().zip(choices) {
        let found = match choice {
            FIRST => digest.first,
            LAST => digest.last,
            OWN => {
                let (time_ms, value) = own.next().ok_or(BlockError::Short)?;
                mark(*start_ms, time_ms, value)?
            }
            _ => return Err(BlockError::Unsound("an extreme is of no known kind")),
        };
        *extreme(digest) = found;
    }
    Ok(())
}

fn choice(extreme: Mark, digest: &Digest) -> i64 {
    let same = |mark: Mark| mark.time_ms == extreme.time_ms;
    if same(digest.first) {
        FIRST
    } else if same(digest.last) {
        LAST
    } else {
        OWN
    }
}

fn mark(start_ms: i64, offset_ms: i64, value: f64) -> Result<Mark, BlockError> {
    if value.is_finite() {
        Ok(Mark { time_ms: start_ms.wrapping_add(offset_ms), value })
    } else {
        Err(BlockError::Unsound("a value is not finite"))
    }
}

fn put_integers(out: &mut Vec<u8>, values: &[i64]) {
    let mut column = Vec::new();
    encode_integers(values, &mut column);
    put_section(out, &column);
}

fn put_floats(out: &mut Vec<u8>, values: &[f64]) {
    let mut column = Vec::new();
    encode_floats(values, &mut column);
    put_section(out, &column);
}

fn integers(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, BlockError> {
    let mut column = reader.section()?;
    let values = decode_integers(&mut column, count)?;
    column.end().map(|()| values)
}

fn floats(reader: &mut Reader<'_>, count: usize) -> Result<Vec<f64>, BlockError> {
    decode_floats(reader.section()?, count)
}
