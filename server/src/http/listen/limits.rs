//! How many connections there may be, and how long each part of one may take.

use std::time::Duration;

/// Files that the program itself needs: the store's, what it logs to, what it asks and tells others.
const OWN_FILES: usize = 256;
const MOST_CONNECTIONS: usize = 4_096;
const MOST_STREAMS: usize = 10_000;
const MOST_RESERVE: usize = 256;
/// One client has at most so many connections, and so many streams.
const MOST_PER_NETWORK: usize = 256;
const LEAST: usize = 16;

/// What the operator asked for; `None` where nothing was said.
#[derive(Debug, Clone, Copy, Default)]
pub struct WantedLimits {
    /// Connections in all, event streams not counted.
    pub connections: Option<usize>,
    /// Connections of one client.
    pub connections_per_network: Option<usize>,
    /// Event streams in all.
    pub streams: Option<usize>,
    /// Event streams of one client.
    pub streams_per_network: Option<usize>,
}

/// How many connections there may be at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all; neither the reserve nor event streams are counted.
    pub connections: usize,
    /// Connections of one client.
    pub connections_per_network: usize,
    /// Connections beyond these, for health, administrators and refusals.
    pub reserve: usize,
    /// Event streams in all.
    pub streams: usize,
    /// Event streams of one client.
    pub streams_per_network: usize,
}

impl Limits {
    /// What `files` open files allow of what is wanted. An answer may need a file beside its connection.
    pub fn within(files: Option<usize>, wanted: WantedLimits) -> Self {
        let free = files.map_or(usize::MAX, |files| files.saturating_sub(OWN_FILES).max(4 * LEAST));
        let reserve = MOST_RESERVE.min(free / 8);
        let free = free - reserve;
        let connections = wanted.connections.unwrap_or(MOST_CONNECTIONS.min(free / 4)).clamp(1, free / 2);
        let free = free - 2 * connections;
        let streams = wanted.streams.unwrap_or(MOST_STREAMS).min(free);
        let share = |of: usize| MOST_PER_NETWORK.min(of / 4).max(LEAST).min(of);
        Self {
            connections,
            connections_per_network: wanted.connections_per_network.unwrap_or(share(connections)).min(connections),
            reserve,
            streams,
            streams_per_network: wanted.streams_per_network.unwrap_or(share(streams)).min(streams),
        }
    }

    /// Says what holds, and where the limit of open files made it smaller than what was asked for or is usual.
    pub fn tell(&self, files: Option<usize>, wanted: WantedLimits) {
        let Self { connections, connections_per_network, reserve, streams, streams_per_network } = *self;
        tracing::info!(files, connections, connections_per_network, reserve, streams, streams_per_network, "limits");
        let (usual_connections, usual_streams) =
            (wanted.connections.unwrap_or(MOST_CONNECTIONS), wanted.streams.unwrap_or(MOST_STREAMS));
        if connections < usual_connections || streams < usual_streams {
            tracing::warn!(
                files,
                connections,
                streams,
                "fewer than {usual_connections} connections and {usual_streams} event streams, since the system allows \
                 this process few open files: raise the hard limit (ulimit -Hn, LimitNOFILE=)"
            );
        }
    }
}

/// How long each part of a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// From a request's first byte to the end of its header; also from the connection to the first byte, and for TLS.
    pub header: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// A body that makes no progress.
    pub body: Duration,
    /// A client that takes nothing of its answer.
    pub answer: Duration,
    /// What bodies and answers must come to, after the time that they may stand still.
    pub bytes_per_second: u64,
}

impl Timeouts {
    /// A header must arrive within that time in the reserve.
    const RESERVE_HEADER: Duration = Duration::from_secs(2);

    /// The same for the reserve, where places are few.
    pub fn in_reserve(&self) -> Self {
        Self { header: self.header.min(Self::RESERVE_HEADER), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_enough_files_the_limits_are_the_usual_ones() {
        for files in [None, Some(1 << 20)] {
            let limits = Limits::within(files, WantedLimits::default());
            assert_eq!((limits.connections, limits.streams, limits.reserve), (4_096, 10_000, 256));
            assert_eq!((limits.connections_per_network, limits.streams_per_network), (256, 256));
        }
    }

    #[test]
    fn everything_that_is_accepted_has_its_files() {
        for files in [256, 512, 1_024, 4_096, 20_000, 1 << 20] {
            for wanted in [None, Some(10), Some(5_000), Some(1_000_000)] {
                let asked = WantedLimits { connections: wanted, streams: wanted, ..WantedLimits::default() };
                let limits = Limits::within(Some(files), asked);
                let needed = 2 * limits.connections + limits.streams + limits.reserve;
                assert!(needed <= files.saturating_sub(OWN_FILES).max(4 * LEAST), "{files} {wanted:?}: {limits:?}");
                assert!(limits.connections >= 1 && limits.reserve >= 1, "{files} {wanted:?}: {limits:?}");
                assert!(limits.connections_per_network <= limits.connections);
                assert!(limits.streams_per_network <= limits.streams);
            }
        }
    }
}
