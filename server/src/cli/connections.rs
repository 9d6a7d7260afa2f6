//! Who may connect, how often and for how long, and how connections are encrypted.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::http::address::{Prefix, TrustedProxies};
use crate::http::listen::{Timeouts, WantedLimits};

/// Who may connect, how often and for how long.
#[derive(Debug, Clone, Args)]
pub struct ConnectionArguments {
    /// A proxy in front of this server, as an address or a network such as 10.0.0.0/8: what it writes into
    /// `X-Forwarded-For` or `Forwarded` says who the client is. Can be repeated; in the environment separated by commas.
    #[arg(long = "trusted-proxy", value_name = "ADDRESS", env = "INFERNO_KPI_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxies: Vec<Prefix>,
    /// The certificate with its chain, as PEM: the server then speaks HTTPS. Read anew when the file changes.
    #[arg(long, value_name = "FILE", env = "INFERNO_KPI_TLS_CERTIFICATE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's private key, as PEM.
    #[arg(long, value_name = "FILE", env = "INFERNO_KPI_TLS_KEY", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// How many connections there may be at once, event streams not counted; by default as many as the limit of open
    /// files allows, 4096 at most.
    #[arg(long, value_name = "NUMBER", env = "INFERNO_KPI_MAX_CONNECTIONS")]
    max_connections: Option<usize>,
    /// How many of them one client may have: an IPv4 address, or 64 bits of an IPv6 address. By default 256 at most.
    #[arg(long, value_name = "NUMBER", env = "INFERNO_KPI_MAX_CONNECTIONS_PER_ADDRESS")]
    max_connections_per_address: Option<usize>,
    /// How many event streams (open pages) there may be at once; by default 10000 at most.
    #[arg(long, value_name = "NUMBER", env = "INFERNO_KPI_MAX_STREAMS")]
    max_streams: Option<usize>,
    /// How many event streams one client may have; by default 256 at most.
    #[arg(long, value_name = "NUMBER", env = "INFERNO_KPI_MAX_STREAMS_PER_ADDRESS")]
    max_streams_per_address: Option<usize>,
    /// Within how many seconds a request's header must be here; also the handshake of TLS.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds, env = "INFERNO_KPI_HEADER_SECONDS")]
    header_seconds: Duration,
    /// How many seconds a connection may wait for its next request.
    #[arg(long, value_name = "SECONDS", default_value = "75", value_parser = seconds, env = "INFERNO_KPI_IDLE_SECONDS")]
    idle_seconds: Duration,
    /// How many seconds a body may stand still while it is waited for.
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds, env = "INFERNO_KPI_BODY_SECONDS")]
    body_seconds: Duration,
    /// How many seconds a client may take nothing of its answer.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds, env = "INFERNO_KPI_ANSWER_SECONDS")]
    answer_seconds: Duration,
    /// How many bytes a second a body that is sent and an answer that is taken must come to; 0 sets no pace.
    #[arg(long, value_name = "BYTES", default_value_t = 1_024, env = "INFERNO_KPI_LEAST_BYTES_PER_SECOND")]
    least_bytes_per_second: u64,
    /// How many seconds requests under way may still take when the server is told to stop.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds, env = "INFERNO_KPI_DRAIN_SECONDS")]
    pub drain_seconds: Duration,
}

impl ConnectionArguments {
    /// The proxies that are trusted.
    pub fn trusted_proxies(&self) -> TrustedProxies {
        TrustedProxies::new(self.trusted_proxies.clone())
    }

    /// Whether TLS may be in front of this server.
    pub fn has_trusted_proxy(&self) -> bool {
        !self.trusted_proxies.is_empty()
    }

    /// The files of the certificate and of its key.
    pub fn certificate_files(&self) -> Option<(PathBuf, PathBuf)> {
        self.tls_certificate.clone().zip(self.tls_key.clone())
    }

    /// The limits that the operator asks for.
    pub fn limits(&self) -> WantedLimits {
        WantedLimits {
            connections: self.max_connections,
            connections_per_network: self.max_connections_per_address,
            streams: self.max_streams,
            streams_per_network: self.max_streams_per_address,
        }
    }

    /// How long each part of a connection may take.
    pub fn timeouts(&self) -> Timeouts {
        Timeouts {
            header: self.header_seconds,
            idle: self.idle_seconds,
            body: self.body_seconds,
            answer: self.answer_seconds,
            bytes_per_second: self.least_bytes_per_second,
        }
    }
}

/// A length of time in seconds, with a fraction where one is wanted.
fn seconds(text: &str) -> Result<Duration, String> {
    /// A day.
    const MOST_S: f64 = 86_400.0;
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=MOST_S).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| format!("\"{text}\": write seconds from 0 to 86400, such as 10 or 0.5"))
}
