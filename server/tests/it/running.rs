//! A server process of a test's own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::{NamedTempFile, TempDir};
use ureq::Agent;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_inferno-kpi");

/// A server with its data; ends with the test.
pub struct Running {
    child: Child,
    pub address: String,
    log: NamedTempFile,
    /// Folders that end with it.
    kept: Vec<TempDir>,
}

/// How a server ended that was to be started.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    /// What it wrote to standard error.
    pub log: String,
}

/// A folder for data, kept over restarts.
pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

impl Running {
    /// Starts a server on an empty folder.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[], &[])
    }

    /// Starts a server whose data end with it.
    pub fn start_alone(extra: &[&str], environment: &[(&str, &str)]) -> Self {
        let data = folder();
        let mut running = Self::start_with(data.path(), extra, environment);
        running.kept.push(data);
        running
    }

    /// Starts a server in another working folder.
    pub fn start_in(working: &Path, data: &Path) -> Self {
        Self::launch(Command::new(PROGRAM).current_dir(working), data, &[], &[]).expect("the server starts")
    }

    /// Starts a server with extra arguments and environment.
    pub fn start_with(data: &Path, extra: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::attempt(data, extra, environment).expect("the server starts")
    }

    /// Starts a server that may end instead.
    ///
    /// # Errors
    /// How it ended.
    pub fn attempt(data: &Path, extra: &[&str], environment: &[(&str, &str)]) -> Result<Self, Ended> {
        Self::launch(&mut Command::new(PROGRAM), data, extra, environment)
    }

    fn launch(command: &mut Command, data: &Path, extra: &[&str], environment: &[(&str, &str)]) -> Result<Self, Ended> {
        let site = site();
        let log = NamedTempFile::new().unwrap();
        let mut child = command
            .args(["serve", "--address", "127.0.0.1:0", "--data"])
            .arg(data)
            .arg("--site")
            .arg(site.path())
            .args(extra)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned));
        match address {
            Some(address) => Ok(Self { child, address, log, kept: vec![site] }),
            None => Err(Ended { status: child.wait().unwrap(), log: std::fs::read_to_string(log.path()).unwrap() }),
        }
    }

    /// What it wrote to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Starts a server under a shell's limit of open files, such as `-n 300` for both or `-Sn 256`.
    pub fn start_with_files(data: &Path, limit: &str, extra: &[&str]) -> Self {
        let script = format!("ulimit {limit} && exec \"$0\" \"$@\"");
        Self::launch(Command::new("bash").args(["-c", &script, PROGRAM]), data, extra, &[]).unwrap()
    }

    /// A figure of the process's memory in bytes, as Linux names it: `VmRSS` is what it has now, `VmHWM` the most that it had.
    pub fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).expect(name);
        line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() * 1024
    }

    /// Ends the process as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let mut response = agent().get(self.url(path)).call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    pub fn json(&self, path: &str) -> Value {
        let (status, text) = self.get(path);
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, Value) {
        let mut response = agent().post(self.url(path)).header("content-type", content_type).send(body).unwrap();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Posts with further headers.
    pub fn send(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut request = agent().post(self.url(path)).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send(body.to_string().as_bytes()).unwrap())
    }

    /// Gets with all that comes with it.
    pub fn fetch(&self, path: &str) -> Answer {
        Answer::of(agent().get(self.url(path)).call().unwrap())
    }

    /// Posts JSON and returns status and answer.
    pub fn tell(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.send(path, &[], body);
        (answer.status, answer.json())
    }

    /// Posts observations as JSON.
    pub fn observe(&self, body: &Value) -> (u16, Value) {
        self.post("/api/v1/observations", "application/json", body.to_string().as_bytes())
    }

    /// The KPI as the API shows it.
    pub fn kpi(&self, id: &str) -> Value {
        self.json(&format!("/api/v1/kpis/{id}"))
    }
}

/// What a server answered.
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub text: String,
}

impl Answer {
    pub fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap_or_default().to_owned())
        };
        let headers = response.headers().iter().map(header).collect();
        let text = response.body_mut().read_to_string().unwrap();
        Self { status: response.status().as_u16(), headers, text }
    }

    /// An answer that came whole.
    pub fn whole(mut response: ureq::http::Response<ureq::Body>) -> Option<Self> {
        let text = response.body_mut().read_to_string().ok()?;
        Some(Self { text, ..Self::of(response.map(|_| ureq::Body::builder().data(""))) })
    }

    /// Whether a header is there.
    pub fn has(&self, wanted: &str) -> bool {
        self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    }

    /// A header that must be there.
    pub fn header(&self, wanted: &str) -> &str {
        let found = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map_or_else(|| panic!("{wanted} is missing: {}", self.text), |(_, value)| value.as_str())
    }

    /// A header that may be missing.
    pub fn find(&self, wanted: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a header is there.
    pub fn has_header(&self, wanted: &str) -> bool {
        self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    }

    /// The body as JSON; text where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| Value::String(self.text.clone()))
    }
}

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again and again until the answer is there, and fails where it does not come.
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
pub fn eventually<Wanted>(what: &str, mut ask: impl FnMut() -> Option<Wanted>) -> Wanted {
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what} did not come");
        std::thread::yield_now();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; that nothing runs any more is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that reports statuses instead of failing on them.
pub fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

/// Runs a command of the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).env_remove("INFERNO_KPI_URL").output().unwrap()
}

/// What a command printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A site with the names of hashed files and nothing else.
pub fn site() -> TempDir {
    let site = folder();
    std::fs::write(site.path().join("hash.txt"), "js: 1\nwasm: 1\ncss: 1\n").unwrap();
    std::fs::write(
        site.path().join("build.json"),
        r#"{"started_ms": 1767225600000, "duration_ms": 61000, "complete": true, "javascript_and_wasm_bytes": 123456}"#,
    )
    .unwrap();
    site
}

impl Running {
    /// Asks the process to stop, as a service manager does, and fails where it does not within `limit`.
    pub fn terminate_and_wait(self, limit: Duration) {
        self.signal("TERM");
        self.wait(limit);
    }

    /// Sends the process a signal: `TERM`, `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let asked = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// Waits until the process has ended by itself, and fails where it does not within `limit` or did not end well.
    #[expect(clippy::disallowed_methods, reason = "the test measures real time")]
    pub fn wait(mut self, limit: Duration) {
        let started = std::time::Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(started.elapsed() < limit, "the server still runs");
            std::thread::yield_now();
        };
        assert_eq!(status.code(), Some(0), "{status}");
    }
}

/// The address of a schema with nothing in it, on the tests' server.
pub fn empty_schema(schema: &str) -> String {
    use sqlx::Connection as _;
    let url = std::env::var("INFERNO_KPI_TEST_POSTGRES_URL")
        .expect("run the tests through scripts/with-postgres.sh, which starts a PostgreSQL for them");
    let make = async {
        let mut connection = sqlx::PgConnection::connect(&url).await?;
        let statements = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut connection).await
    };
    tokio::runtime::Runtime::new().unwrap().block_on(make).unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options[search_path]={schema}")
}
