//! Alerts. [`alerts`] says which KPIs raise yellow or red at an instant; [`step`] is the machine that remembers what fires,
//! who took it and what people were told, so that they are told of transitions, once.

mod acknowledge;
mod condition;
mod escalation;
mod key;
mod machine;
mod notify;
mod quiet;
mod step;

use crate::catalogue::Catalogue;
use crate::evaluation::Evaluation;
use crate::status::Status;

pub use acknowledge::{AcknowledgeError, acknowledge, unacknowledge};
pub use condition::{About, Condition, about, conditions};
pub use key::{Key, KeyError, Kind, Severity};
pub use machine::{Acknowledgement, Event, Firing, LastNotified, Machine, Pending, State, Transition};
pub use notify::{Line, Notification};
pub use quiet::{Matcher, Quiet, Silence, Suppression};
pub use step::{Step, step};

/// One KPI that raises a risk trigger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alert {
    /// The position of the KPI in the catalogue.
    pub kpi: usize,
    /// [`Status::Red`] or [`Status::Yellow`].
    pub level: Status,
    /// How far along the value is.
    pub attainment: f64,
}

/// Why alerts escalate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Escalation {
    /// At least as many red alerts at once as the policy allows.
    ManyRed {
        /// How many are red.
        count: usize,
    },
    /// Red KPIs that touch customers, by their position in the catalogue.
    CustomersTouched {
        /// Those KPIs.
        kpis: Vec<usize>,
    },
}

/// Every alert at an instant, red before yellow and the lowest attainment first, and the reasons to escalate.
#[derive(Debug, Clone, PartialEq)]
pub struct Alerts {
    /// The alerts.
    pub alerts: Vec<Alert>,
    /// Why they escalate; empty where they do not.
    pub escalations: Vec<Escalation>,
}

/// The alerts of an evaluation. No data and stale never raise yellow or red.
pub fn alerts(catalogue: &Catalogue, evaluation: &Evaluation) -> Alerts {
    let mut alerts: Vec<Alert> = evaluation
        .statuses
        .iter()
        .filter(|status| matches!(status.current.status, Status::Red | Status::Yellow))
        .filter_map(|status| {
            Some(Alert { kpi: status.kpi, level: status.current.status, attainment: status.current.attainment? })
        })
        .collect();
    alerts.sort_by(|left, right| left.level.cmp(&right.level).then(left.attainment.total_cmp(&right.attainment)));
    let red: Vec<usize> = alerts.iter().filter(|alert| alert.level == Status::Red).map(|alert| alert.kpi).collect();
    let mut escalations = Vec::new();
    if red.len() >= catalogue.policy.escalation_red_count {
        escalations.push(Escalation::ManyRed { count: red.len() });
    }
    let touching: Vec<usize> =
        red.into_iter().filter(|kpi| catalogue.kpis.get(*kpi).is_some_and(|kpi| kpi.customer_facing)).collect();
    if !touching.is_empty() {
        escalations.push(Escalation::CustomersTouched { kpis: touching });
    }
    Alerts { alerts, escalations }
}
