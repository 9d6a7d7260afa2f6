//! Bytes out and in: variable-length integers, fixed fields, sections with their length before them.

use crate::block_error::BlockError;

/// Small magnitudes of either sign become small numbers.
pub(crate) fn zigzag(value: i64) -> u64 {
    (value.wrapping_shl(1) ^ (value >> 63)).cast_unsigned()
}

/// What [`zigzag`] was given.
pub(crate) fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ (value & 1).cast_signed().wrapping_neg()
}

/// How many bytes [`put_varint`] takes.
pub(crate) fn varint_len(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow (LEB128).
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// A number of things.
pub(crate) fn put_len(out: &mut Vec<u8>, len: usize) {
    put_varint(out, len as u64);
}

/// Bytes with their number before them.
pub(crate) fn put_section(out: &mut Vec<u8>, section: &[u8]) {
    put_len(out, section.len());
    out.extend_from_slice(section);
}

/// Reads from the front of bytes.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], BlockError> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(BlockError::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], BlockError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(BlockError::Short)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, BlockError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, BlockError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, BlockError> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn f64(&mut self) -> Result<f64, BlockError> {
        self.array().map(f64::from_le_bytes)
    }

    pub(crate) fn varint(&mut self) -> Result<u64, BlockError> {
        let mut value = 0;
        for (index, byte) in self.rest.iter().enumerate().take(10) {
            let part = u64::from(byte & 0x7f);
            if index == 9 && part > 1 {
                return Err(BlockError::Unsound("an integer is too long"));
            }
            value |= part << (7 * index);
            if *byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(if self.rest.len() < 10 { BlockError::Short } else { BlockError::Unsound("an integer is too long") })
    }

    /// A number of things, which is at most `most`.
    pub(crate) fn len(&mut self, most: usize) -> Result<usize, BlockError> {
        let len = usize::try_from(self.varint()?).map_err(|_| BlockError::Unsound("a length is too great"))?;
        if len > most { Err(BlockError::Unsound("a length is too great")) } else { Ok(len) }
    }

    pub(crate) fn section(&mut self) -> Result<Self, BlockError> {
        let len = self.len(self.rest.len())?;
        self.take(len).map(Self::new)
    }

    /// That nothing is left.
    pub(crate) fn end(&self) -> Result<(), BlockError> {
        if self.rest.is_empty() { Ok(()) } else { Err(BlockError::Unsound("bytes are left over")) }
    }
}

/// Begins a block: four letters for its kind, and the version.
pub(crate) fn begin(out: &mut Vec<u8>, kind: [u8; 4], version: u8) {
    out.extend_from_slice(&kind);
    out.push(version);
}

/// Ends a block with the CRC-32 of everything before.
pub(crate) fn seal(out: &mut Vec<u8>) {
    let checksum = crc32fast::hash(out);
    out.extend_from_slice(&checksum.to_le_bytes());
}

/// What lies between [`begin`] and [`seal`], once kind, version and checksum are found right.
pub(crate) fn open(bytes: &[u8], kind: [u8; 4], version: u8) -> Result<Reader<'_>, BlockError> {
    let mut reader = Reader::new(bytes);
    if reader.array::<4>()? != kind {
        return Err(BlockError::Kind);
    }
    let found = reader.byte()?;
    if found != version {
        return Err(BlockError::Version(found));
    }
    let inside = reader.remaining().checked_sub(4).ok_or(BlockError::Short)?;
    let body = reader.take(inside)?;
    if crc32fast::hash(&bytes[..bytes.len() - 4]) != reader.u32()? {
        return Err(BlockError::Checksum);
    }
    Ok(Reader::new(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_read_back_and_take_as_many_bytes_as_told() {
        for value in [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            assert_eq!(out.len(), varint_len(value), "{value}");
            assert_eq!(Reader::new(&out).varint(), Ok(value));
            assert_eq!(Reader::new(&out[..out.len() - 1]).varint(), Err(BlockError::Short));
        }
        for value in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(unzigzag(zigzag(value)), value);
        }
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }

    #[test]
    fn an_integer_of_eleven_bytes_is_refused() {
        assert_eq!(Reader::new(&[0xff; 12]).varint(), Err(BlockError::Unsound("an integer is too long")));
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let mut out = Vec::new();
        begin(&mut out, *b"TEST", 1);
        out.extend_from_slice(b"inside");
        seal(&mut out);
        assert_eq!(open(&out, *b"TEST", 1).map(|reader| reader.remaining()), Ok(6));
        assert_eq!(open(&out, *b"ELSE", 1).err(), Some(BlockError::Kind));
        assert_eq!(open(&out, *b"TEST", 2).err(), Some(BlockError::Version(1)));
        out[7] ^= 1;
        assert_eq!(open(&out, *b"TEST", 1).err(), Some(BlockError::Checksum));
        assert_eq!(open(&out[..7], *b"TEST", 1).err(), Some(BlockError::Short));
    }
}
