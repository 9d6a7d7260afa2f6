//! What the machine is told: for each thing that can raise an alert, how bad it is now.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind, Severity};
use crate::budget::Budget;
use crate::catalogue::{Catalogue, GroupBy, Kpi, Policy};
use crate::display;
use crate::evaluation::Evaluation;
use crate::status::{Status, Verdict};
use crate::target::Meaning;

/// Whom an alert concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    /// What it is grouped by: alerts with the same text go into one notification.
    pub group: String,
    /// The role that answers for it; empty where that is everybody.
    pub owner: String,
    /// The track; empty where it belongs to none.
    pub track: String,
    /// Whether it touches customers.
    pub customer_facing: bool,
}

/// How one thing that can raise an alert stands at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What it is about.
    pub key: Key,
    /// Whether anything is known. Without, the alert stays as it is: it neither fires nor resolves.
    pub known: bool,
    /// How bad it is by the thresholds; `None` where all is well.
    pub severity: Option<Severity>,
    /// The worst severity that a firing alert may keep: by the thresholds moved up by the hysteresis. At least `severity`.
    pub holds: Option<Severity>,
    /// How far along the KPI is, where that is what the alert is about.
    pub attainment: Option<f64>,
    /// Whom it concerns.
    pub about: About,
    /// How long it must last before it fires, in milliseconds.
    pub for_ms: i64,
    /// What people read: one sentence.
    pub text: String,
}

impl Condition {
    /// The risk trigger of a KPI, from the verdict against the target that counts and the number that was compared.
    ///
    /// Yellow and red are those of the verdict. A firing alert holds its severity while the target is not met and the
    /// attainment is less than `hysteresis_points` above the threshold.
    pub fn level(kpi: &Kpi, policy: &Policy, verdict: Verdict, actual: Option<f64>) -> Self {
        let severity = match verdict.status {
            Status::Red => Some(Severity::Red),
            Status::Yellow => Some(Severity::Yellow),
            _ => None,
        };
        let unmet = matches!(verdict.status, Status::Red | Status::Yellow | Status::Near);
        let holds = verdict.attainment.filter(|_| unmet).and_then(|attainment| {
            let below = |percent: f64| attainment * 100.0 < percent + policy.alerts.hysteresis_points;
            if below(policy.red_below_percent) {
                Some(Severity::Red)
            } else if below(policy.yellow_below_percent) {
                Some(Severity::Yellow)
            } else {
                None
            }
        });
        Self {
            key: Key::new(Kind::Level, &kpi.id),
            known: !matches!(verdict.status, Status::NoData | Status::Stale),
            severity,
            holds: holds.max(severity),
            attainment: verdict.attainment,
            about: about(kpi, policy),
            for_ms: kpi.alert_for_ms.unwrap_or(policy.alerts.for_ms),
            text: level_text(kpi, policy, verdict, actual),
        }
    }

    /// The notice that a KPI is stale; what was never observed is not stale.
    pub fn stale(kpi: &Kpi, policy: &Policy, verdict: Verdict) -> Self {
        let stale = verdict.status == Status::Stale;
        let text = if stale { stale_text(kpi) } else { format!("{} is not stale.", kpi.name) };
        Self::plain(Key::new(Kind::Stale, &kpi.id), stale.then_some(Severity::Notice), about(kpi, policy), text)
    }

    /// The alert of an error budget. While a window has too few values to tell, a firing alert holds.
    pub fn burn(kpi: &Kpi, policy: &Policy, budget: &Budget) -> Self {
        let text = format!("{}: {}", kpi.name, budget.sentence);
        let condition = Self::plain(Key::new(Kind::Burn, &kpi.id), budget.burning_at_least(), about(kpi, policy), text);
        Self { known: budget.is_known(), holds: budget.burning_at_most().max(condition.severity), ..condition }
    }

    /// The notice that a source fails, with what it says; `failure` is `None` while it works.
    pub fn source(name: &str, owner: &str, failure: Option<&str>) -> Self {
        let about = About { group: owner.to_owned(), owner: owner.to_owned(), ..About::default() };
        let text = match failure {
            Some(failure) => format!("The source {name} fails: {failure}"),
            None => format!("The source {name} works."),
        };
        Self::plain(Key::new(Kind::Source, name), failure.map(|_| Severity::Notice), about, text)
    }

    /// Something about the server itself that everybody should know, under the name of a source.
    pub fn notice(name: &str, text: &str) -> Self {
        Self::plain(Key::new(Kind::Source, name), Some(Severity::Notice), About::default(), text.to_owned())
    }

    /// A condition that is known, has no hysteresis, and fires at once.
    pub(super) fn plain(key: Key, severity: Option<Severity>, about: About, text: String) -> Self {
        Self { key, known: true, severity, holds: severity, attainment: None, about, for_ms: 0, text }
    }
}

/// The conditions of every KPI of the catalogue at the evaluation's instant: level, stale, and burn for each budget.
///
/// Those of sources are added by who knows the sources ([`Condition::source`]).
pub fn conditions(catalogue: &Catalogue, evaluation: &Evaluation, budgets: &[Budget]) -> Vec<Condition> {
    let policy = &catalogue.policy;
    let of_kpis = evaluation.statuses.iter().filter_map(|status| {
        let kpi = catalogue.kpis.get(status.kpi)?;
        let actual = status.known.and_then(|known| known.actual);
        Some([Condition::level(kpi, policy, status.current, actual), Condition::stale(kpi, policy, status.current)])
    });
    let of_budgets =
        budgets.iter().filter_map(|budget| Some(Condition::burn(catalogue.kpis.get(budget.kpi)?, policy, budget)));
    of_kpis.flatten().chain(of_budgets).collect()
}

/// Whom the alerts of a KPI concern.
pub fn about(kpi: &Kpi, policy: &Policy) -> About {
    let group = match policy.alerts.group_by {
        GroupBy::Owner => &kpi.owner,
        GroupBy::Track => &kpi.track,
        GroupBy::Kpi => &kpi.id,
    };
    About {
        group: group.clone(),
        owner: kpi.owner.clone(),
        track: kpi.track.clone(),
        customer_facing: kpi.customer_facing,
    }
}

fn level_text(kpi: &Kpi, policy: &Policy, verdict: Verdict, actual: Option<f64>) -> String {
    let name = &kpi.name;
    let target = kpi.target_shown_in(policy.current_phase);
    match (verdict.status, target, actual, verdict.attainment) {
        (Status::NoTarget, ..) | (_, None, ..) => format!("{name} has no target in this phase."),
        (Status::Stale, ..) => stale_text(kpi),
        (Status::Met, Some(target), ..) => format!("{name} meets its target, {target}."),
        (_, Some(target), Some(_), _) if matches!(target.meaning, Meaning::Judged(_) | Meaning::Every(_)) => {
            format!("{name} does not meet its target, {target}.")
        }
        (_, Some(target), Some(actual), Some(attainment)) => {
            let value = display::Writing::of(kpi, Some(target)).text(actual);
            let share = display::attained(kpi, Some(target), Some(actual), attainment);
            let words = verdict.status.words().to_lowercase();
            format!("{name} is at {value}, its target is {target}: {words}, {share} of the way.")
        }
        _ => format!("{name} has no data."),
    }
}

fn stale_text(kpi: &Kpi) -> String {
    format!("{} has had no new value for too long; it comes from: {}.", kpi.name, kpi.connect)
}
