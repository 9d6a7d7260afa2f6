//! Why bytes are not a block, or samples can't become one.

/// What is wrong with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// The bytes begin with something else.
    #[error("these bytes are not a block of this kind")]
    Kind,
    /// A version that this program does not know.
    #[error("version {0} of the block format is not known")]
    Version(u8),
    /// The bytes are not those that were written.
    #[error("the block's checksum does not fit its bytes")]
    Checksum,
    /// The bytes end too early.
    #[error("the block ends too early")]
    Short,
    /// The bytes are whole, but say something that can't be.
    #[error("the block is not sound: {0}")]
    Unsound(&'static str),
    /// These can't be put into one block.
    #[error("not encodable: {0}")]
    Unencodable(&'static str),
}
