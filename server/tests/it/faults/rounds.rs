//! Rounds of faults while several write: the process is killed, the disk fails, the database goes away.
//!
//! The suite takes a few; `make soak` takes a thousand. What a round does follows from the seed and its number; when exactly a fault
//! meets a write does not.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::chance::Chance;
use super::cluster::Cluster;
use super::deed::{Deed, Kind, is_acknowledged};
use super::harness::{Harness, waited};
use super::postgres::TERMINATE;
use super::proxy::Proxy;
use super::second::{Place, Second};
use super::shim::Fault;
use crate::running::agent;

const WRITERS: usize = 3;
/// After so many rounds the server is restarted, everything is looked at as the server shows it, and another one begins anew.
const ROUNDS_OF_A_STORE: u64 = 20;
/// More deeds than a round has.
const NUMBERS_OF_A_ROUND: u64 = 10_000;
/// How often a round tells how far it is.
const TELL_EVERY: u64 = 50;
/// How long a round waits for writes to go on.
const PATIENCE: Duration = Duration::from_secs(20);

/// What rounds came to.
#[derive(Debug, Default, Clone)]
pub struct Figures {
    pub rounds: u64,
    pub sent: usize,
    pub acknowledged: usize,
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
    pub longest_recovery: Duration,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.sent += other.sent;
        self.acknowledged += other.acknowledged;
        self.lost.extend_from_slice(&other.lost);
        self.doubled.extend_from_slice(&other.doubled);
        self.longest_recovery = self.longest_recovery.max(other.longest_recovery);
    }

    fn line(&self) -> String {
        format!(
            "{} rounds: {} sent, {} acknowledged, {} lost, {} doubled, longest recovery {:.1} s",
            self.rounds,
            self.sent,
            self.acknowledged,
            self.lost.len(),
            self.doubled.len(),
            self.longest_recovery.as_secs_f64()
        )
    }

    fn must_be_sound(&self) {
        assert!(self.lost.is_empty() && self.doubled.is_empty(), "lost: {:?}, doubled: {:?}", self.lost, self.doubled);
        assert!(self.acknowledged > 0, "nothing was acknowledged, so nothing was shown");
    }
}

/// What happens in a round.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The server's process is killed.
    Kill,
    /// The server is asked to stop while its disk fails: then the log is moved into the file.
    Stop(Fault),
    /// Its disk fails for a while.
    Disk(Fault),
    /// The database's server is killed.
    DatabaseKilled,
    /// The way to the database is cut behind so many messages.
    Cut(i64),
    /// The database ends every connection.
    Terminated,
    /// The database's disk fails for a while.
    DatabaseDisk(Fault),
}

impl Event {
    fn on_sqlite(chance: &mut Chance) -> Self {
        let call = i64::try_from(chance.below(60)).unwrap() + 1;
        match chance.below(11) {
            0..3 => Self::Kill,
            10 => Self::Stop(if call % 2 == 0 { Fault::IoAt(call) } else { Fault::FullForAll }),
            3 => Self::Disk(Fault::Full),
            4 => Self::Disk(Fault::FullForAll),
            5 => Self::Disk(Fault::IoAt(call)),
            6 => Self::Disk(Fault::SyncAt(1 + call % 4)),
            7 => Self::Disk(Fault::Short(call)),
            8 => Self::Disk(if call % 2 == 0 { Fault::Io } else { Fault::Sync }),
            _ => Self::Disk(if call % 2 == 0 { Fault::Quota } else { Fault::ReadOnly }),
        }
    }

    fn on_postgres(chance: &mut Chance) -> Self {
        let number = i64::try_from(chance.below(80)).unwrap();
        match chance.below(10) {
            0..3 => Self::Kill,
            3 => Self::DatabaseKilled,
            4..7 => Self::Cut(number),
            7 => Self::Terminated,
            8 => Self::DatabaseDisk(Fault::FullForAll),
            _ => Self::DatabaseDisk(Fault::SyncAt(1 + number % 3)),
        }
    }
}

/// A store with its server, and what stands between them.
struct Lane {
    harness: Harness,
    database: Option<(Cluster, Proxy)>,
    chance: Chance,
    figures: Figures,
}

/// What the writers of a round share.
struct Shared {
    address: Mutex<String>,
    next: AtomicU64,
    acknowledged: AtomicU64,
    is_over: AtomicBool,
    done: Mutex<Vec<(Deed, bool)>>,
    lost: Mutex<Vec<String>>,
}

fn kind(chance: &mut Chance) -> Kind {
    match chance.below(20) {
        0..5 => Kind::Observation,
        5..8 => Kind::Event,
        8..12 => Kind::Lines,
        12..15 => Kind::RemoteWrite,
        15 => Kind::CheckIn,
        16 => Kind::Note,
        17 => Kind::Silence,
        18 => Kind::Decision,
        _ => Kind::Token,
    }
}

/// Writes until the round is over; what is acknowledged is looked for at once where the database can be reached.
fn write(shared: &Shared, place: &Place, mut chance: Chance) {
    let (agent, mut second, mut again) = (agent(), None, None);
    while !shared.is_over.load(Ordering::SeqCst) {
        // What has an id is sent until it is taken, as a client would.
        let deed = again.take().unwrap_or_else(|| {
            let number = shared.next.fetch_add(1, Ordering::SeqCst);
            Deed { kind: kind(&mut chance), number }
        });
        let address = shared.address.lock().unwrap().clone();
        let is_kept = deed.send(&agent, &address).as_ref().is_some_and(is_acknowledged);
        if is_kept {
            shared.acknowledged.fetch_add(1, Ordering::SeqCst);
            let opened = second.take().or_else(|| Second::try_open(place).ok());
            if let Some(mut opened) = opened
                && let Ok(count) = opened.try_count(&deed)
            {
                if count == 0 {
                    shared.lost.lock().unwrap().push(format!("{} at once", deed.key()));
                }
                second = Some(opened);
            }
        } else {
            thread::park_timeout(Duration::from_millis(20));
            again = deed.kind.is_keyed().then(|| deed.clone());
        }
        shared.done.lock().unwrap().push((deed, is_kept));
    }
}

impl Lane {
    fn new(on_postgres: bool, seed: u64) -> Self {
        let database = on_postgres.then(|| {
            let cluster = Cluster::start();
            let proxy = Proxy::before(cluster.port());
            (cluster, proxy)
        });
        let harness = Self::serve(database.as_ref(), 0);
        Self { harness, database, chance: Chance::of(seed), figures: Figures::default() }
    }

    /// A server on an empty store.
    fn serve(database: Option<&(Cluster, Proxy)>, round: u64) -> Harness {
        match database {
            Some((cluster, proxy)) => cluster.serve(&format!("round_{round}"), proxy),
            None => Harness::on_sqlite(),
        }
    }

    fn round(&mut self, name: &str) {
        let event = match self.database {
            None => Event::on_sqlite(&mut self.chance),
            Some(_) => Event::on_postgres(&mut self.chance),
        };
        let (wanted, hold_ms) = (3 + self.chance.below(40), 20 + self.chance.below(200));
        let from = self.harness.numbers(NUMBERS_OF_A_ROUND).start;
        let shared = Arc::new(Shared {
            address: Mutex::new(self.harness.address().to_owned()),
            next: AtomicU64::new(from),
            acknowledged: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            done: Mutex::default(),
            lost: Mutex::default(),
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (shared, place) = (Arc::clone(&shared), self.harness.place().clone());
                let chance = Chance::of(self.chance.below(u64::MAX));
                thread::spawn(move || write(&shared, &place, chance))
            })
            .collect();
        let has_begun = waited(PATIENCE, || shared.acknowledged.load(Ordering::SeqCst) >= wanted);
        assert!(has_begun.is_some(), "{name}, {event:?}: nothing is acknowledged before the fault");
        self.meet(event, Duration::from_millis(hold_ms), &shared);
        let before = shared.acknowledged.load(Ordering::SeqCst);
        let recovery = waited(PATIENCE, || shared.acknowledged.load(Ordering::SeqCst) > before);
        shared.is_over.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.join().unwrap();
        }
        self.harness.must_run();
        let log = self.harness.server().log();
        let recovery = recovery.unwrap_or_else(|| panic!("{name}, {event:?}: writing does not go on:\n{log}"));
        self.figures.longest_recovery = self.figures.longest_recovery.max(recovery);
        self.count(name, event, &shared);
    }

    /// Adds a round's deeds to the ledger and looks for all of them.
    fn count(&mut self, name: &str, event: Event, shared: &Shared) {
        for (deed, is_kept) in shared.done.lock().unwrap().drain(..) {
            self.figures.sent += 1;
            self.figures.acknowledged += usize::from(is_kept);
            self.harness.ledger.add(deed, is_kept);
        }
        let place = self.harness.place().clone();
        let differences = self.harness.ledger.compare(&mut Second::open(&place));
        let mut lost = std::mem::take(&mut *shared.lost.lock().unwrap());
        lost.extend(differences.lost);
        for (what, found) in [("lost", &lost), ("doubled", &differences.doubled)] {
            if !found.is_empty() {
                eprintln!("{name}, {event:?}: {what}: {found:?}");
            }
        }
        self.figures.lost.extend(lost);
        self.figures.doubled.extend(differences.doubled);
        self.figures.rounds += 1;
    }

    fn meet(&mut self, event: Event, hold: Duration, shared: &Shared) {
        let hold = || _ = waited(hold, || false);
        let database = self.database.as_ref();
        match event {
            Event::Kill => {
                self.harness.kill();
                self.harness.start();
                self.harness.address().clone_into(&mut shared.address.lock().unwrap());
            }
            Event::Stop(fault) => {
                self.harness.shim.arm(fault);
                self.harness.stop();
                self.harness.shim.free();
                self.harness.start();
                self.harness.address().clone_into(&mut shared.address.lock().unwrap());
            }
            Event::Disk(fault) => {
                self.harness.shim.arm(fault);
                waited(Duration::from_secs(2), || self.harness.shim.faults() > 0);
                hold();
                self.harness.shim.free();
            }
            Event::DatabaseKilled => {
                let (cluster, _) = database.expect("a database");
                cluster.kill();
                hold();
                cluster.run();
            }
            Event::Cut(messages) => {
                let (_, proxy) = database.expect("a database");
                proxy.cut_after(messages);
                waited(Duration::from_secs(5), || proxy.is_cut());
                hold();
                proxy.mend();
            }
            Event::Terminated => Second::open(self.harness.place()).run(TERMINATE),
            Event::DatabaseDisk(fault) => {
                let (cluster, _) = database.expect("a database");
                cluster.shim().arm(fault);
                waited(Duration::from_secs(2), || cluster.shim().faults() > 0);
                hold();
                cluster.shim().free();
                cluster.run_if_ended();
            }
        }
    }

    /// The server shows what it acknowledged, after a restart too; then everything begins anew.
    fn settle(&mut self, name: &str) {
        self.harness.forget_second();
        self.harness.send_again();
        self.harness.must_agree(&format!("{name}, before a restart"));
        self.harness.kill_and_start();
        self.harness.must_agree(&format!("{name}, after a restart"));
    }
}

/// Rounds on one store after the other.
fn rounds(on_postgres: bool, seed: u64, rounds: u64, told: &(dyn Fn(&Figures) + Sync)) -> Figures {
    let mut lane = Lane::new(on_postgres, seed);
    for round in 1..=rounds {
        let database = if on_postgres { "PostgreSQL" } else { "SQLite" };
        let name = format!("{database}, seed {seed}, round {round}");
        lane.round(&name);
        told(&Figures { rounds: 1, ..Figures::default() });
        if round % ROUNDS_OF_A_STORE == 0 || round == rounds {
            lane.settle(&name);
            if round < rounds {
                lane.harness = Lane::serve(lane.database.as_ref(), round);
            }
        }
    }
    lane.figures
}

const FEW_ROUNDS: u64 = 10;
const SEED: u64 = 110;

#[test]
fn on_sqlite_a_few_rounds_of_faults_lose_and_double_nothing() {
    rounds(false, SEED, FEW_ROUNDS, &|_| ()).must_be_sound();
}

#[test]
fn on_postgres_a_few_rounds_of_faults_lose_and_double_nothing() {
    rounds(true, SEED, FEW_ROUNDS, &|_| ()).must_be_sound();
}

/// A number from the environment.
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
#[ignore = "takes long: make soak"]
fn many_rounds_of_faults_lose_and_double_nothing() {
    let all = number("INFERNO_KPI_TEST_FAULT_ROUNDS", 1_000);
    let seed = number("INFERNO_KPI_TEST_FAULT_SEED", SEED);
    // Two stores of each database at once: a round is mostly waiting.
    let lanes = number("INFERNO_KPI_TEST_FAULT_LANES", 4).max(1);
    println!("{all} rounds, seed {seed}, {lanes} servers at once");
    let done = AtomicU64::new(0);
    let told = |figures: &Figures| {
        let count = done.fetch_add(figures.rounds, Ordering::SeqCst) + figures.rounds;
        if count.is_multiple_of(TELL_EVERY) {
            println!("{count} of {all} rounds");
        }
    };
    let (mut figures, mut broken) = (Figures::default(), 0);
    thread::scope(|scope| {
        let running: Vec<_> = (0..lanes)
            .map(|lane| {
                let share = all / lanes + u64::from(lane < all % lanes);
                let told = &told;
                scope.spawn(move || rounds(lane % 2 == 1, seed + lane, share, told))
            })
            .collect();
        for lane in running {
            match lane.join() {
                Ok(of_lane) => figures.add(&of_lane),
                Err(_) => broken += 1,
            }
        }
    });
    println!("{}", figures.line());
    assert_eq!(broken, 0, "so many servers did not get to the end; why stands above");
    figures.must_be_sound();
}
