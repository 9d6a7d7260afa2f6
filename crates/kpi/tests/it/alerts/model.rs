//! The machine against a reference that is written in another way: every answer is searched in the whole history, and
//! nothing is carried from step to step but what people were told.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use kpi::alert::{Condition, Machine, Matcher, Quiet, Severity, Silence, acknowledge, step, unacknowledge};
use kpi::catalogue::{Catalogue, GroupBy};
use kpi::status::{Compared, verdict};
use proptest::prelude::*;

use super::run::{MINUTE_MS, key};
use crate::support::{START_MS, framework};

const NAMES: [&str; 3] = ["a", "b", "c"];
/// The KPI that touches customers.
const TOUCHING: usize = 2;
const FOR_MINUTES: i64 = 20;
const REPEAT_MINUTES: i64 = 60;
const ESCALATE_MINUTES: i64 = 45;

/// The condition of one of the three KPIs at a value, where its target is 1,000; stale without one.
pub fn level(id: &str, value: Option<i64>) -> Condition {
    let catalogue = &*CATALOGUE;
    let (_, kpi) = catalogue.kpi(id).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "at most 1,100")]
    let actual = value.unwrap_or(0) as f64;
    let compared = Compared::Value { actual, stale: value.is_none() };
    let target = kpi.target_shown_in(catalogue.policy.current_phase);
    let verdict = verdict(kpi, &catalogue.policy, target, compared);
    Condition::level(kpi, &catalogue.policy, verdict, Some(actual))
}

#[derive(Debug, Clone)]
enum Act {
    /// The clock moves, also back, and the three KPIs have these values.
    Step(i64, [Option<i64>; 3]),
    Acknowledge(usize),
    GiveBack(usize),
    /// A silence of one KPI or of everything: it starts after so many minutes and lasts so many.
    Silence(Option<usize>, i64, i64),
    /// The machine is written and read, and the last step is made once more.
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let value = prop_oneof![
        1 => Just(None),
        2 => (0i64..1_100).prop_map(Some),
        4 => prop::sample::select(vec![499, 500, 510, 519, 520, 699, 700, 710, 719, 720, 1_000]).prop_map(Some),
        2 => (0i64..500).prop_map(Some),
    ];
    let values = prop::array::uniform3(value);
    let minutes = prop_oneof![6 => 0i64..25, 1 => -40i64..0, 1 => 25i64..90];
    prop_oneof![
        12 => (minutes, values).prop_map(|(minutes, values)| Act::Step(minutes, values)),
        2 => (0usize..3).prop_map(Act::Acknowledge),
        1 => (0usize..3).prop_map(Act::GiveBack),
        1 => (prop::option::of(0usize..3), 0i64..30, 1i64..120).prop_map(|(who, start, length)| Act::Silence(who, start, length)),
        1 => Just(Act::Restart),
    ]
}

/// A step that counts: its minute and the values.
type Seen = (i64, [Option<i64>; 3]);

/// What was done between steps; `before` is the position of the next step that counts.
#[derive(Default)]
struct History {
    steps: Vec<Seen>,
    taken: Vec<(usize, usize, bool)>,
    silences: Vec<(usize, Option<usize>, i64, i64)>,
}

impl History {
    fn minute(&self, at: usize) -> i64 {
        self.steps[at].0
    }

    fn value(&self, who: usize, at: usize) -> Option<i64> {
        self.steps[at].1[who]
    }

    /// Whether it was below 70 % without a break for long enough up to this step, where it is so now.
    fn sustained(&self, who: usize, at: usize) -> bool {
        self.value(who, at).is_some_and(|value| value < 700)
            && (0..=at).any(|from| {
                self.value(who, from).is_some()
                    && self.minute(at) - self.minute(from) >= FOR_MINUTES
                    && (from..=at).all(|between| self.value(who, between).is_none_or(|value| value < 700))
            })
    }

    fn fires(&self, who: usize, at: usize) -> bool {
        (0..=at).any(|from| {
            self.sustained(who, from)
                && (from + 1..=at).all(|later| self.value(who, later).is_none_or(|value| value < 720))
        })
    }

    fn severity(&self, who: usize, at: usize) -> Option<Severity> {
        if !self.fires(who, at) {
            return None;
        }
        let first = (0..=at).rev().take_while(|step| self.fires(who, *step)).last().unwrap();
        let red = (first..=at).any(|from| {
            self.value(who, from).is_some_and(|value| value < 500)
                && (from + 1..=at).all(|later| self.value(who, later).is_none_or(|value| value < 520))
        });
        Some(if red { Severity::Red } else { Severity::Yellow })
    }

    fn acknowledged(&self, who: usize, at: usize) -> bool {
        let last = self.taken.iter().rev().find(|(before, whose, _)| *whose == who && *before <= at);
        last.is_some_and(|(before, _, taken)| {
            *taken
                && *before > 0
                && (before - 1..=at).all(|step| self.fires(who, step))
                && (*before..=at).all(|step| self.severity(who, step) <= self.severity(who, step - 1))
        })
    }

    /// Whether notifications about a KPI, or about everything, are held back.
    fn silent(&self, who: Option<usize>, at: usize) -> bool {
        self.silences.iter().any(|(before, whom, starts, ends)| {
            *before <= at && (whom.is_none() || *whom == who) && (*starts..*ends).contains(&self.minute(at))
        })
    }

    fn escalates(&self, at: usize) -> bool {
        let reason = |at: usize| {
            let waiting = |who: &usize| {
                self.severity(*who, at) == Some(Severity::Red)
                    && !self.acknowledged(*who, at)
                    && !self.silent(Some(*who), at)
            };
            (0..3).filter(waiting).count() >= 2 || waiting(&TOUCHING)
        };
        (0..=at).any(|from| self.minute(at) - self.minute(from) >= ESCALATE_MINUTES && (from..=at).all(reason))
    }

    /// What must be told, as minute and line.
    fn telling(&self) -> Vec<(i64, String)> {
        let mut told: Vec<(i64, String)> = Vec::new();
        for who in [Some(0), Some(1), Some(2), None] {
            let mut last: Option<(Severity, i64)> = None;
            let name = who.map_or("escalation".to_owned(), |who| format!("level:{}", NAMES[who]));
            for at in (0..self.steps.len()).filter(|at| !self.silent(who, *at)) {
                let now = match who {
                    Some(who) => self.severity(who, at),
                    None => self.escalates(at).then_some(Severity::Red),
                };
                let due = last.is_some_and(|(_, minute)| self.minute(at) - minute >= REPEAT_MINUTES);
                let repeats = who.is_some_and(|who| due && !self.acknowledged(who, at));
                let word = match (last, now) {
                    (None, Some(_)) if who.is_none() => "escalated",
                    (None, Some(_)) => "fired",
                    (Some(_), None) => "resolved",
                    (Some((before, _)), Some(now)) if before < now => "worsened",
                    (Some((before, _)), Some(now)) if before > now => "improved",
                    (Some(_), Some(_)) if repeats => "repeated",
                    _ => continue,
                };
                let severity = now.or(last.map(|(before, _)| before)).unwrap();
                told.push((self.minute(at), format!("{word} {name} {}", severity.name())));
                last = now.map(|now| (now, self.minute(at)));
            }
        }
        told.sort();
        told
    }
}

/// Three KPIs that want 1,000 developers each.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut catalogue = framework();
    let (_, kpi) = catalogue.kpi("developer-adoption").unwrap();
    let kpi = kpi.clone();
    catalogue.kpis = NAMES.iter().map(|name| kpi::catalogue::Kpi { id: (*name).to_owned(), ..kpi.clone() }).collect();
    for (who, kpi) in catalogue.kpis.iter_mut().enumerate() {
        kpi.customer_facing = who == TOUCHING;
    }
    let alerts = &mut catalogue.policy.alerts;
    alerts.for_ms = FOR_MINUTES * MINUTE_MS;
    alerts.repeat_ms = Some(REPEAT_MINUTES * MINUTE_MS);
    alerts.escalate_after_ms = ESCALATE_MINUTES * MINUTE_MS;
    alerts.group_by = GroupBy::Kpi;
    catalogue
});

fn silence((who, starts, ends): (Option<usize>, i64, i64)) -> Silence {
    let kpi = who.map(|who| NAMES[who].to_owned());
    Silence {
        id: String::new(),
        matcher: Matcher { kpi, ..Matcher::default() },
        starts_ms: START_MS + starts * MINUTE_MS,
        ends_ms: START_MS + ends * MINUTE_MS,
        person: String::new(),
        reason: String::new(),
    }
}

/// Runs the machine over the acts and compares it with the reference; how many lines were told.
fn compare(acts: &[Act]) -> Result<usize, TestCaseError> {
    let policy = &CATALOGUE.policy;
    let (mut machine, mut before_last) = (Machine::default(), None);
    let (mut history, mut silences, mut now) = (History::default(), Vec::<Silence>::new(), 0i64);
    let (mut told, mut dedupes) = (Vec::new(), BTreeSet::new());
    for act in acts {
        let next = history.steps.len();
        match act {
            Act::Step(minutes, values) => {
                now += minutes;
                let now_ms = START_MS + now * MINUTE_MS;
                let conditions: Vec<Condition> =
                    NAMES.iter().zip(values).map(|(name, value)| level(name, *value)).collect();
                let done =
                    step(&machine, policy, &Quiet { silences: &silences, maintenance: &[] }, &conditions, now_ms);
                let before = machine;
                if history.steps.iter().all(|(minute, _)| *minute <= now) {
                    history.steps.push((now, *values));
                } else {
                    prop_assert_eq!((&done.machine, done.events.len(), done.notifications.len()), (&before, 0, 0));
                }
                machine = done.machine.clone();
                before_last = Some((before, conditions, silences.clone(), now_ms, done.clone()));
                for notification in done.notifications {
                    prop_assert!(dedupes.insert(notification.dedupe.clone()), "{} came twice", notification.dedupe);
                    told.extend(notification.lines.iter().map(|line| {
                        (now, format!("{} {} {}", line.transition.name(), line.key, line.severity.name()))
                    }));
                }
            }
            Act::Acknowledge(who) | Act::GiveBack(who) => {
                let (alert, now_ms) = (key(&format!("level:{}", NAMES[*who])), START_MS + now * MINUTE_MS);
                let takes = matches!(act, Act::Acknowledge(_));
                let changed = if takes { acknowledge } else { unacknowledge }(&machine, &alert, "Ada", "", now_ms);
                history.taken.push((next, *who, takes));
                if let Ok((changed, _)) = changed {
                    machine = changed;
                }
            }
            Act::Silence(who, start, length) => {
                let until = (*who, now + start, now + start + length);
                silences.push(silence(until));
                history.silences.push((next, until.0, until.1, until.2));
            }
            Act::Restart => {
                let written = serde_json::to_string(&machine).unwrap();
                let read: Machine = serde_json::from_str(&written).unwrap();
                prop_assert_eq!(&read, &machine);
                machine = read;
                if let Some((before, conditions, silences, now_ms, done)) = &before_last {
                    let before: Machine = serde_json::from_str(&serde_json::to_string(before).unwrap()).unwrap();
                    let quiet = Quiet { silences, maintenance: &[] };
                    prop_assert_eq!(&step(&before, policy, &quiet, conditions, *now_ms), done);
                }
            }
        }
        if history.steps.len() > next {
            let at = next;
            for (who, name) in NAMES.iter().enumerate() {
                let firing = machine.firing(&key(&format!("level:{name}")));
                let expected = history.severity(who, at);
                prop_assert_eq!(firing.map(|firing| firing.severity), expected, "{} at {}", name, history.minute(at));
                let acknowledged = firing.is_some_and(|firing| firing.acknowledged.is_some());
                prop_assert_eq!(acknowledged, history.acknowledged(who, at), "{} at {}", name, history.minute(at));
            }
            prop_assert_eq!(machine.firing(&key("escalation")).is_some(), history.escalates(at));
        }
    }
    told.sort();
    prop_assert_eq!(&told, &history.telling());
    Ok(told.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn the_machine_and_the_reference_agree_over_random_histories(acts in prop::collection::vec(act(), 1..40)) {
        compare(&acts)?;
    }
}

#[test]
fn random_histories_tell_every_kind_of_transition() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    // What the property above is worth depends on what its histories reach.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = prop::collection::vec(act(), 39..40);
    let mut told = 0;
    for _ in 0..100 {
        told += compare(&strategy.new_tree(&mut runner).unwrap().current()).unwrap();
    }
    assert!(told > 1_000, "only {told} lines were told in 100 histories");
}
