//! Answers over HTTP, from servers that do well and from those that do not.

use std::time::Duration;

use connect::{Config, Failure, Fetch as _, Fetched, Network, Range};
use tokio::time::Instant;

use crate::stub::{HOLD, Server, response};
use crate::{SECRET, START_MS, config, limits};

const RANGE: Range = Range { from_ms: START_MS, until_ms: START_MS + 60_500 };

fn pull(kind: &str, url: &str, more: &str, query: &str) -> Config {
    config(&format!(
        "[[pull]]\nname = \"a\"\nkind = \"{kind}\"\nurl = \"{url}\"\nevery = \"1 min\"\ntimeout = \"600 ms\"\n{more}\n{query}"
    ))
}

async fn fetch(config: &Config) -> Result<Fetched, Failure> {
    Network::new(limits()).fetch(&config.pulls[0], &config.pulls[0].requests[0], RANGE).await
}

fn json(url: &str) -> Config {
    pull("json", url, "", "[[pull.query]]\nseries = \"x\"")
}

async fn refusal(config: &Config) -> String {
    let failure = fetch(config).await.expect_err("a failure").to_string();
    assert!(!failure.contains(SECRET), "{failure}");
    failure
}

#[tokio::test]
async fn each_kind_is_asked_in_its_own_way() {
    let server = Server::start(|_| response("200 OK", "Content-Type: text/plain; version=0.0.4\r\n", b"{}"));
    let query = |text: &str, more: &str| format!("[[pull.query]]\nquery = '{text}'\n{more}");
    let cases = [
        (
            pull("prometheus", &server.url, "", &query("up{a=\"b c\"}", "step = \"15 s\"")),
            "GET /api/v1/query_range?query=up%7Ba%3D%22b+c%22%7D&start=1767225600.000&end=1767225660.500&step=15",
        ),
        (
            pull("prometheus", &format!("{}/prefix/", server.url), "", &query("up", "")),
            "GET /prefix/api/v1/query?query=up&time=1767225660.500",
        ),
        (
            pull("influxql", &server.url, "database = \"crm\"", &query("SELECT x FROM y WHERE time > {from_ms}ms", "")),
            "GET /query?db=crm&epoch=ms&q=SELECT+x+FROM+y+WHERE+time+%3E+1767225600000ms",
        ),
        (
            pull(
                "flux",
                &server.url,
                "organisation = \"${ORG_SECRET}\"",
                &query("from(bucket: \"b\") |> range(start: {from})", ""),
            ),
            "POST /api/v2/query?org=hunter2-hunter2",
        ),
        (
            pull(
                "json",
                &format!("{}/items?since={{from_s}}", server.url),
                "",
                "[[pull.query]]\nseries = \"x\"\nquery = \"until={until_s}\"",
            ),
            "GET /items?since=1767225600&until=1767225660",
        ),
        (pull("scrape", &format!("{}/metrics", server.url), "", ""), "GET /metrics"),
    ];
    for (index, (config, wanted)) in cases.iter().enumerate() {
        let fetched = fetch(config).await.unwrap();
        assert_eq!(fetched.body, b"{}");
        assert_eq!(fetched.content_type, "text/plain; version=0.0.4");
        let asked = server.asked().pop().unwrap();
        assert_eq!(&format!("{} {}", asked.method, asked.target), wanted);
        assert_eq!(server.asked().len(), index + 1);
    }
    let asked = server.asked();
    let flux: serde_json::Value = serde_json::from_str(&asked[3].body).unwrap();
    assert_eq!(flux["query"], "from(bucket: \"b\") |> range(start: 2026-01-01T00:00:00.000Z)");
    assert_eq!(flux["dialect"]["annotations"], serde_json::json!(["datatype", "group", "default"]));
    let accept = asked[5].head.iter().find(|line| line.to_ascii_lowercase().starts_with("accept:")).unwrap();
    assert!(accept.contains("application/openmetrics-text;version=1.0.0,"), "{accept}");
    assert!(accept.contains("text/plain;version=0.0.4;q=0.5"), "{accept}");
}

#[tokio::test]
async fn headers_and_credentials_are_sent() {
    let server = Server::start(|_| response("200 OK", "", b"[]"));
    let config = pull(
        "json",
        &server.url,
        "headers = { X-Key = \"k-${KEY_SECRET}\" }\nuser = \"me\"\npassword = \"${P_SECRET}\"",
        "[[pull.query]]\nseries = \"x\"",
    );
    fetch(&config).await.unwrap();
    let head = server.asked()[0].head.join("\n").to_ascii_lowercase();
    assert!(head.contains(&format!("x-key: k-{SECRET}")), "{head}");
    assert!(head.contains(&"authorization: Basic bWU6aHVudGVyMi1odW50ZXIy".to_ascii_lowercase()), "{head}");
    assert!(head.contains("accept-encoding: gzip"), "{head}");
}

#[tokio::test]
async fn redirects_are_followed_on_the_host_alone() {
    let other = Server::start(|_| response("200 OK", "", b"stolen"));
    let elsewhere = format!("Location: {}/x\r\n", other.url);
    let server = Server::start(move |asked| match asked.target.as_str() {
        "/a" => response("301 Moved Permanently", "Location: /b/\r\n", b""),
        "/b/" => response("200 OK", "", b"[]"),
        "/loop" => response("302 Found", "Location: /loop\r\n", b""),
        "/file" => response("302 Found", "Location: file:///etc/passwd\r\n", b""),
        _ => response("302 Found", &elsewhere, b""),
    });
    assert_eq!(fetch(&json(&format!("{}/a", server.url))).await.unwrap().body, b"[]");
    for path in ["/elsewhere", "/file"] {
        let told = refusal(&json(&format!("{}{path}", server.url))).await;
        assert!(told.contains("to another place, which is not followed"), "{told}");
    }
    assert!(refusal(&json(&format!("{}/loop", server.url))).await.contains("redirects more than 3 times"));
    assert!(other.asked().is_empty(), "nobody else was asked");
}

#[tokio::test]
async fn a_huge_answer_is_cut_off_where_the_limit_is() {
    let plain = Server::start(|_| response("200 OK", "", &vec![b' '; 100_001]));
    assert_eq!(fetch(&json(&plain.url)).await, Err(Failure::TooLarge { limit: "100000 bytes".to_owned() }));
    // 200,000 zeros as gzip.
    let bomb = Server::start(|_| {
        let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        for last in [0, 0, 0, 1] {
            packed.extend([last, 0x50, 0xc3, 0xaf, 0x3c]);
            packed.extend(vec![b'0'; 50_000]);
        }
        packed.extend([0; 8]);
        response("200 OK", "Content-Encoding: gzip\r\n", &packed)
    });
    assert_eq!(fetch(&json(&bomb.url)).await, Err(Failure::TooLarge { limit: "100000 bytes".to_owned() }));
    let exact = Server::start(|_| response("200 OK", "", &vec![b' '; 100_000]));
    assert_eq!(fetch(&json(&exact.url)).await.unwrap().body.len(), 100_000);
}

#[tokio::test]
async fn half_an_answer_is_no_answer() {
    let cut_off = Server::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"value\":1}".to_vec());
    let told = refusal(&json(&cut_off.url)).await;
    assert!(told.contains("broke off"), "{told}");
    let chunked = Server::start(|_| b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n".to_vec());
    assert!(refusal(&json(&chunked.url)).await.contains("broke off"));
    let no_http = Server::start(|_| b"220 mail.example ESMTP\r\n\r\n".to_vec());
    assert!(refusal(&json(&no_http.url)).await.contains("no HTTP"));
}

#[tokio::test]
async fn silence_ends_with_the_timeout_also_in_the_middle_of_an_answer() {
    let silent = Server::start(|_| Vec::new());
    let start = Instant::now();
    assert!(refusal(&json(&silent.url)).await.contains("did not answer within 0.6 s"));
    let stalled = Server::start(|_| [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[".as_slice(), HOLD].concat());
    let told = refusal(&json(&stalled.url)).await;
    assert!(told.contains("did not answer within 0.6 s"), "{told}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn what_an_error_page_says_is_told_in_short() {
    let server =
        Server::start(|_| response("503 Service Unavailable", "", format!("busy\n{}", "x".repeat(9_000)).as_bytes()));
    let told = refusal(&json(&server.url)).await;
    assert!(told.contains("answered with 503 Service Unavailable: busy xxx"), "{told}");
    assert!(told.len() < 400, "{told}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_path() {
    let told = refusal(&json("http://127.0.0.1:9/${PATH_SECRET}")).await;
    assert!(told.starts_with("http://127.0.0.1:9 "), "{told}");
}
