//! A server whose disk fails on demand, with the ledger of what it acknowledged.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::deed::{self, Deed, Kind, TOKEN, get};
use super::ledger::Ledger;
use super::second::{Place, Second};
use super::shim::{Fault, Shim};
use crate::running::{Answer, Ended, Running, agent, folder};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/two-kpis.toml");

/// How soon it must be as it was, once nothing fails any more.
pub const RECOVERY: Duration = Duration::from_secs(10);
/// How soon a fault must be told. The server looks every five seconds.
pub const TOLD: Duration = Duration::from_secs(6);

/// A server, its data and what it said.
pub struct Harness {
    server: Option<Running>,
    data: PathBuf,
    extra: Vec<String>,
    place: Place,
    pub shim: Shim,
    pub ledger: Ledger,
    agent: ureq::Agent,
    second: Option<Second>,
    next: u64,
    /// Ends after the server.
    folder: Option<TempDir>,
}

impl Harness {
    /// A server on `SQLite`, in a folder of its own.
    pub fn on_sqlite() -> Self {
        let folder = folder();
        let mut harness = Self::on_sqlite_in(folder.path(), &[]);
        harness.folder = Some(folder);
        harness
    }

    /// A server on `SQLite` in a folder that is there, with further arguments.
    pub fn on_sqlite_in(data: &Path, extra: &[&str]) -> Self {
        let mut harness = Self::prepare(data, extra);
        harness.start();
        harness.shim.must_be_loaded();
        harness
    }

    /// As [`Harness::on_sqlite_in`], not started yet.
    pub fn prepare(data: &Path, extra: &[&str]) -> Self {
        let place = Place::Sqlite(data.join("inferno-kpi.sqlite"));
        Self::new(data, place, extra, Shim::of(data))
    }

    /// Watches one file of the data alone, from the next start on.
    pub fn watch_only(&mut self, name: &str) {
        self.shim = Shim::of(&self.data.join(name));
    }

    /// A server on a database; its own folder is not used.
    pub fn on_postgres(url: &str, seen_directly: &str) -> Self {
        let folder = folder();
        let shim = Shim::of(folder.path());
        let place = Place::Postgres(seen_directly.to_owned());
        let mut harness = Self::new(folder.path(), place, &["--database", url], shim);
        harness.folder = Some(folder);
        harness.start();
        harness
    }

    fn new(data: &Path, place: Place, extra: &[&str], shim: Shim) -> Self {
        Self {
            server: None,
            data: data.to_owned(),
            extra: extra.iter().map(|&part| part.to_owned()).collect(),
            place,
            shim,
            ledger: Ledger::default(),
            agent: agent(),
            second: None,
            next: 0,
            folder: None,
        }
    }

    pub fn start(&mut self) {
        self.try_start().expect("the server starts");
    }

    /// # Errors
    /// How the server ended instead.
    pub fn try_start(&mut self) -> Result<(), Ended> {
        let environment = self.shim.environment();
        let mut environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        environment.push(("INFERNO_KPI_TOKEN", TOKEN));
        let mut extra = vec!["--catalogue", CATALOGUE];
        extra.extend(self.extra.iter().map(String::as_str));
        self.second = None;
        self.server = Some(Running::attempt(&self.data, &extra, &environment)?);
        Ok(())
    }

    pub fn is_started(&self) -> bool {
        self.server.is_some()
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn server(&self) -> &Running {
        self.server.as_ref().expect("it runs")
    }

    pub fn address(&self) -> &str {
        &self.server().address
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Fails where the process has ended: by a signal it must not, whatever fails.
    pub fn must_run(&mut self) {
        let server = self.server.as_mut().expect("it runs");
        if let Some(status) = server.ended() {
            panic!("the server ended with {status}:\n{}", server.log());
        }
    }

    /// Kills the server as a power cut would, and starts it again.
    pub fn kill_and_start(&mut self) {
        self.kill();
        self.start();
    }

    pub fn kill(&mut self) {
        self.second = None;
        self.server.take().expect("it runs").kill();
    }

    /// Asks the server to stop and waits for it.
    pub fn stop(&mut self) {
        self.second = None;
        self.server.take().expect("it runs").terminate_and_wait(Duration::from_secs(25));
    }

    /// The numbers of the next deeds.
    pub fn numbers(&mut self, count: u64) -> std::ops::Range<u64> {
        let from = self.next;
        self.next += count;
        from..self.next
    }

    pub fn get(&self, path: &str) -> Option<Answer> {
        get(&self.agent, &format!("{}{path}", self.address()))
    }

    /// Does a deed of a kind; what is acknowledged is read back at once by a second connection.
    pub fn perform(&mut self, kind: Kind) -> Option<Answer> {
        let number = self.numbers(1).start;
        self.repeat(&Deed { kind, number })
    }

    /// Sends a deed, for the first time or again.
    pub fn repeat(&mut self, deed: &Deed) -> Option<Answer> {
        let answer = deed.send(&self.agent, self.address());
        let is_acknowledged = answer.as_ref().is_some_and(deed::is_acknowledged);
        self.ledger.add(deed.clone(), is_acknowledged);
        if is_acknowledged {
            let count = self.second().count(deed);
            let is_right = if deed.kind.is_sample() { count > 0 } else { count == 1 };
            assert!(is_right, "{} was acknowledged, and a second connection finds it {count} times", deed.key());
        }
        answer
    }

    /// A deed that must be acknowledged.
    pub fn must_perform(&mut self, kind: Kind) {
        let answer = self.perform(kind).expect("an answer");
        assert!(deed::is_acknowledged(&answer), "{kind:?}: {} {}", answer.status, answer.text);
    }

    /// Opens the second connection anew before it is used again.
    pub fn forget_second(&mut self) {
        self.second = None;
    }

    pub fn second(&mut self) -> &mut Second {
        let place = &self.place;
        self.second.get_or_insert_with(|| Second::open(place))
    }

    /// Does deeds of a kind until one is acknowledged, and gives how long it took.
    pub fn wait_until_taken(&mut self, kind: Kind, limit: Duration) -> Duration {
        let mut last = None;
        waited(limit, || {
            let answer = self.perform(kind);
            let is_taken = answer.as_ref().is_some_and(deed::is_acknowledged);
            last = answer.map(|answer| (answer.status, answer.text));
            is_taken
        })
        .unwrap_or_else(|| {
            let log = self.server().log();
            panic!("{kind:?} is not taken within {limit:?}: {last:?}\n{}", end(&log))
        })
    }

    /// What was not acknowledged is sent again, as a sender does, until it is.
    pub fn send_again(&mut self) {
        for deed in self.ledger.to_send_again() {
            let taken = waited(RECOVERY, || self.repeat(&deed).as_ref().is_some_and(deed::is_acknowledged));
            assert!(taken.is_some(), "{} is not taken again:\n{}", deed.key(), end(&self.server().log()));
        }
    }

    /// Nothing acknowledged is lost or doubled: by a second connection, and as the server shows it.
    pub fn must_agree(&mut self, when: &str) {
        let place = self.place.clone();
        self.ledger.compare(&mut Second::open(&place)).must_be_none(when);
        self.server_must_agree(when);
    }

    fn server_must_agree(&self, when: &str) {
        for (kind, name) in [(Kind::Observation, "fault.observed"), (Kind::Event, "fault.event")] {
            let rows = self.json(&format!("/api/v1/series?contains={name}"));
            let rows = rows.as_array().unwrap().iter().filter(|row| row["name"] == name);
            let shown: u64 = rows.filter_map(|row| row["count"].as_u64()).sum();
            let (least, most) = self.bounds(kind);
            assert!((least..=most).contains(&shown), "{when}: {shown} of {least} to {most} rows of {name} are shown");
        }
        for (kind, name) in [(Kind::Lines, "fault"), (Kind::RemoteWrite, "fault_remote")] {
            let found = self.json(&format!("/api/v1/sample-series?name={name}&limit=1000"));
            let numbers = found.as_array().unwrap().iter().map(|it| it["number"].as_i64().unwrap());
            let (mut shown, mut sum) = (0, 0.0);
            for number in numbers {
                let window =
                    self.json(&format!("/api/v1/sample-series/{number}/window?from=1767225600000&until=1799999999000"));
                shown += window["count"].as_u64().unwrap();
                sum += window["sum"].as_f64().unwrap_or_default();
            }
            let (least, most) = self.bounds(kind);
            assert!(
                (least..=most).contains(&shown),
                "{when}: {shown} of {least} to {most} samples of {name} are shown"
            );
            if least == most {
                #[expect(clippy::cast_precision_loss, reason = "the sum stays below 2^52")]
                let wanted = self.ledger.acknowledged_of(kind).iter().map(|deed| deed.number).sum::<u64>() as f64;
                assert!((wanted - sum).abs() < 0.5, "{when}: the values of {name} are those sent: {wanted}, {sum}");
            }
        }
        let lists = [
            (Kind::Note, "/api/v1/notes?subject=gate:1"),
            (Kind::Decision, "/api/v1/gates/decisions"),
            (Kind::Token, "/api/v1/tokens"),
        ];
        for (kind, path) in lists {
            let listed = self.get(path).expect("an answer").text;
            for deed in self.ledger.acknowledged_of(kind) {
                let count = listed.matches(&format!("\"{}\"", deed.key())).count();
                assert_eq!(count, 1, "{when}: {} stands in {path}", deed.key());
            }
        }
    }

    /// How many of a kind were acknowledged, and how many were sent.
    fn bounds(&self, kind: Kind) -> (u64, u64) {
        let sent = self.ledger.entries.iter().filter(|entry| entry.deed.kind == kind).count();
        (self.ledger.acknowledged_of(kind).len() as u64, sent as u64)
    }

    fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path).unwrap_or_else(|| panic!("{path} is not answered:\n{}", end(&self.server().log())));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    /// Waits until readiness has a status, and gives what is said.
    pub fn wait_for_ready(&self, status: u16, limit: Duration) -> Answer {
        let mut last = None;
        let found = waited(limit, || {
            last = self.get("/readyz");
            last.as_ref().is_some_and(|answer| answer.status == status)
        });
        let told = last.as_ref().map(|answer| (answer.status, answer.text.clone()));
        assert!(found.is_some(), "/readyz is not {status} within {limit:?}: {told:?}");
        last.expect("it was found")
    }

    /// Arms a fault, for as long as something is done.
    pub fn during<Outcome>(&mut self, fault: Fault, act: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        self.shim.arm(fault);
        let outcome = act(self);
        self.shim.free();
        self.must_run();
        outcome
    }
}

/// Asks until it is so, and gives how long that took; `None` where it does not become so.
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
pub fn waited(limit: Duration, mut is_so: impl FnMut() -> bool) -> Option<Duration> {
    let started = std::time::Instant::now();
    loop {
        if is_so() {
            return Some(started.elapsed());
        }
        if started.elapsed() >= limit {
            return None;
        }
        // Asking without a pause would take the processor from who is asked.
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// The last lines of a log.
fn end(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
