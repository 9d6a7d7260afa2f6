//! A block: samples of one series, ordered, encoded once and never changed. `docs/storage.md` describes its bytes.

mod header;
mod provenance;

use crate::block_error::BlockError;
use crate::bytes::{begin, open, seal};
use crate::codec::{decode_floats, decode_integers, encode_floats, encode_integers};
use crate::digest::{Digest, Mark};
use crate::sample::{Sample, counted};
use header::Header;
use provenance::Provenance;

/// The most samples of a block.
pub const MOST_SAMPLES: usize = 65_536;

const KIND: [u8; 4] = *b"IKPB";
/// The version of the format in which blocks are written.
pub const VERSION: u8 = 1;

/// Encoded samples, with what a reader needs to pass over them.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    bytes: Vec<u8>,
    header: Header,
}

impl Block {
    /// Encodes 1 to [`MOST_SAMPLES`] samples.
    ///
    /// # Errors
    /// None or too many samples, keys that do not ascend, or a value that is not finite.
    pub fn encode(samples: &[Sample]) -> Result<Self, BlockError> {
        if samples.len() > MOST_SAMPLES {
            return Err(BlockError::Unencodable("too many samples"));
        }
        if !samples.is_sorted_by(|one, next| one.key() < next.key()) {
            return Err(BlockError::Unencodable("the samples are not in order, or one stands twice"));
        }
        if samples.iter().any(|sample| !sample.value.is_finite()) {
            return Err(BlockError::Unencodable("a value is not finite"));
        }
        let digest = Digest::of(counted(samples)).ok_or(BlockError::Unencodable("no samples"))?;

        let mut body = Vec::with_capacity(samples.len() * 4);
        let times: Vec<i64> = samples.iter().map(|sample| sample.time_ms).collect();
        encode_integers(&times, &mut body);
        let times_len = body.len();
        let values: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
        encode_floats(&values, &mut body);
        let values_len = body.len() - times_len;
        provenance::encode(samples, &mut body);

        let header = Header { count: samples.len(), digest, times_len, values_len };
        let mut bytes = Vec::with_capacity(body.len() + Header::LEN + 9);
        begin(&mut bytes, KIND, VERSION);
        header.put(&mut bytes);
        bytes.append(&mut body);
        seal(&mut bytes);
        Ok(Self { bytes, header })
    }

    /// A block from its bytes. Checks all but the columns, which their readers check.
    ///
    /// # Errors
    /// The bytes are not a whole, unchanged block of a known version.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, BlockError> {
        let mut reader = open(&bytes, KIND, VERSION)?;
        let header = Header::read(&mut reader)?;
        if header.times_len.checked_add(header.values_len).is_none_or(|columns| columns > reader.remaining()) {
            return Err(BlockError::Unsound("the columns are longer than the block"));
        }
        Ok(Self { bytes, header })
    }

    /// The bytes to store.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many samples it holds, those included that a later one of the same time replaced.
    pub fn count(&self) -> usize {
        self.header.count
    }

    /// What the samples that count come to.
    pub fn digest(&self) -> &Digest {
        &self.header.digest
    }

    /// Every sample with its provenance.
    ///
    /// # Errors
    /// Columns that are not sound.
    pub fn samples(&self) -> Result<Vec<Sample>, BlockError> {
        self.samples_between(i64::MIN, i64::MAX)
    }

    /// The samples from `first_ms` to `last_ms`, both included.
    ///
    /// # Errors
    /// Columns that are not sound.
    pub fn samples_between(&self, first_ms: i64, last_ms: i64) -> Result<Vec<Sample>, BlockError> {
        if self.misses(first_ms, last_ms) {
            return Ok(Vec::new());
        }
        let (times, values) = self.columns()?;
        let provenance =
            Provenance::decode(self.part(self.header.times_len + self.header.values_len, None)?, times.len())?;
        let (start, end) = range(&times, first_ms, last_ms);
        let mut samples: Vec<Sample> = Vec::with_capacity(end - start);
        for index in start..end {
            let (payload, row) = provenance.at(index)?;
            let sample = Sample {
                time_ms: times[index],
                value: values[index],
                payload: payload.number,
                row,
                recorded_ms: payload.recorded_ms,
                origin: payload.origin,
            };
            if samples.last().is_some_and(|before| before.key() >= sample.key()) {
                return Err(BlockError::Unsound("samples are out of order"));
            }
            samples.push(sample);
        }
        Ok(samples)
    }

    /// Time and value of every sample from `first_ms` to `last_ms`, both included, in order; without provenance, which makes it
    /// the faster way. Of several at one time the last counts.
    ///
    /// # Errors
    /// Columns that are not sound.
    pub fn marks_between(&self, first_ms: i64, last_ms: i64) -> Result<Vec<Mark>, BlockError> {
        if self.misses(first_ms, last_ms) {
            return Ok(Vec::new());
        }
        let (times, values) = self.columns()?;
        let (start, end) = range(&times, first_ms, last_ms);
        let marks = times[start..end].iter().zip(&values[start..end]);
        Ok(marks.map(|(&time_ms, &value)| Mark { time_ms, value }).collect())
    }

    /// That the whole block decodes, and that its header is what its samples come to.
    ///
    /// # Errors
    /// What is not so.
    pub fn check(&self) -> Result<(), BlockError> {
        let again = Self::encode(&self.samples()?)?;
        if again.header.digest == self.header.digest {
            Ok(())
        } else {
            Err(BlockError::Unsound("the header is not what the samples come to"))
        }
    }

    fn misses(&self, first_ms: i64, last_ms: i64) -> bool {
        last_ms < self.header.digest.first.time_ms || first_ms > self.header.digest.last.time_ms
    }

    fn columns(&self) -> Result<(Vec<i64>, Vec<f64>), BlockError> {
        let Header { count, times_len, values_len, .. } = self.header;
        let mut reader = self.part(0, Some(times_len))?;
        let times = decode_integers(&mut reader, count)?;
        reader.end()?;
        let ends = (self.header.digest.first.time_ms, self.header.digest.last.time_ms);
        if !times.is_sorted() || times.first() != Some(&ends.0) || times.last() != Some(&ends.1) {
            return Err(BlockError::Unsound("the times are not those of the header"));
        }
        let values = decode_floats(self.part(times_len, Some(values_len))?, count)?;
        if values.iter().any(|value| !value.is_finite()) {
            return Err(BlockError::Unsound("a value is not finite"));
        }
        Ok((times, values))
    }

    /// A part of the body: `len` bytes from `start`, or all up to the checksum.
    fn part(&self, start: usize, len: Option<usize>) -> Result<crate::bytes::Reader<'_>, BlockError> {
        let body = self.bytes.get(5 + Header::LEN..self.bytes.len() - 4).ok_or(BlockError::Short)?;
        let end = len.map_or(body.len(), |len| start + len);
        body.get(start..end).map(crate::bytes::Reader::new).ok_or(BlockError::Short)
    }
}

/// The indices of the times from `first_ms` to `last_ms`, of ascending times.
fn range(times: &[i64], first_ms: i64, last_ms: i64) -> (usize, usize) {
    let start = times.partition_point(|&time_ms| time_ms < first_ms);
    let end = times.partition_point(|&time_ms| time_ms <= last_ms);
    (start, end.max(start))
}
