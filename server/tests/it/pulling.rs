//! What the server fetches by itself, over the whole way: another system, the file, the series, the page.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::process::Command;

use crate::running::{PROGRAM, Running, eventually, folder};

/// A target that shows its metrics to whoever asks.
fn target() -> std::net::SocketAddr {
    showing("# TYPE jobs gauge\njobs{queue=\"a\"} 3\n# TYPE jobs gauge\njobs{queue=\"b\"} 4\n")
}

/// One that answers whoever asks with the same.
fn showing(body: &'static str) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

#[test]
fn a_scraped_target_and_datagrams_become_series_and_stand_on_the_page() {
    let data = folder();
    let file = data.path().join("sources.toml");
    let document = format!(
        "[[pull]]\nname = \"jobs\"\nkind = \"scrape\"\nurl = \"http://{}/metrics\"\nevery = \"1s\"\n\n\
         [[pull]]\nname = \"gone\"\nkind = \"scrape\"\nurl = \"http://127.0.0.1:1/metrics\"\nevery = \"1s\"\n",
        target()
    );
    std::fs::write(&file, document).unwrap();
    let file = file.to_str().unwrap();
    let server = Running::start_with(data.path(), &["--sources", file, "--statsd", "127.0.0.1:0"], &[]);
    let series = |part: &str| server.json(&format!("/api/v1/series?contains={part}")).as_array().unwrap().clone();
    let jobs = eventually("what was asked for", || series("jobs").into_iter().find(|row| row["label_sets"] == 2));
    assert_eq!(jobs["name"], "jobs");
    let page = eventually("what was asked for", || {
        Some(server.get("/sources").1).filter(|page| page.contains("failing") && page.contains("well"))
    });
    let address = page.split("StatsD datagrams at ").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(b"login:3|c|#channel:web\nlogin:2|c|#channel:web", address).unwrap();
    let login = eventually("what was asked for", || series("login").into_iter().next());
    assert_eq!(login["latest_value"], 5.0, "{login}");
    drop(server);
    let server = Running::start(data.path());
    let kept = server.json("/api/v1/series?contains=login");
    assert_eq!(kept[0]["latest_value"], 5.0, "what was gathered is kept over a restart");
}

const COUNTED: &str = r#"
[[kpi]]
id = "counted"
name = "Counted"
track = "all"
section = "All"
group = "All"
description = "How many there were."
method = "The sum"
unit = "count"
shape = "higher"
targets = { 1 = "10" }
window = "7 days"
cadence = "1 day"
owner = "drivers"
connect = "the counter"

[[measure]]
id = "counted"
unit = "count"
kind = "sum"
series = "orders"

[[feed]]
metric = "заказы"
kind = "counter"
series = "orders"
note = "Counted by the shop."
"#;

#[test]
fn a_page_to_log_in_is_a_target_that_is_down_and_counters_of_statsd_are_added_up() {
    let data = folder();
    let (file, catalogue) = (data.path().join("sources.toml"), data.path().join("counted.toml"));
    let document = format!(
        "[[pull]]\nname = \"page\"\nkind = \"scrape\"\nurl = \"http://{}/metrics\"\nevery = \"1s\"\n",
        showing("<!DOCTYPE html>\n<title>Log in</title>\nCopyright 2024\n")
    );
    std::fs::write(&file, document).unwrap();
    std::fs::write(&catalogue, include_str!("one-kpi.toml").to_owned() + COUNTED).unwrap();
    let (file, catalogue) = (file.to_str().unwrap(), catalogue.to_str().unwrap());
    let options = ["--sources", file, "--statsd", "127.0.0.1:0", "--catalogue", catalogue];
    let server = Running::start_with(data.path(), &options, &[]);
    let page = eventually("what was asked for", || {
        Some(server.get("/sources").1).filter(|page| page.contains("no line of it is a sample"))
    });
    assert!(page.contains("failing"), "{page}");
    let up = server.json("/api/v1/series?contains=up");
    assert_eq!((up[0]["name"].as_str(), up[0]["latest_value"].as_f64()), (Some("up"), Some(0.0)), "{up}");
    let address = page.split("StatsD datagrams at ").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to("заказы:3|c\nзаказы:2|c".as_bytes(), address).unwrap();
    let counted = eventually("what was counted", || server.kpi("counted")["value"]["number"].as_f64());
    assert_eq!(counted.total_cmp(&5.0), std::cmp::Ordering::Equal, "{counted}");
}

#[test]
fn a_wrong_file_is_told_line_by_line_and_starts_no_server() {
    let data = folder();
    let file = data.path().join("sources.toml");
    std::fs::write(&file, "[[pull]]\nname = \"a\"\nkind = \"telepathy\"\nurl = \"http://127.0.0.1:9090\"\n").unwrap();
    let output = Command::new(PROGRAM).args(["sources", "check"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("sources.toml:3:") && told.contains("telepathy"), "{told}");
    let output = Command::new(PROGRAM)
        .args(["serve", "--address", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .arg("--sources")
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
