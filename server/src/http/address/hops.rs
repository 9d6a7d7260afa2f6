//! The hops that proxies write down: `X-Forwarded-For`, `X-Forwarded-Proto` and `Forwarded` (RFC 7239).

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use super::TrustedProxies;

/// The client behind the trusted proxy `peer`, and whether it speaks TLS where that is said.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> (IpAddr, Option<bool>) {
    let forwarded_for = line(headers, "x-forwarded-for");
    let forwarded = line(headers, "forwarded");
    let proto = line(headers, "x-forwarded-proto");
    let proto = proto.and_then(|line| line.rsplit(',').next().map(|last| last.trim().eq_ignore_ascii_case("https")));
    let by_list = forwarded_for.map(|line| walk(peer, line.rsplit(',').map(str::trim).map(address), trusted));
    let standard = forwarded.map(|line| elements(&line));
    let by_standard = standard.as_ref().map(|elements| {
        walk(peer, elements.iter().rev().map(|element| element.as_ref().and_then(|element| element.client)), trusted)
    });
    let last = standard.as_ref().and_then(|elements| elements.last()?.as_ref()?.is_https);
    let ip = match (by_list, by_standard) {
        (Some(one), Some(other)) if one != other => peer,
        (Some(ip), _) | (None, Some(ip)) => ip,
        (None, None) => peer,
    };
    (ip, proto.or(last))
}

/// All lines of a header as one; what is not text becomes what no address is.
fn line(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?")).peekable();
    values.peek()?;
    Some(values.collect::<Vec<_>>().join(","))
}

/// The first hop from the right that is no trusted proxy; the last proxy that is sure where a hop can't be read.
fn walk(peer: IpAddr, hops: impl Iterator<Item = Option<IpAddr>>, trusted: &TrustedProxies) -> IpAddr {
    let mut client = peer;
    for hop in hops {
        let Some(hop) = hop else { return client };
        client = hop;
        if !trusted.contains(client) {
            return client;
        }
    }
    client
}

/// An address with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let ip = bare.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.ok().map(|ip| ip.to_canonical())
}

/// What one proxy says in `Forwarded`.
#[derive(Default)]
struct Element {
    client: Option<IpAddr>,
    is_https: Option<bool>,
}

/// The elements of the header; `None` for one that can't be read.
fn elements(line: &str) -> Vec<Option<Element>> {
    split(line, ',').map_or_else(|| vec![None], |elements| elements.into_iter().map(element).collect())
}

fn element(text: &str) -> Option<Element> {
    let mut element = Element::default();
    for pair in split(text, ';')? {
        let (name, value) = pair.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
        match name.trim().to_ascii_lowercase().as_str() {
            // A second one would say that the first is not the whole truth.
            "for" if element.client.is_some() => return None,
            "for" => element.client = address(value),
            "proto" => element.is_https = Some(value.eq_ignore_ascii_case("https")),
            _ => {}
        }
    }
    Some(element)
}

/// Splits outside of quotes; `None` where a quote does not end.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if character == separator && !is_quoted => {
                parts.push(&text[start..at]);
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (!is_quoted).then_some(parts)
}
