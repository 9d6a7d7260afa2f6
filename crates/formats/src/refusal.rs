//! Why a whole body can't be read. What is wrong with a single row is a [`crate::Problem`] instead.

/// Why a whole body can't be read: where it went wrong and what would be right. Rows and columns count from 1, columns in
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("byte {byte_offset} is not UTF-8")]
    NotUtf8 {
        /// Counted from 0.
        byte_offset: usize,
    },
    #[error("the body is empty")]
    Empty,
    #[error("more than {limit} rows")]
    TooManyRows { limit: usize },
    #[error("brackets are nested deeper than {limit} levels, at line {row}, column {column}")]
    TooDeep { row: usize, column: usize, limit: usize },
    /// A JSON body that spells a number JSON doesn't have.
    #[error("`{field}` is {written}, which is not a JSON number, at line {row}, column {column}")]
    NotFinite { row: usize, column: usize, field: String, written: String },
    #[error("{detail}, at line {row}, column {column}")]
    Syntax { row: usize, column: usize, detail: String, expected: String },
    /// A CSV header that does not name the columns it has to.
    #[error("{detail}, in the header at line {row}")]
    Header { row: usize, columns: Box<WrongColumns>, detail: String, expected: String },
    /// Well-formed, but not the kind of document that this reader reads.
    #[error("{detail}, at line {row}, column {column}")]
    Shape { row: usize, column: usize, detail: String, expected: String },
    /// Compressed in a way that is not read here.
    #[error("the body is encoded as {encoding}")]
    Encoding { encoding: String },
    /// What its header or its sender says about the compression is not true.
    #[error("the body is no {encoding}: {detail}")]
    Compression { encoding: &'static str, detail: String },
    #[error("the body has more than {limit} bytes once it is decompressed")]
    TooLarge { limit: usize },
    #[error("the names and labels of all samples have more than {limit} bytes")]
    TooMuchText { limit: usize },
    #[error("{detail}, at byte {byte_offset}")]
    Protobuf {
        /// Counted from 0 in the decompressed body.
        byte_offset: usize,
        detail: &'static str,
    },
}

/// The columns that a CSV header has, or lacks, against the rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WrongColumns {
    /// Names as written that are no field.
    pub unknown: Vec<String>,
    /// Required fields that no column names.
    pub missing: Vec<String>,
    /// Fields that several columns name.
    pub duplicate: Vec<String>,
}

impl Refusal {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "not-utf8",
            Self::Empty => "empty",
            Self::TooManyRows { .. } => "too-many-rows",
            Self::TooDeep { .. } => "too-deep",
            Self::NotFinite { .. } => "not-finite",
            Self::Syntax { .. } => "syntax",
            Self::Header { .. } => "header",
            Self::Shape { .. } => "shape",
            Self::Encoding { .. } => "encoding",
            Self::Compression { .. } => "compression",
            Self::TooLarge { .. } => "too-large",
            Self::TooMuchText { .. } => "too-much-text",
            Self::Protobuf { .. } => "protobuf",
        }
    }

    /// The line of the body, from 1, where one is to blame.
    pub fn row(&self) -> Option<usize> {
        match self {
            Self::NotUtf8 { .. }
            | Self::Empty
            | Self::TooManyRows { .. }
            | Self::Encoding { .. }
            | Self::Compression { .. }
            | Self::TooLarge { .. }
            | Self::TooMuchText { .. }
            | Self::Protobuf { .. } => None,
            Self::TooDeep { row, .. }
            | Self::NotFinite { row, .. }
            | Self::Syntax { row, .. }
            | Self::Header { row, .. }
            | Self::Shape { row, .. } => Some(*row),
        }
    }

    /// The column in that line, from 1, in characters.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::TooDeep { column, .. }
            | Self::NotFinite { column, .. }
            | Self::Syntax { column, .. }
            | Self::Shape { column, .. } => Some(*column),
            _ => None,
        }
    }

    /// The field to blame: known for a number that is not finite, and for the first wrong column of a header.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::NotFinite { field, .. } => Some(field),
            Self::Header { columns, .. } => {
                let WrongColumns { unknown, missing, duplicate } = columns.as_ref();
                unknown.iter().chain(missing).chain(duplicate).next().map(String::as_str)
            }
            _ => None,
        }
    }

    /// What would be right, as a sentence fragment.
    pub fn expected(&self) -> String {
        match self {
            Self::NotUtf8 { .. } => "text saved as UTF-8".to_owned(),
            Self::Empty => "at least one observation".to_owned(),
            Self::TooManyRows { limit } => format!("at most {limit} rows in one body; send the rest in another"),
            Self::TooDeep { limit, .. } => format!("at most {limit} levels of brackets"),
            Self::NotFinite { .. } => {
                "a finite number, such as 12.5; leave the observation out where nothing was measured".to_owned()
            }
            Self::Syntax { expected, .. } | Self::Header { expected, .. } | Self::Shape { expected, .. } => {
                expected.clone()
            }
            Self::Encoding { .. } => "one of the encodings gzip, deflate, snappy (blocks) and identity".to_owned(),
            Self::Compression { encoding, .. } => format!("a body compressed as {encoding}"),
            Self::TooLarge { limit } => {
                format!("at most {limit} bytes once decompressed; send the rest in another body")
            }
            Self::TooMuchText { limit } => {
                format!("names and labels of at most {limit} bytes in one body; send the rest in another")
            }
            Self::Protobuf { .. } => "a complete protobuf message of the kind that the content type names".to_owned(),
        }
    }
}
