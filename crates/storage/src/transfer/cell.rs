//! Values of any table, and their checksum.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::TableRow;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The checksum of a table's rows: SHA-256 of an encoding that is the same for every database.
///
/// A cell is a byte for its kind (0 to 4 as in [`Cell`]), then eight bytes of an integer or of a number's bits, or a length of
/// eight bytes and the bytes of a text or of bytes; the lowest byte comes last everywhere.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    sha256: Sha256,
}

impl Digest {
    /// Adds a row.
    pub fn add(&mut self, row: &TableRow) {
        row.iter().for_each(|cell| self.cell(cell));
    }

    /// Adds a cell.
    pub fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Null => self.sha256.update([0]),
            Cell::Int(number) => self.fixed(1, number.to_be_bytes()),
            Cell::Real(number) => self.fixed(2, number.to_bits().to_be_bytes()),
            Cell::Text(text) => self.text(text),
            Cell::Bytes(bytes) => self.sized(4, bytes),
        }
    }

    /// Adds a text, as a cell with it.
    pub fn text(&mut self, text: &str) {
        self.sized(3, text.as_bytes());
    }

    /// The first 64 bits of the checksum, as databases hold them.
    pub fn short(self) -> i64 {
        let sum = self.sha256.finalize();
        sum.first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
    }

    /// The checksum in lowercase hexadecimal.
    pub fn hex(self) -> String {
        self.sha256.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _infallible = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn fixed(&mut self, kind: u8, bytes: [u8; 8]) {
        self.sha256.update([kind]);
        self.sha256.update(bytes);
    }

    fn sized(&mut self, kind: u8, bytes: &[u8]) {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.fixed(kind, length.to_be_bytes());
        self.sha256.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(rows: &[TableRow]) -> String {
        let mut digest = Digest::default();
        for row in rows {
            digest.add(row);
        }
        digest.hex()
    }

    #[test]
    fn no_rows_have_the_checksum_of_no_bytes() {
        assert_eq!(hex(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn rows_that_differ_in_anything_have_different_checksums() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let tables = [
            vec![vec![text("ab"), text("c")]],
            vec![vec![text("a"), text("bc")]],
            vec![vec![text("a"), Cell::Bytes(b"bc".to_vec())]],
            vec![vec![Cell::Null, text("")]],
            vec![vec![text(""), Cell::Null]],
            vec![vec![Cell::Int(0), Cell::Real(0.0)]],
            vec![vec![Cell::Int(0), Cell::Real(-0.0)]],
            vec![vec![Cell::Int(1)], vec![Cell::Int(2)]],
            vec![vec![Cell::Int(2)], vec![Cell::Int(1)]],
        ];
        let sums: std::collections::HashSet<String> = tables.iter().map(|rows| hex(rows)).collect();
        assert_eq!(sums.len(), tables.len());
    }
}
