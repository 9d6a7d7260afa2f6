//! Protobuf's wire format, read field by field without a copy: a message of any size takes no memory of its own.
//!
//! <https://protobuf.dev/programming-guides/encoding/>

use crate::Refusal;

/// Where a body stops being protobuf, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed {
    byte_offset: usize,
    detail: &'static str,
}

impl From<Malformed> for Refusal {
    fn from(Malformed { byte_offset, detail }: Malformed) -> Self {
        Self::Protobuf { byte_offset, detail }
    }
}

/// A stretch of the body: a message, a text or packed numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    bytes: &'a [u8],
    /// Where it begins in the body.
    offset: usize,
}

impl<'a> Part<'a> {
    pub(crate) fn body(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// The fields of this part as a message.
    pub(crate) fn fields(self) -> Fields<'a> {
        Fields { part: self, at: 0 }
    }

    pub(crate) fn text(self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes).map_err(|error| Malformed {
            byte_offset: self.offset + error.valid_up_to(),
            detail: "a text is not UTF-8",
        })
    }

    pub(crate) fn malformed(self, detail: &'static str) -> Malformed {
        Malformed { byte_offset: self.offset, detail }
    }
}

/// A field's content as the wire has it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'a> {
    Varint(u64),
    Fixed64(u64),
    /// No field that is read has this type.
    Fixed32,
    Part(Part<'a>),
}

/// A field: its number and content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) number: u32,
    content: Content<'a>,
    offset: usize,
}

impl<'a> Field<'a> {
    fn wrong_type(self) -> Malformed {
        Malformed { byte_offset: self.offset, detail: "a field is of another type than the message has" }
    }

    pub(crate) fn part(self) -> Result<Part<'a>, Malformed> {
        if let Content::Part(part) = self.content { Ok(part) } else { Err(self.wrong_type()) }
    }

    pub(crate) fn text(self) -> Result<&'a str, Malformed> {
        self.part()?.text()
    }

    pub(crate) fn double(self) -> Result<f64, Malformed> {
        if let Content::Fixed64(bits) = self.content { Ok(f64::from_bits(bits)) } else { Err(self.wrong_type()) }
    }

    pub(crate) fn fixed64(self) -> Result<u64, Malformed> {
        if let Content::Fixed64(bits) = self.content { Ok(bits) } else { Err(self.wrong_type()) }
    }

    pub(crate) fn uint64(self) -> Result<u64, Malformed> {
        if let Content::Varint(number) = self.content { Ok(number) } else { Err(self.wrong_type()) }
    }

    /// An `int64`, which the wire has as two's complement.
    pub(crate) fn int64(self) -> Result<i64, Malformed> {
        self.uint64().map(u64::cast_signed)
    }

    /// An `sint32` or `sint64`, which the wire has in zigzag.
    pub(crate) fn sint64(self) -> Result<i64, Malformed> {
        self.uint64().map(zigzag)
    }

    /// A repeated field of eight bytes each, packed or not, as bits.
    pub(crate) fn fixed64s(self) -> Result<Vec<u64>, Malformed> {
        match self.content {
            Content::Fixed64(bits) => Ok(vec![bits]),
            Content::Part(part) => {
                let (whole, rest) = part.bytes.as_chunks::<8>();
                if !rest.is_empty() {
                    return Err(part.malformed("packed numbers end inside a number"));
                }
                Ok(whole.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect())
            }
            _ => Err(self.wrong_type()),
        }
    }

    /// A repeated `double`, packed or not.
    pub(crate) fn doubles(self) -> Result<impl Iterator<Item = f64>, Malformed> {
        Ok(self.fixed64s()?.into_iter().map(f64::from_bits))
    }

    /// A repeated `uint32`, packed or not.
    pub(crate) fn numbers(self) -> Result<Numbers<'a>, Malformed> {
        match self.content {
            Content::Varint(number) => Ok(Numbers { single: Some(number), fields: Part::body(&[]).fields() }),
            Content::Part(part) => Ok(Numbers { single: None, fields: part.fields() }),
            _ => Err(self.wrong_type()),
        }
    }
}

/// A signed number of its zigzag form: 0, -1, 1, -2 are 0, 1, 2, 3.
pub(crate) fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Numbers of a repeated field.
pub(crate) struct Numbers<'a> {
    single: Option<u64>,
    fields: Fields<'a>,
}

impl Iterator for Numbers<'_> {
    type Item = Result<u64, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.single.take().map(Ok).or_else(|| (!self.fields.is_at_end()).then(|| self.fields.varint()))
    }
}

/// The fields of one message, in the order of the wire.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    part: Part<'a>,
    at: usize,
}

impl<'a> Fields<'a> {
    fn is_at_end(&self) -> bool {
        self.at >= self.part.bytes.len()
    }

    fn malformed(&self, detail: &'static str) -> Malformed {
        Malformed { byte_offset: self.part.offset + self.at, detail }
    }

    fn varint(&mut self) -> Result<u64, Malformed> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = *self.part.bytes.get(self.at).ok_or_else(|| self.malformed("the body ends inside a number"))?;
            self.at += 1;
            if shift == 63 && byte > 1 {
                break;
            }
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.malformed("a number has more than 64 bits"))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.part.bytes.len());
        let end = end.ok_or_else(|| self.malformed("the body ends inside a field"))?;
        let taken = &self.part.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn field(&mut self) -> Result<Field<'a>, Malformed> {
        let offset = self.part.offset + self.at;
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| (1..1 << 29).contains(number));
        let number = number.ok_or(Malformed { byte_offset: offset, detail: "no field has this number" })?;
        let content = match tag & 7 {
            0 => Content::Varint(self.varint()?),
            1 => {
                let bytes = self.take(8)?.try_into();
                Content::Fixed64(u64::from_le_bytes(bytes.map_err(|_| self.malformed("the body ends inside a field"))?))
            }
            2 => {
                let length = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
                let offset = self.part.offset + self.at;
                Content::Part(Part { bytes: self.take(length)?, offset })
            }
            5 => {
                self.take(4)?;
                Content::Fixed32
            }
            _ => return Err(Malformed { byte_offset: offset, detail: "a field has no type of protobuf" }),
        };
        Ok(Field { number, content, offset })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_at_end() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.at = self.part.bytes.len();
        }
        Some(field)
    }
}
