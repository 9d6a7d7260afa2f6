//! Who a request comes from: the peer of its connection, or behind proxies that the operator trusts the last hop that is
//! none of them. Limits count by [`ClientAddress::network`].
//!
//! Nobody gains by forging: hops are read from the right, as far as trusted proxies vouch for them. Where a proxy
//! writes what can't be read, or `X-Forwarded-For` and `Forwarded` contradict each other, the proxy itself is the client.

mod hops;
mod proxies;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::connect_info::ConnectInfo;
use axum::extract::{FromRequestParts, Request, State as Extracted};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::State;
use super::problem::Problem;

pub use self::proxies::{Prefix, TrustedProxies};

/// Marks requests of a connection that this server itself has encrypted.
#[derive(Debug, Clone, Copy)]
pub struct OverTls;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress {
    ip: IpAddr,
    is_https: bool,
    is_proxied: bool,
}

/// What limits count by: an IPv4 address, or 64 bits of an IPv6 address, since whoever has one address there has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network(IpAddr);

impl ClientAddress {
    /// The client of a request with these headers, which came from `peer`.
    pub fn of(peer: IpAddr, is_encrypted: bool, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let peer = peer.to_canonical();
        if !trusted.contains(peer) {
            return Self { ip: peer, is_https: is_encrypted, is_proxied: false };
        }
        let (ip, is_https) = hops::client(peer, headers, trusted);
        Self { ip, is_https: is_https.unwrap_or(is_encrypted), is_proxied: true }
    }

    /// The address; IPv4 that is written as IPv6 is IPv4 here.
    pub fn ip(&self) -> IpAddr {
        self.ip
    }

    /// What limits count this client by.
    pub fn network(&self) -> Network {
        Network::of(self.ip)
    }

    /// Whether the connection is that of a trusted proxy, which brings many clients.
    pub fn is_proxied(&self) -> bool {
        self.is_proxied
    }

    /// Whether the client speaks TLS, with this server or with a trusted proxy in front of it.
    pub fn is_https(&self) -> bool {
        self.is_https
    }
}

impl Network {
    /// The network of an address.
    pub fn of(ip: IpAddr) -> Self {
        /// The bits that one subscriber has in hand.
        const SUBSCRIBER: u128 = u64::MAX as u128;
        Self(match ip.to_canonical() {
            IpAddr::V4(ip) => IpAddr::V4(ip),
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !SUBSCRIBER)),
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(ip) => write!(formatter, "{ip}"),
            IpAddr::V6(ip) => write!(formatter, "{ip}/64"),
        }
    }
}

/// Notes the client of every request, for all that counts by it.
pub async fn note(Extracted(state): Extracted<State>, mut request: Request, next: Next) -> Response {
    let peer = peer_of(request.extensions());
    let is_encrypted = request.extensions().get::<OverTls>().is_some();
    let client = ClientAddress::of(peer, is_encrypted, request.headers(), &state.proxies);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The address of the connection's other end. Where nobody noted it, all such requests count as one client.
fn peer_of(extensions: &Extensions) -> IpAddr {
    extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip())
}

impl<Any: Send + Sync> FromRequestParts<Any> for ClientAddress {
    type Rejection = Problem;

    /// The client that [`note`] has noted.
    async fn from_request_parts(parts: &mut Parts, _state: &Any) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| {
            tracing::error!(path = parts.uri.path(), "a request without the address of its client");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(ip: &str) -> Network {
        Network::of(ip.parse().unwrap())
    }

    #[test]
    fn limits_count_by_ipv4_address_and_by_the_first_half_of_ipv6() {
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("2001:db8:0:1::1").to_string(), "2001:db8:0:1::/64");
        assert_eq!(network("::ffff:192.0.2.1").to_string(), "192.0.2.1");
    }

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> ClientAddress {
        let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:ffff::/48".parse().unwrap()]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, axum::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        ClientAddress::of(peer.parse().unwrap(), false, &map, &trusted)
    }

    #[test]
    fn only_a_trusted_proxy_says_who_the_client_is() {
        /// The peer, its headers, and who the client is.
        type Case<'a> = (&'a str, &'a [(&'static str, &'a str)], &'a str);
        const FOR: &str = "x-forwarded-for";
        let cases: &[Case<'_>] = &[
            // A stranger's header says nothing.
            ("192.0.2.1", &[(FOR, "203.0.113.9")], "192.0.2.1"),
            ("192.0.2.1", &[("forwarded", "for=203.0.113.9")], "192.0.2.1"),
            // A proxy's last word counts, not what the client wrote before it.
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[(FOR, "192.0.2.1")], "192.0.2.1"),
            ("::ffff:10.0.0.1", &[(FOR, "192.0.2.1")], "192.0.2.1"),
            ("10.0.0.1", &[(FOR, "203.0.113.9, 192.0.2.1")], "192.0.2.1"),
            ("10.0.0.1", &[(FOR, "203.0.113.9"), (FOR, "192.0.2.1")], "192.0.2.1"),
            ("10.0.0.1", &[(FOR, "203.0.113.9, 192.0.2.1, 10.0.0.2")], "192.0.2.1"),
            ("10.0.0.1", &[(FOR, "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            ("2001:db8:ffff::1", &[(FOR, "2001:db8::7")], "2001:db8::7"),
            // The forms that proxies write.
            ("10.0.0.1", &[(FOR, "192.0.2.1:4711")], "192.0.2.1"),
            ("10.0.0.1", &[(FOR, "[2001:db8::7]:4711")], "2001:db8::7"),
            ("10.0.0.1", &[(FOR, "::ffff:192.0.2.1")], "192.0.2.1"),
            ("10.0.0.1", &[("forwarded", "for=192.0.2.1;proto=https;by=10.0.0.1")], "192.0.2.1"),
            ("10.0.0.1", &[("forwarded", "For=\"[2001:db8::7]:4711\"")], "2001:db8::7"),
            ("10.0.0.1", &[("forwarded", "for=203.0.113.9, for=192.0.2.1;host=\"a,b;c\", for=10.0.0.2")], "192.0.2.1"),
            // What can't be read is not passed over: whoever wrote it is the client.
            ("10.0.0.1", &[(FOR, "192.0.2.1, nonsense")], "10.0.0.1"),
            ("10.0.0.1", &[(FOR, "nonsense, 10.0.0.2")], "10.0.0.2"),
            ("10.0.0.1", &[(FOR, "192.0.2.1, ")], "10.0.0.1"),
            ("10.0.0.1", &[(FOR, "")], "10.0.0.1"),
            ("10.0.0.1", &[(FOR, "192.0.2.1, \u{fc}")], "10.0.0.1"),
            ("10.0.0.1", &[("forwarded", "for=unknown")], "10.0.0.1"),
            ("10.0.0.1", &[("forwarded", "for=_hidden, proto=https")], "10.0.0.1"),
            ("10.0.0.1", &[("forwarded", "for=\"192.0.2.1")], "10.0.0.1"),
            ("10.0.0.1", &[("forwarded", "for=192.0.2.1;for=203.0.113.9")], "10.0.0.1"),
            // A client can't use the header that its proxy does not write.
            ("10.0.0.1", &[(FOR, "192.0.2.1"), ("forwarded", "for=203.0.113.9")], "10.0.0.1"),
            ("10.0.0.1", &[(FOR, "192.0.2.1"), ("forwarded", "for=192.0.2.1")], "192.0.2.1"),
        ];
        for (peer, headers, expected) in cases {
            assert_eq!(client(peer, headers).ip().to_string(), *expected, "{peer} {headers:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_that_tls_is_in_front() {
        const PROTO: &str = "x-forwarded-proto";
        assert!(!client("192.0.2.1", &[(PROTO, "https")]).is_https());
        assert!(client("10.0.0.1", &[(PROTO, "https")]).is_https());
        assert!(!client("10.0.0.1", &[(PROTO, "http")]).is_https());
        // What a client wrote stands before what the proxy wrote.
        assert!(!client("10.0.0.1", &[(PROTO, "https, http")]).is_https());
        assert!(client("10.0.0.1", &[("forwarded", "for=192.0.2.1;proto=HTTPS")]).is_https());
        assert!(!client("10.0.0.1", &[]).is_https());
    }

    proptest::proptest! {
        #[test]
        fn no_header_stops_the_server(text in "[ -~]{0,80}", other in "(for=|proto=|[,;\"\\[\\]:.0-9a-f ]){0,20}") {
            let _ = client("10.0.0.1", &[("x-forwarded-for", &text), ("forwarded", &other)]);
            let _ = client("10.0.0.1", &[("x-forwarded-for", &other), ("x-forwarded-proto", &text)]);
            let _ = client("10.0.0.1", &[("forwarded", &text)]);
        }
    }
}
