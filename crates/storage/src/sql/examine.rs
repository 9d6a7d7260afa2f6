//! Statements of looking at what is stored.

pub const LATEST: &str = include_str!("../../queries/latest.sql");
pub const DIGESTS_OF: &str = include_str!("../../queries/digests_of.sql");
pub const STORED_BODIES: &str = include_str!("../../queries/stored_bodies.sql");

/// What must find no row: the table, the statement that lists ids, and what is wrong with them.
pub const CONTRADICTIONS: [(&str, &str, &str); 8] = [
    (
        "observations",
        include_str!("../../queries/contradictions/observations_without_payload.sql"),
        "the payload that brought it is not there",
    ),
    (
        "observations",
        include_str!("../../queries/contradictions/superseding_nothing.sql"),
        "the observation whose place it took is not there",
    ),
    (
        "payload_bodies",
        include_str!("../../queries/contradictions/bodies_without_payload.sql"),
        "bytes of a payload that is not there",
    ),
    ("payloads", include_str!("../../queries/contradictions/payload_numbers.sql"), "a number or a count can't be"),
    (
        "sources",
        include_str!("../../queries/contradictions/totals_of_sources.sql"),
        "the totals of the source are not what its payloads come to",
    ),
    (
        "journal",
        include_str!("../../queries/contradictions/gaps_in_streams.sql"),
        "the numbers of the stream have a gap: an entry is missing",
    ),
    (
        "sample_series",
        include_str!("../../queries/contradictions/blocks_of_no_series.sql"),
        "blocks belong to a series that is not there",
    ),
    (
        "sample_watermark",
        include_str!("../../queries/contradictions/watermark.sql"),
        "it is above the number of every payload: samples of later ones would not be read again",
    ),
];
