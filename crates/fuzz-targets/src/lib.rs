//! Every reader of bytes and texts that come from outside, called as the product calls it, with what must hold whatever comes in.
//!
//! A target takes any bytes and panics where something does not hold. The fuzzer in `fuzz/` looks for such bytes; the tests of this
//! crate give every file of `fuzz/corpus` to its target. `docs/fuzzing.md` says how to run it.

mod analytics;
mod blocks;
mod check;
mod encoding;
mod exposition;
mod line_protocol;
mod observations;
mod otlp;
mod pick;
mod pulled;
mod remote_write;
mod reports;
mod statsd;
mod tables;
mod texts;
mod webhooks;

pub use analytics::analytics;
pub use blocks::blocks;
pub use encoding::encoding;
pub use exposition::exposition;
pub use line_protocol::line_protocol;
pub use observations::observations;
pub use otlp::otlp;
pub use pulled::pulled;
pub use remote_write::remote_write;
pub use reports::reports;
pub use statsd::statsd;
pub use tables::tables;
pub use texts::texts;
pub use webhooks::webhooks;

/// A target: any bytes in, a panic where something does not hold.
pub type Target = fn(&[u8]);

/// Every target with its name, which its program and the folder of its corpus have too.
pub const TARGETS: &[(&str, Target)] = &[
    ("analytics", analytics),
    ("blocks", blocks),
    ("encoding", encoding),
    ("exposition", exposition),
    ("line_protocol", line_protocol),
    ("observations", observations),
    ("otlp", otlp),
    ("pulled", pulled),
    ("remote_write", remote_write),
    ("reports", reports),
    ("statsd", statsd),
    ("tables", tables),
    ("texts", texts),
    ("webhooks", webhooks),
];
