//! Limits for each client and in all, and who is answered beyond them.

use super::{Raw, get_from, metric};
use crate::running::{Running, eventually, folder};

const TOKEN: &str = "correct horse battery staple";

fn start(options: &[&str]) -> Running {
    Running::start_alone(options, &[])
}

/// Connections whose requests are under way.
fn hanging(server: &Running, source: &str, number: usize) -> Vec<Raw> {
    let hang = |_| {
        let mut raw = Raw::open_from(server, source);
        raw.hang(1_000);
        raw
    };
    (0..number).map(hang).collect()
}

#[test]
fn half_headers_lock_nobody_out_not_even_at_the_same_address() {
    let server = start(&["--max-connections", "40", "--max-connections-per-address", "20", "--header-seconds", "60"]);
    let mut flood: Vec<Raw> = Vec::new();
    for number in 0..300 {
        let mut half = Raw::open_from(&server, ["127.0.0.1", "127.0.0.2", "127.0.0.3"][number % 3]);
        half.half_header();
        flood.push(half);
    }
    for source in ["127.0.0.1", "127.0.0.2", "127.0.0.9"] {
        for path in ["/healthz", "/readyz", "/api/v1/kpis"] {
            assert_eq!(get_from(&server, source, path, "").0, 200, "{source} {path}");
        }
    }
    assert!(metric(&server, "inferno_kpi_connections{kind=\"ordinary\"}") <= 40);
}

#[test]
fn beyond_the_limit_of_a_client_it_is_told_and_nobody_else_is() {
    let server = start(&["--max-connections-per-address", "3"]);
    let _hanging = hanging(&server, "127.0.0.2", 3);
    let (status, head, body) = get_from(&server, "127.0.0.2", "/api/v1/kpis", "");
    assert_eq!(status, 429, "{body}");
    assert!(head.contains("retry-after: ") && head.contains("connection: close"), "{head}");
    assert!(body.contains("too-many-connections") && body.contains("retry_after_s"), "{body}");
    assert_eq!(get_from(&server, "127.0.0.2", "/healthz", "").0, 200);
    assert_eq!(get_from(&server, "127.0.0.2", "/readyz", "").0, 200);
    assert_eq!(get_from(&server, "127.0.0.3", "/api/v1/kpis", "").0, 200);
}

#[test]
fn where_all_is_full_health_and_administrators_are_answered() {
    let options = ["--max-connections", "4", "--max-connections-per-address", "2"];
    let server = Running::start_alone(&options, &[("INFERNO_KPI_TOKEN", TOKEN)]);
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    let hang = |source: &str| {
        let mut raw = Raw::open_from(&server, source);
        let headers = "Content-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n";
        raw.ask("POST /api/v1/observations", &format!("{shown}{headers}"));
        assert!(raw.head().starts_with("HTTP/1.1 100 "));
        raw
    };
    let _hanging: Vec<Raw> = ["127.0.0.2", "127.0.0.2", "127.0.0.3", "127.0.0.3"].into_iter().map(hang).collect();
    for (path, headers, expected) in [
        ("/healthz", "", 200),
        ("/readyz", "", 200),
        ("/api/v1/kpis", "", 503),
        ("/api/v1/kpis", "Authorization: Bearer wrong\r\n", 503),
        ("/api/v1/kpis", shown.as_str(), 200),
        ("/", "", 503),
    ] {
        let (status, head, body) = get_from(&server, "127.0.0.4", path, headers);
        assert_eq!(status, expected, "{path} {headers} {body}");
        assert_eq!(status == 503, head.contains("retry-after: "), "{head}");
    }
    // Half headers in the reserve keep nobody from it either.
    let mut flood: Vec<Raw> = (0..600).map(|_| Raw::open_from(&server, "127.0.0.5")).collect();
    for raw in &mut flood {
        // Those that made room already are closed.
        let _ = std::io::Write::write_all(&mut raw.socket, b"GET / HTT");
    }
    assert_eq!(get_from(&server, "127.0.0.4", "/healthz", "").0, 200);
    assert_eq!(get_from(&server, "127.0.0.4", "/api/v1/kpis", &shown).0, 200);
}

#[test]
fn few_open_files_neither_end_nor_stop_the_server() {
    let data = folder();
    let server = Running::start_with_files(data.path(), "-n 330", &["--header-seconds", "60"]);
    let mut flood: Vec<Raw> = Vec::new();
    for number in 0..700 {
        let mut raw = Raw::open_from(&server, &format!("127.0.0.{}", 2 + number % 7));
        let _ = std::io::Write::write_all(&mut raw.socket, b"GET / HTT");
        flood.push(raw);
    }
    for source in ["127.0.0.2", "127.0.0.99"] {
        assert_eq!(get_from(&server, source, "/healthz", "").0, 200, "{source}");
        // The last of the flood may still be on its way into places that are given up for it.
        eventually("an answer", || (get_from(&server, source, "/api/v1/kpis", "").0 == 200).then_some(()));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_limit_of_open_files_is_raised_as_far_as_it_goes() {
    let data = folder();
    let server = Running::start_with_files(data.path(), "-Sn 256", &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let [soft, hard] = [line.split_whitespace().nth(3), line.split_whitespace().nth(4)].map(Option::unwrap);
    assert_eq!(soft, hard);
}

#[test]
fn places_are_free_again_when_their_connections_end() {
    let server = start(&["--max-connections-per-address", "2"]);
    for _ in 0..5 {
        let hanging = hanging(&server, "127.0.0.2", 2);
        assert_eq!(get_from(&server, "127.0.0.2", "/api/v1/kpis", "").0, 429);
        drop(hanging);
        // The one that asks is one of them.
        let open = || metric(&server, "inferno_kpi_connections{kind=\"ordinary\"}");
        eventually("the end of both", || (open() == 1).then_some(()));
        assert_eq!(get_from(&server, "127.0.0.2", "/api/v1/kpis", "").0, 200);
    }
}
