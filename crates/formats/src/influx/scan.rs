//! Where names, values and lines of line protocol end.

pub(super) fn is_comment(line: &[u8]) -> bool {
    line.get(skip_blanks(line, 0)) == Some(&b'#')
}

pub(super) fn skip_blanks(bytes: &[u8], from: usize) -> usize {
    let length = bytes[from..].iter().position(|byte| !matches!(byte, b' ' | b'\t' | 0));
    length.map_or(bytes.len(), |length| from + length)
}

pub(super) fn is_tag_mark(byte: u8) -> bool {
    matches!(byte, b'=' | b',' | b' ')
}

/// The first of some marks that no backslash precedes, in measurements and tags. Two backslashes escape as well: `InfluxDB`
/// looks at one byte only.
pub(super) fn find(bytes: &[u8], from: usize, is_mark: impl Fn(u8) -> bool) -> Option<usize> {
    let mut previous = 0;
    for (offset, byte) in bytes[from..].iter().enumerate() {
        if is_mark(*byte) && previous != b'\\' {
            return Some(from + offset);
        }
        previous = *byte;
    }
    None
}

/// The first of some marks that is not escaped, in the fields: there a backslash takes the next byte with it.
pub(super) fn find_field(bytes: &[u8], mut at: usize, is_mark: impl Fn(u8) -> bool) -> Option<usize> {
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' {
            at += 2;
        } else if is_mark(*byte) {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

/// Where a line ends that holds a quotation mark: quotes count only in values of fields.
pub(super) fn quoted_end(bytes: &[u8]) -> usize {
    let (mut at, mut in_fields, mut is_quoted) = (0, false, false);
    let (mut equals, mut commas) = (0_usize, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 1,
            b'\n' if !is_quoted => return at,
            b' ' => in_fields = true,
            b'=' if in_fields && !is_quoted => equals += 1,
            b',' if in_fields && !is_quoted => commas += 1,
            b'"' if in_fields && equals > commas => is_quoted = !is_quoted,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
