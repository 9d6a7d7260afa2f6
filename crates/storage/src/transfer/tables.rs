//! The list of every table that holds records.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Int,
    Real,
    Text,
    Bytes,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    /// Those of the key first.
    pub columns: &'static [Column],
    /// How many columns the key has; it orders the rows in the same way in every database.
    pub key_columns: usize,
    /// How many rows are read at once: fewer where rows are large.
    pub page_rows: u32,
    /// How many of the first columns a row's checksum covers ([`crate::row_digest`]); 0 where rows have none.
    pub digested: usize,
    /// How many columns behind them, which rows of earlier versions did not have, it covers where they are not null.
    pub digested_later: usize,
}

const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int }
}

const fn real(name: &'static str) -> Column {
    Column { name, kind: Kind::Real }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn bytes(name: &'static str) -> Column {
    Column { name, kind: Kind::Bytes }
}

const fn table(name: &'static str, key_columns: usize, columns: &'static [Column]) -> Table {
    Table { name, columns, key_columns, page_rows: 1000, digested: 0, digested_later: 0 }
}

/// A table whose rows have a checksum of the first `digested` columns.
const fn digested(digested: usize, table: Table) -> Table {
    Table { digested, ..table }
}

/// As [`digested`], with `later` columns behind them that came afterwards.
const fn digested_later(later: usize, digested: usize, table: Table) -> Table {
    Table { digested, digested_later: later, ..table }
}

const fn table_of_bytes(name: &'static str, key_columns: usize, columns: &'static [Column]) -> Table {
    Table { page_rows: 20, ..table(name, key_columns, columns) }
}

/// The tables that a copy leaves out: what they hold is made of the observations, and is made anew.
pub static DERIVED: [&str; 5] =
    ["point_series", "point_label_sets", "point_segments", "point_segment_bytes", "point_watermark"];

/// Every table that is copied, those that others refer to first.
pub static TABLES: [Table; 14] = [
    digested(
        10,
        table(
            "payloads",
            1,
            &[
                text("id"),
                int("received_ms"),
                text("source"),
                text("content_type"),
                text("sha256_hex"),
                int("byte_count"),
                int("number"),
                text("format"),
                text("context_json"),
                int("logged"),
                text("state"),
                text("reason"),
                int("refused_rows"),
                int("kept_rows"),
                int("body_dropped_ms"),
                int("digest"),
            ],
        ),
    ),
    table_of_bytes("payload_bodies", 1, &[int("number"), int("packing"), bytes("body")]),
    digested_later(
        2,
        16,
        table(
            "observations",
            1,
            &[
                text("id"),
                text("series"),
                int("time_ms"),
                real("value"),
                text("value_written"),
                text("unit_written"),
                text("source"),
                text("external_id"),
                text("note"),
                text("evidence"),
                text("person"),
                text("origin"),
                text("payload_id"),
                int("payload_row"),
                int("recorded_ms"),
                text("labels"),
                text("report"),
                text("supersedes"),
                int("digest"),
            ],
        ),
    ),
    table(
        "sources",
        1,
        &[
            text("source"),
            int("payloads"),
            int("kept_rows"),
            int("refused_rows"),
            int("dead"),
            int("bytes"),
            int("last_received_ms"),
        ],
    ),
    digested(
        6,
        table(
            "benchmark_runs",
            1,
            &[
                text("id"),
                int("started_ms"),
                int("finished_ms"),
                text("state"),
                text("message"),
                text("report_json"),
                int("digest"),
            ],
        ),
    ),
    digested(
        8,
        table(
            "journal",
            1,
            &[
                text("id"),
                text("stream"),
                int("version"),
                text("kind"),
                text("subject"),
                int("time_ms"),
                text("person"),
                text("body"),
                int("digest"),
            ],
        ),
    ),
    digested(3, table("documents", 1, &[text("name"), text("body"), int("changed_ms"), int("version"), int("digest")])),
    digested(
        12,
        table(
            "outbox",
            1,
            &[
                text("id"),
                text("dedupe"),
                text("channel"),
                text("recipient"),
                text("subject"),
                text("body"),
                int("created_ms"),
                text("state"),
                int("attempts"),
                int("next_attempt_ms"),
                text("last_error"),
                int("delivered_ms"),
                text("claimed_by"),
                int("claimed_until_ms"),
                int("digest"),
            ],
        ),
    ),
    digested(
        5,
        table(
            "sample_series",
            1,
            &[int("number"), text("name"), text("labels"), text("source"), int("first_seen_ms"), int("digest")],
        ),
    ),
    table_of_bytes(
        "sample_blocks",
        3,
        &[int("series"), int("first_ms"), int("number"), int("last_ms"), int("sample_count"), bytes("bytes")],
    ),
    table_of_bytes("rolled_blocks", 3, &[int("series"), int("resolution"), int("block_ms"), bytes("bytes")]),
    table("log", 1, &[int("number"), text("kind"), text("subject")]),
    table("log_head", 1, &[int("only_row"), int("number")]),
    table("sample_watermark", 1, &[int("only_row"), int("flushed_payload")]),
];
