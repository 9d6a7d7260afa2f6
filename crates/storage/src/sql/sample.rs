//! Statements of series, blocks and rollups of samples.

pub const SAMPLE_SERIES: &str = include_str!("../../queries/sample_series.sql");
pub const BLOCK_EXTENTS: &str = include_str!("../../queries/block_extents.sql");
pub const BLOCKS: &str = include_str!("../../queries/blocks.sql");
pub const ROLLED: &str = include_str!("../../queries/rolled.sql");
pub const DELETE_BLOCK: &str = include_str!("../../queries/delete_block.sql");
pub const PUT_FLUSHED_PAYLOAD: &str = include_str!("../../queries/put_flushed_payload.sql");
pub const FLUSHED_PAYLOAD: &str = include_str!("../../queries/flushed_payload.sql");
pub const LATEST_BLOCK: &str = include_str!("../../queries/latest_block.sql");
pub const DROP_BLOCKS: &str = include_str!("../../queries/drop_blocks.sql");
pub const DROP_ROLLED: &str = include_str!("../../queries/drop_rolled.sql");
