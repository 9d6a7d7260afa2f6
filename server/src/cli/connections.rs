//! Who may connect, how often and for how long.

use clap::Args;

use crate::http::address::{Prefix, TrustedProxies};

/// Who may connect, how often and for how long.
#[derive(Debug, Clone, Args)]
pub struct Connections {
    /// A proxy in front of this server, as an address or a network such as 10.0.0.0/8: what it writes into
    /// `X-Forwarded-For` or `Forwarded` says who the client is. Can be repeated; in the environment separated by commas.
    #[arg(long = "trusted-proxy", value_name = "ADDRESS", env = "INFERNO_KPI_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxies: Vec<Prefix>,
}

impl Connections {
    /// The proxies that are trusted.
    pub fn trusted_proxies(&self) -> TrustedProxies {
        TrustedProxies::new(self.trusted_proxies.clone())
    }
}
