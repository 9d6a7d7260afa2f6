//! Protobuf messages for tests.

/// A message under construction.
#[derive(Debug, Default, Clone)]
pub(crate) struct Message(pub(crate) Vec<u8>);

impl Message {
    pub(crate) fn varint(mut self, field: u64, value: u64) -> Self {
        self.number(field << 3);
        self.number(value);
        self
    }

    pub(crate) fn double(mut self, field: u64, value: f64) -> Self {
        self.number(field << 3 | 1);
        self.0.extend(value.to_bits().to_le_bytes());
        self
    }

    pub(crate) fn fixed64(mut self, field: u64, value: u64) -> Self {
        self.number(field << 3 | 1);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn bytes(mut self, field: u64, value: impl AsRef<[u8]>) -> Self {
        self.number(field << 3 | 2);
        self.number(value.as_ref().len() as u64);
        self.0.extend(value.as_ref());
        self
    }

    pub(crate) fn message(self, field: u64, value: &Self) -> Self {
        self.bytes(field, &value.0)
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    #[expect(clippy::expect_used, reason = "a helper of tests")]
    pub(crate) fn snappy(&self) -> Vec<u8> {
        snap::raw::Encoder::new().compress_vec(&self.0).expect("room for a message")
    }
}
