//! Who the client is behind a proxy, and what answers say about keeping them.

use super::{Raw, get, get_from};
use crate::running::Running;

const TOKEN: &str = "correct horse battery staple";

/// Asks for an event stream on behalf of a client.
fn stream(server: &Running, header: &str) -> (u16, Raw) {
    let mut raw = Raw::open(server);
    raw.ask("GET /api/v1/events", &format!("{header}\r\n"));
    let status = raw.head().split(' ').nth(1).unwrap().parse().unwrap();
    (status, raw)
}

#[test]
fn limits_count_the_clients_behind_a_trusted_proxy_and_not_what_strangers_write() {
    let one_each = ["--max-streams-per-address", "1", "--trusted-proxy", "127.0.0.1"];
    let trusting = Running::start_alone(&one_each, &[]);
    let mut kept = Vec::new();
    for (header, expected) in [
        ("X-Forwarded-For: 192.0.2.1", 200),
        ("X-Forwarded-For: 192.0.2.1", 429),
        ("X-Forwarded-For: 203.0.113.5, 192.0.2.1", 429),
        ("X-Forwarded-For: 192.0.2.2", 200),
        ("Forwarded: for=192.0.2.2", 429),
        ("Forwarded: for=\"[2001:db8::1]:443\"", 200),
        ("X-Forwarded-For: 2001:db8::2", 429),
        ("X-Forwarded-For: nonsense", 200),
        ("X-Forwarded-For: other nonsense", 429),
    ] {
        let (status, raw) = stream(&trusting, header);
        assert_eq!(status, expected, "{header}");
        kept.push(raw);
    }
    let strict = Running::start_alone(&one_each[..2], &[]);
    let (first, second) =
        (stream(&strict, "X-Forwarded-For: 192.0.2.1"), stream(&strict, "X-Forwarded-For: 192.0.2.2"));
    assert_eq!((first.0, second.0), (200, 429), "nobody is trusted");
}

#[test]
fn each_client_behind_a_trusted_proxy_has_its_share_of_requests() {
    let options = ["--max-connections-per-address", "2", "--trusted-proxy", "127.0.0.1"];
    let server = Running::start_alone(&options, &[]);
    let hang = |client: &str| {
        let mut raw = Raw::open(&server);
        let headers = "Content-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n";
        raw.ask("POST /api/v1/observations", &format!("X-Forwarded-For: {client}\r\n{headers}"));
        (raw.head().split(' ').nth(1).unwrap().to_owned(), raw)
    };
    let streams: Vec<_> = (0..3).map(|_| stream(&server, "X-Forwarded-For: 192.0.2.1")).collect();
    assert!(streams.iter().all(|(status, _)| *status == 200), "streams are counted apart");
    let hanging: Vec<_> = (0..3).map(|_| hang("192.0.2.1")).collect();
    assert_eq!(hanging.iter().map(|(status, _)| status.as_str()).collect::<Vec<_>>(), ["100", "100", "429"]);
    assert_eq!(hang("192.0.2.2").0, "100", "the proxy's other clients are not concerned");
    assert_eq!(get_from(&server, "127.0.0.1", "/healthz", "X-Forwarded-For: 192.0.2.1\r\n").0, 200);
    let (status, head, _) = get_from(&server, "127.0.0.1", "/api/v1/kpis", "X-Forwarded-For: 192.0.2.1\r\n");
    assert!(status == 429 && head.contains("retry-after: "), "{head}");
}

#[test]
fn a_network_that_is_none_or_everybody_is_refused_at_the_start() {
    for proxy in ["proxy.example", "10.0.0.0/33", "0.0.0.0/0"] {
        let output = crate::running::run(&["serve", "--trusted-proxy", proxy]);
        assert_eq!(output.status.code(), Some(2), "{proxy}");
        assert!(crate::running::text(&output.stderr).contains("--trusted-proxy"), "{proxy}");
    }
}

#[test]
fn browsers_are_told_to_come_back_encrypted_only_where_tls_is() {
    let trusting = Running::start_alone(&["--trusted-proxy", "127.0.0.1"], &[]);
    let strict = Running::start_alone(&[], &[]);
    let hsts = "strict-transport-security";
    let encrypted = [("x-forwarded-proto", "https")];
    assert_eq!(get(&trusting, "/healthz", &encrypted).find(hsts), Some("max-age=31536000"));
    assert_eq!(get(&trusting, "/healthz", &[("x-forwarded-proto", "http")]).find(hsts), None);
    assert_eq!(get(&trusting, "/healthz", &[]).find(hsts), None);
    assert_eq!(get(&strict, "/healthz", &encrypted).find(hsts), None);
}

#[test]
fn nothing_is_kept_where_nothing_is_said_and_nothing_shared_that_needed_a_token() {
    let server = Running::start_alone(&["--private"], &[("INFERNO_KPI_TOKEN", TOKEN)]);
    let bearer = format!("Bearer {TOKEN}");
    for (path, headers, expected) in [
        ("/healthz", vec![], "no-store"),
        ("/api/v1/kpis", vec![], "no-store"),
        ("/api/v1/kpis", vec![("authorization", bearer.as_str())], "no-store"),
        ("/api/v1/no-such-thing", vec![("authorization", bearer.as_str())], "private, no-cache"),
        ("/metrics", vec![("authorization", bearer.as_str())], "no-store"),
        ("/api/v1/gates/1/badge.svg", vec![("authorization", bearer.as_str())], "private, no-cache"),
        ("/", vec![("authorization", bearer.as_str())], "private, no-cache"),
    ] {
        assert_eq!(get(&server, path, &headers).header("cache-control"), expected, "{path}");
    }
}
