//! The proxies that the operator trusts to say who the client is.

use std::net::IpAddr;
use std::str::FromStr;

use thiserror::Error;

/// Addresses with the same first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// The bits as IPv6, IPv4 in its mapped form.
    bits: u128,
    mask: u128,
}

/// A text that is no prefix.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PrefixError {
    /// Nothing like an address.
    #[error("\"{0}\" is no address: write one such as 10.0.0.1, or a network such as 10.0.0.0/8 or 2001:db8::/32")]
    Address(String),
    /// A length that addresses don't have, or the one that means everybody.
    #[error("/{0} is no length of a network: from /1 to /32 for IPv4 and to /128 for IPv6")]
    Length(String),
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let (address, length) = match text.trim().split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| PrefixError::Address(text.to_owned()))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            None => most,
            Some(length) => length
                .parse::<u32>()
                .ok()
                .filter(|length| (1..=most).contains(length))
                .ok_or_else(|| PrefixError::Length(length.to_owned()))?,
        };
        // An IPv4 address has 96 more bits before it, the same for all.
        let mask = u128::MAX << (most - length);
        Ok(Self { bits: bits(address) & mask, mask })
    }
}

impl Prefix {
    fn contains(self, ip: IpAddr) -> bool {
        bits(ip) & self.mask == self.bits
    }
}

fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

/// Every proxy that is trusted; usually none.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<Prefix>);

impl TrustedProxies {
    /// These proxies.
    pub fn new(prefixes: Vec<Prefix>) -> Self {
        Self(prefixes)
    }

    /// Whether an address is one of them.
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|prefix| prefix.contains(ip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_holds_the_addresses_with_its_bits() {
        for (prefix, ip, expected) in [
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("10.0.0.1", "::ffff:10.0.0.1", true),
            ("10.9.9.9/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("128.0.0.0/1", "127.255.255.255", false),
            ("128.0.0.0/1", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::1", "::1", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
        ] {
            let parsed: Prefix = prefix.parse().unwrap();
            assert_eq!(parsed.contains(ip.parse().unwrap()), expected, "{prefix} {ip}");
        }
    }

    #[test]
    fn what_is_no_prefix_is_refused_and_so_is_everybody() {
        for text in ["", "proxy.example", "10.0.0.0/33", "10.0.0.0/0", "::/0", "::1/129", "10.0.0.0/", "10.0.0.0/-1"] {
            assert!(text.parse::<Prefix>().is_err(), "{text}");
        }
    }
}
