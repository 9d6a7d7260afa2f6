//! Random catalogues, histories and instants: what is evaluated from points in a database is, to the last bit, what is evaluated from slices
//! in memory.
//!
//! `make equality` tries 10,000; `INFERNO_KPI_EQUALITY_CASES` says how many, `INFERNO_KPI_EQUALITY_SEED` from which on.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed, as it should")]

mod server;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use kpi::catalogue::Catalogue;
use kpi::evaluation::{evaluate, history};
use kpi::gate::gates;
use kpi::point::{InMemory, LabelSet, Labels, Observations, Origin, Pending, Point, Superseded};
use kpi::window::{AsKnownAt, RunsSource, WindowSource};
use storage::PointStore;
use storage::contract::Backend as _;
use storage_postgres::PostgresStore;
use storage_sqlite::SqliteStore;
use timeseries::points::{Bringer, Settle, SharedPoints};

use server::Schema;

const DOCUMENT: &str = include_str!("../../../catalogue/inferno.toml");
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The latest time of a history: 1 July 2026.
const END_MS: i64 = 1_782_864_000_000;
/// Instants at which clocks are set in Europe and in New York.
const CLOCKS_ARE_SET_MS: [i64; 4] = [1_743_296_400_000, 1_761_440_400_000, 1_772_953_200_000, 1_774_746_000_000];
const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"];
const WINDOWS: [&str; 9] =
    ["day", "week", "month", "quarter", "last day", "last week", "last month", "last quarter", "3 days"];

#[derive(Clone, Default)]
struct Nobody;

impl Bringer for Nobody {
    fn brought_series(&mut self, _: &str, _: &str) {}
    fn brought_labels(&mut self, _: &str, _: &Labels) {}
}

/// `SplitMix64` (Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: i64) -> i64 {
        i64::try_from(self.bits() % bound.max(1).unsigned_abs()).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()]
    }

    fn value(&mut self) -> f64 {
        let share = f64::from(u32::try_from(self.bits() >> 32).unwrap()) / f64::from(u32::MAX);
        match self.below(12) {
            0 => 0.0,
            1 => -share * 100.0,
            2 => share * 1e-9,
            3 => share * 1e15,
            4 => 0.1,
            5 => 100.0 - share * 0.2,
            _ => share * 150.0,
        }
    }

    /// A time of a history: anywhere, around the setting of clocks, or where periods end.
    fn time_ms(&mut self) -> i64 {
        match self.below(6) {
            0 => *self.of(&CLOCKS_ARE_SET_MS) + self.below(49) * HOUR_MS / 4 - 6 * HOUR_MS,
            1 => END_MS - self.below(400) * DAY_MS + self.below(3) - 1,
            2 => END_MS - self.below(40) * DAY_MS - self.below(DAY_MS),
            _ => END_MS - self.below(400 * DAY_MS),
        }
    }
}

/// The embedded catalogue with other time zones and windows, and few samples needed.
fn catalogue(chance: &mut Chance) -> Catalogue {
    let zone = chance.of(&ZONES).to_owned();
    let mut document = DOCUMENT.replacen("[policy]\n", &format!("[policy]\ntime_zone = \"{zone}\"\n"), 1);
    let parts: Vec<String> = document
        .split("[[measure]]\n")
        .enumerate()
        .map(|(place, part)| {
            let measure = part.split("\n[[").next().unwrap_or_default();
            let is_windowed = place == 0 || measure.contains("\nwindow = ") || chance.below(3) > 0;
            if is_windowed { part.to_owned() } else { format!("window = \"{}\"\n{part}", chance.of(&WINDOWS)) }
        })
        .collect();
    document = parts.join("[[measure]]\n");
    let mut catalogue = Catalogue::parse(&document).unwrap_or_else(|errors| panic!("{errors:?}"));
    for measure in &mut catalogue.measures {
        measure.minimum = measure.minimum.min(2);
    }
    catalogue
}

/// Something that comes, in the order in which it comes.
#[derive(Debug, Clone)]
enum Coming {
    Point {
        series: String,
        labels: Vec<(String, String)>,
        point: Point,
    },
    /// The point of that place does not count any more from then on.
    Supersede {
        of: usize,
        superseded_ms: i64,
    },
}

fn origin(chance: &mut Chance) -> Origin {
    *chance.of(&[Origin::Measured, Origin::Measured, Origin::Entered, Origin::EmbeddedEngine])
}

/// What comes to some of a catalogue's series: late, doubled, corrected, superseded, out of order.
fn coming(catalogue: &Catalogue, chance: &mut Chance) -> Vec<Coming> {
    let mut found: Vec<Coming> = Vec::new();
    let needs = catalogue.series();
    // Now and then a series is longer than a segment.
    let is_long = chance.below(40) == 0;
    let add = |series: &str,
               labels: &dyn Fn(&mut Chance) -> Vec<(String, String)>,
               found: &mut Vec<Coming>,
               chance: &mut Chance| {
        let count = if is_long && chance.below(20) == 0 { 5_000 } else { chance.below(30) };
        for _ in 0..count {
            let time_ms = chance.time_ms();
            let late_ms = if chance.below(4) == 0 { chance.below(100 * DAY_MS) } else { chance.below(HOUR_MS) };
            let weight = if chance.below(10) == 0 { 1 + chance.bits() % 5_000 } else { 1 };
            let point = Point {
                time_ms,
                value: chance.value(),
                recorded_ms: time_ms + late_ms,
                origin: origin(chance),
                labels: LabelSet::default(),
                weight,
            };
            let one = Coming::Point { series: series.to_owned(), labels: labels(chance), point };
            if chance.below(10) == 0 {
                found.push(one.clone());
            }
            found.push(one);
        }
    };
    for kpi in &catalogue.kpis {
        if chance.below(3) == 0 {
            add(&kpi.measure, &|_| Vec::new(), &mut found, chance);
        }
    }
    for need in &needs {
        if chance.below(2) == 0 {
            let labels = |chance: &mut Chance| {
                let mut set: BTreeMap<String, String> = BTreeMap::new();
                for name in &need.labels {
                    let asked: Vec<&String> =
                        need.values.iter().filter(|(label, _)| label == name).map(|(_, value)| value).collect();
                    let value = if asked.is_empty() || chance.below(5) == 0 {
                        format!("v{}", chance.below(6))
                    } else {
                        (*chance.of(&asked)).clone()
                    };
                    set.insert(name.clone(), value);
                }
                set.into_iter().collect()
            };
            add(&need.name, &labels, &mut found, chance);
        }
    }
    // In the order of recording for the most part, as a server records; then some that supersede.
    found.sort_by_key(|one| match one {
        Coming::Point { point, .. } => point.recorded_ms,
        Coming::Supersede { superseded_ms, .. } => *superseded_ms,
    });
    let points = found.len();
    let mut superseded = BTreeSet::new();
    for _ in 0..points / 20 {
        let of = usize::try_from(chance.below(i64::try_from(points).unwrap())).unwrap();
        if let Coming::Point { point, .. } = &found[of]
            && superseded.insert(of)
        {
            let superseded_ms = point.recorded_ms + chance.below(30 * DAY_MS);
            found.push(Coming::Supersede { of, superseded_ms });
        }
    }
    found
}

/// The history as slices.
#[derive(Default)]
struct Slices {
    points: HashMap<String, Vec<Point>>,
    superseded: HashMap<String, Vec<Superseded>>,
    labels: Vec<Vec<(String, String)>>,
}

impl Slices {
    fn of(all: &[Coming]) -> Self {
        let mut slices = Self::default();
        let superseded: HashMap<usize, i64> = all
            .iter()
            .filter_map(|one| match one {
                Coming::Supersede { of, superseded_ms } => Some((*of, *superseded_ms)),
                Coming::Point { .. } => None,
            })
            .collect();
        for (place, one) in all.iter().enumerate() {
            let Coming::Point { series, labels, point } = one else { continue };
            let known = slices.labels.iter().position(|set| set == labels);
            let set = known.unwrap_or_else(|| {
                slices.labels.push(labels.clone());
                slices.labels.len() - 1
            });
            let point = Point { labels: LabelSet(u32::try_from(set).unwrap()), ..*point };
            match superseded.get(&place) {
                None => slices.points.entry(series.clone()).or_default().push(point),
                Some(superseded_ms) => {
                    let one = Superseded { point, superseded_ms: *superseded_ms };
                    slices.superseded.entry(series.clone()).or_default().push(one);
                }
            }
        }
        // What comes of the same time and recorded at the same instant stays in the order in which it came.
        for points in slices.points.values_mut() {
            points.sort_by_key(|point| (point.time_ms, point.recorded_ms));
        }
        for points in slices.superseded.values_mut() {
            points.sort_by_key(|one| (one.point.time_ms, one.point.recorded_ms));
        }
        slices
    }
}

impl Observations for Slices {
    fn points(&self, series: &str) -> &[Point] {
        self.points.get(series).map_or(&[], Vec::as_slice)
    }

    fn superseded(&self, series: &str) -> &[Superseded] {
        self.superseded.get(series).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.labels.get(usize::try_from(set.0).unwrap()).map_or(&[], Vec::as_slice)
    }
}

/// One question: the whole catalogue at an instant, perhaps as known at another one, and the history of one KPI.
struct Question<'a> {
    catalogue: &'a Catalogue,
    instant_ms: i64,
    known_at_ms: Option<i64>,
    kpi: usize,
}

impl Question<'_> {
    /// Everything that is said, with each number to its last digit and the sign of zero.
    fn asked_of(&self, source: &dyn WindowSource) -> Result<String, Pending> {
        let then = self.known_at_ms.map(|known_at_ms| AsKnownAt::new(source, known_at_ms));
        let source = then.as_ref().map_or(source, |then| then as &dyn WindowSource);
        let evaluation = evaluate(self.catalogue, source, self.instant_ms)?;
        let mut text = String::new();
        for (status, kpi) in evaluation.statuses.iter().zip(&self.catalogue.kpis) {
            writeln!(text, "{} {status:?}", kpi.id).unwrap();
        }
        writeln!(text, "{:?}", gates(self.catalogue, &evaluation)).unwrap();
        let kpi = &self.catalogue.kpis[self.kpi];
        writeln!(text, "{} {:?}", kpi.id, history(self.catalogue, kpi, source, self.instant_ms, 50)?).unwrap();
        Ok(text)
    }
}

/// The history in the segments of a store: added in pieces, settled in between, now and then opened anew.
async fn kept(store: &Arc<dyn PointStore>, all: &[Coming], chance: &mut Chance) -> SharedPoints<Nobody> {
    store.forget_points().await.unwrap();
    let open = async || SharedPoints::<Nobody>::open(Arc::clone(store), |_| {}).await.unwrap().points;
    let (mut points, mut added) = (open().await, Vec::new());
    let mut rest = all;
    while !rest.is_empty() {
        let count = rest.len().min(usize::try_from(1 + chance.below(400)).unwrap());
        let (piece, after) = rest.split_at(count);
        rest = after;
        let mut writer = points.write();
        for one in piece {
            let (series, point) = match one {
                Coming::Point { series, labels, point } => {
                    let labels = if labels.is_empty() { LabelSet::default() } else { writer.label_set(labels) };
                    (series.clone(), Point { labels, ..*point })
                }
                Coming::Supersede { of, superseded_ms } => {
                    let (series, point): &(String, Point) = &added[*of];
                    writer.supersede(series, Superseded { point: *point, superseded_ms: *superseded_ms });
                    continue;
                }
            };
            writer.add(&series, point);
            added.push((series, point));
        }
        drop(writer);
        match chance.below(4) {
            0 => drop(points.settle(Settle::Everything).await.unwrap()),
            1 => drop(points.settle(Settle::InMemory).await.unwrap()),
            2 => {
                points.settle(Settle::Everything).await.unwrap();
                points = open().await;
            }
            _ => {}
        }
    }
    points
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_sqlite_and_postgres_give_the_same_to_the_last_bit() {
    let (data, schema) = (tempfile::tempdir().unwrap(), Schema::create().await);
    let sqlite: Arc<dyn PointStore> = Arc::new(SqliteStore::open(&data.path().join("points.sqlite")).await.unwrap());
    let postgres: Arc<dyn PointStore> = Arc::new(PostgresStore::connect(&schema.url()).await.unwrap());
    let first = number("INFERNO_KPI_EQUALITY_SEED", 1);
    for seed in first..first + number("INFERNO_KPI_EQUALITY_CASES", 60) {
        let mut chance = Chance(seed);
        let catalogue = catalogue(&mut chance);
        let all = coming(&catalogue, &mut chance);
        let slices = Slices::of(&all);
        let of_sqlite = kept(&sqlite, &all, &mut chance).await.read();
        let of_postgres = kept(&postgres, &all, &mut chance).await.read();
        for _ in 0..3 {
            let instant_ms = chance.time_ms();
            let question = Question {
                catalogue: &catalogue,
                instant_ms,
                known_at_ms: (chance.below(3) == 0).then(|| instant_ms + chance.below(60 * DAY_MS) - 20 * DAY_MS),
                kpi: usize::try_from(chance.below(i64::try_from(catalogue.kpis.len()).unwrap())).unwrap(),
            };
            let expected = question.asked_of(&RunsSource::new(&InMemory(&slices))).unwrap();
            for (name, index) in [("SQLite", &of_sqlite), ("PostgreSQL", &of_postgres)] {
                let found = index.ask(|source| question.asked_of(source)).await.unwrap();
                let lines = expected.lines().zip(found.lines());
                let differs =
                    lines.filter(|(wanted, said)| wanted != said).map(|(wanted, said)| format!("{wanted}\n{said}"));
                let differs: Vec<String> = differs.take(3).collect();
                assert!(
                    expected == found,
                    "seed {seed}, {name}, at {instant_ms} as known at {:?}:\n{}",
                    question.known_at_ms,
                    differs.join("\n\n")
                );
            }
        }
    }
}
