//! Prometheus and InfluxDB themselves, where they are installed (Debian's `prometheus` and `influxdb`).

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use connect::{Connections, Snapshot};
use tokio::sync::watch;

use crate::{Kept, config, parts};

/// A server that ends with its test.
struct Program(Child);

impl Program {
    /// Nothing where the program is not installed.
    fn start(command: &mut Command) -> Option<Self> {
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok().map(Self)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

async fn eventually<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = ask() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not come");
}

fn get(url: &str) -> Option<String> {
    ureq::get(url).call().ok()?.body_mut().read_to_string().ok()
}

/// The time of day.
struct Now;

impl connect::Clock for Now {
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// Pulls until every source answered once; gives what came and how it went.
async fn pull(document: &str) -> (Arc<Kept>, Snapshot) {
    let sink = Arc::new(Kept::default());
    let parts = connect::Parts { clock: Arc::new(Now), ..parts(&sink, &crate::TestClock::start()) };
    let connections = Connections::open(config(document), parts).await.unwrap();
    let (board, (stop, stopped)) = (connections.board(), watch::channel(false));
    let running = tokio::spawn(connections.run(stopped));
    eventually("an answer of each source", || {
        board.snapshot().pulls.iter().all(|health| health.successes + health.failures > 0).then_some(())
    })
    .await;
    stop.send(true).unwrap();
    running.await.unwrap();
    (sink, board.snapshot())
}

fn prometheus(folder: &Path, address: &str) -> Option<Program> {
    let file = folder.join("prometheus.yml");
    let text = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs:\n- job_name: self\n  static_configs: [{{targets: ['{address}']}}]\n"
    );
    std::fs::write(&file, text).unwrap();
    let options = [
        format!("--config.file={}", file.display()),
        format!("--storage.tsdb.path={}", folder.join("data").display()),
        format!("--web.listen-address={address}"),
    ];
    Program::start(Command::new("prometheus").args(options))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_is_asked_and_scraped() {
    let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
    let Some(_program) = prometheus(folder.path(), &address) else { return };
    eventually("three samples", || {
        let answer = get(&format!("http://{address}/api/v1/query?query=count_over_time(up%5B1m%5D)%3E2"))?;
        answer.contains("\"instance\"").then_some(())
    })
    .await;
    let (sink, snapshot) = pull(&format!(
        r#"
[[pull]]
name = "asked"
kind = "prometheus"
url = "http://{address}"
every = "1 hour"
jitter = "0 s"
look_back = "1 min"
[[pull.query]]
query = 'sum by (job) (up{{job="self"}})'
series = "up.jobs"
step = "1 s"
[[pull.query]]
query = "up"

[[pull]]
name = "scraped"
kind = "scrape"
url = "http://{address}/metrics"
every = "1 hour"
jitter = "0 s"
"#
    ))
    .await;
    let failed: Vec<_> = snapshot.pulls.iter().filter_map(|health| health.last_error.clone()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let lines = sink.lines();
    assert!(lines.iter().any(|line| line.starts_with("up.jobs{job=self} 1 @")), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with(&format!("up{{instance={address},job=self}} 1 @"))));
    assert!(lines.iter().any(|line| line.starts_with(&format!("up{{instance={address},job=scraped}} 1 @"))));
    assert!(lines.iter().any(|line| line.starts_with("prometheus_build_info{")), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn influxdb_is_asked_in_influxql() {
    let (folder, address, rpc) = (tempfile::tempdir().unwrap(), free_address(), free_address());
    let [meta, data, wal] = ["meta", "data", "wal"].map(|name| folder.path().join(name).display().to_string());
    let file = folder.path().join("influxdb.conf");
    let text = format!(
        "reporting-disabled = true\nbind-address = \"{rpc}\"\n[meta]\ndir = \"{meta}\"\n[data]\ndir = \"{data}\"\nwal-dir = \"{wal}\"\n[http]\nbind-address = \"{address}\"\n"
    );
    std::fs::write(&file, text).unwrap();
    let Some(_program) = Program::start(Command::new("influxd").arg("-config").arg(&file)) else { return };
    eventually("the server", || {
        ureq::post(&format!("http://{address}/query")).send_form([("q", "CREATE DATABASE crm")]).ok()
    })
    .await;
    let write = format!("http://{address}/write?db=crm&precision=s");
    ureq::post(&write).send("cpu,host=a idle=12.5,busy=3i 1767225600\ncpu,host=b idle=40 1767225610\n").unwrap();
    let (sink, snapshot) = pull(&format!(
        r#"
[[pull]]
name = "influx"
kind = "influxql"
url = "http://{address}"
database = "crm"
every = "1 hour"
jitter = "0 s"
look_back = "366 days"
[[pull.query]]
query = "SELECT idle, busy FROM cpu WHERE time >= {{from_ms}}ms AND time < {{until_ms}}ms GROUP BY host"
[[pull.query]]
query = "SELECT sum(idle) FROM cpu WHERE time >= '2026-01-01T00:00:00Z' AND time < '2026-01-01T00:01:00Z' GROUP BY time(1m)"
series = "idle.sum"
"#
    ))
    .await;
    assert_eq!(snapshot.pulls[0].last_error, None);
    assert_eq!(
        sink.lines(),
        ["cpu.idle{host=a} 12.5 @0", "cpu.busy{host=a} 3 @0", "cpu.idle{host=b} 40 @10000", "idle.sum{} 52.5 @0"]
    );
}
