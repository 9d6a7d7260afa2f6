//! The alerts: firing, pending, silenced, their history, and what was sent.

/// The alerts page.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertsPage {
    /// The escalation of alerts, where there is a reason for one.
    pub escalation: Option<EscalationView>,
    /// Alerts that fire, the most urgent first.
    pub firing: Vec<AlertRow>,
    /// Alerts that have not lasted long enough to fire.
    pub pending: Vec<AlertRow>,
    /// Silences that hold or are to come, the first to end first.
    pub silences: Vec<SilenceRow>,
    /// Maintenance windows of the catalogue that hold or are to come.
    pub maintenance: Vec<MaintenanceRow>,
    /// What became of alerts, the newest first.
    pub history: Vec<EventRow>,
    /// Error budgets of the KPIs near 100%.
    pub budgets: Vec<BudgetRow>,
    /// Where notifications go.
    pub channels: Vec<ChannelRow>,
    /// The latest notifications, the newest first.
    pub messages: Vec<MessageRow>,
    /// The rules in sentences.
    pub rules: Vec<String>,
    /// KPIs that a silence can name, as slug and name.
    pub kpis: Vec<(String, String)>,
    /// Tracks that a silence can name, as slug and name.
    pub tracks: Vec<(String, String)>,
    /// Owners that a silence can name.
    pub owners: Vec<String>,
}

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// Its key, as in `/alerts#level:pipeline-build-time`.
    pub key: String,
    /// "Off target", "At risk", "Stale", "Error budget", "Source fails", "Escalation".
    pub title: String,
    /// `red`, `yellow` or `notice`.
    pub severity: &'static str,
    /// The KPI, as slug and name.
    pub kpi: Option<(String, String)>,
    /// What is the matter, a sentence.
    pub text: String,
    /// Since when, for reading.
    pub since: String,
    /// The same in milliseconds since the Unix epoch: of what has been so for longer than was looked back, the earliest
    /// instant that was looked at.
    pub since_ms: i64,
    /// The role that answers for it.
    pub owner: String,
    /// "Acknowledged by Ann at …: looking into it".
    pub acknowledged: Option<String>,
    /// The silence or maintenance that withholds its notifications, in words.
    pub silenced: Option<String>,
    /// When it was last notified, for reading.
    pub notified: Option<String>,
    /// Comments, the newest first.
    pub comments: Vec<CommentRow>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// Who wrote it.
    pub person: String,
    /// When, for reading.
    pub time: String,
    /// What.
    pub text: String,
}

/// A silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilenceRow {
    /// Its id.
    pub id: String,
    /// What it silences: "owner leadership, At risk".
    pub matcher: String,
    /// From when to when.
    pub time: String,
    /// Whether it holds now.
    pub active: bool,
    /// Who set it.
    pub person: String,
    /// Why.
    pub reason: String,
}

/// A maintenance window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaintenanceRow {
    /// From when to when.
    pub time: String,
    /// What it is about.
    pub about: String,
    /// Why.
    pub reason: String,
}

/// Something that became of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// When, for reading.
    pub time: String,
    /// Its key.
    pub key: String,
    /// The KPI, as slug and name.
    pub kpi: Option<(String, String)>,
    /// "Fired", "Resolved", "Acknowledged".
    pub transition: String,
    /// `red`, `yellow` or `notice`.
    pub severity: &'static str,
    /// What was the matter.
    pub text: String,
    /// Who did it, where a person did.
    pub person: Option<String>,
}

/// The error budget of one KPI.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetRow {
    /// The KPI, as slug and name.
    pub kpi: (String, String),
    /// "99.5% over 30 days".
    pub target: String,
    /// How much of the budget is spent, "42%"; `None` without data.
    pub spent: Option<String>,
    /// The worst that its windows say, a sentence.
    pub sentence: String,
    /// Each pair of windows: "14.4 over 1 hour and 5 minutes", what was measured, and whether it burns.
    pub windows: Vec<(String, String, bool)>,
}

/// A way for notifications to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// "Webhook", "E-mail".
    pub kind: String,
    /// Where to.
    pub recipient: String,
}

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// When it was made, for reading.
    pub time: String,
    /// What it says in one line.
    pub subject: String,
    /// How and where to.
    pub recipient: String,
    /// "Delivered", "Waiting", "Given up".
    pub state: String,
    /// Whether it has failed at least once and is not delivered.
    pub failing: bool,
    /// How often it was tried.
    pub attempts: i64,
    /// What went wrong last, and when it is tried again.
    pub detail: String,
}

mod rows;
mod state;
mod then;

use journal::stream::ALERTS;
use kpi::alert::{Key, Kind, Machine, Quiet, Severity, State};
use kpi::catalogue::Catalogue;
use kpi::evaluation::{Since, status_since};
use kpi::status::Status;
use storage::StoreError;

use self::rows::{budget_row, channel_words, event_row, maintenance_row, message_row, silence_row};
use self::state::Context;
use self::then::{Then, event_of};
use super::overview::{EscalationView, escalation};
use super::rows::since_text;
use crate::dashboard::Dashboard;
use crate::instant;
use crate::snapshot::Snapshot;

/// How many entries of the history are listed.
const LISTED_EVENTS: u32 = 100;
/// How many comments on an alert are listed, and how many silences: the API has all of them.
const LISTED_COMMENTS: usize = 30;
const LISTED_SILENCES: usize = 100;
/// How many notifications are listed.
const LISTED_MESSAGES: u32 = 30;

impl Dashboard {
    /// The alerts with their history. Their state is remembered, not computed: of a past instant (`is_past`) it is what the
    /// history tells of then.
    ///
    /// # Errors
    /// [`StoreError`] where the history can't be read.
    pub async fn alerts_page(&self, snapshot: &Snapshot, is_past: bool) -> Result<AlertsPage, StoreError> {
        let catalogue = &*snapshot.catalogue;
        let now_ms = if is_past { snapshot.evaluation.instant_ms } else { self.now_ms() };
        let then = if is_past {
            self.alerts_then(snapshot, |_| true).await?
        } else {
            let entries = self.store().journal_of(ALERTS, None, LISTED_EVENTS).await?;
            Then {
                events: entries.iter().filter_map(event_of).collect(),
                rows: self.alert_rows(snapshot, now_ms, |_| true).await?,
                machine: self.alerting.state.machine(),
            }
        };
        let messages = if is_past { Vec::new() } else { self.store().messages(LISTED_MESSAGES).await? };
        let (firing, pending) = then.rows;
        let silences = self.alerting.silences.at(now_ms);
        Ok(AlertsPage {
            escalation: escalation(snapshot, &then.machine),
            firing,
            pending,
            silences: silences
                .iter()
                .take(LISTED_SILENCES)
                .map(|silence| silence_row(catalogue, silence, now_ms))
                .collect(),
            maintenance: catalogue
                .maintenance
                .iter()
                .filter(|window| now_ms < window.ends_ms)
                .map(maintenance_row)
                .collect(),
            history: then.events.iter().map(|event| event_row(catalogue, event)).collect(),
            budgets: self.budget_rows(snapshot, |_| true).await?,
            channels: self
                .settings()
                .channels
                .iter()
                .map(|channel| ChannelRow {
                    kind: channel_words(channel.kind).to_owned(),
                    recipient: channel.recipient.clone(),
                })
                .collect(),
            messages: messages.iter().map(message_row).collect(),
            rules: rules(catalogue),
            kpis: catalogue.kpis.iter().map(|kpi| (kpi.id.clone(), kpi.name.clone())).collect(),
            tracks: catalogue.tracks.iter().map(|track| (track.id.clone(), track.name.clone())).collect(),
            owners: owners(catalogue),
        })
    }

    /// The alerts whose key is wanted: those that fire, the most urgent first, and those that are pending.
    pub(super) async fn alert_rows(
        &self,
        snapshot: &Snapshot,
        now_ms: i64,
        wanted: impl Fn(&Key) -> bool,
    ) -> Result<(Vec<AlertRow>, Vec<AlertRow>), StoreError> {
        let catalogue = &*snapshot.catalogue;
        let machine = self.alerting.state.machine();
        let has_channel = self.alerting.settings.reach_anybody();
        let silences = self.alerting.silences.at(now_ms);
        let quiet = Quiet { silences: &silences, maintenance: &catalogue.maintenance };
        let texts = self.alerting.state.conditions();
        let mut firing: Vec<(Severity, AlertRow)> = Vec::new();
        let mut pending = Vec::new();
        for (key, state) in machine.states.iter().filter(|(key, _)| wanted(key)) {
            let condition = texts.iter().find(|condition| condition.key == *key);
            let context = Context {
                catalogue,
                text: condition.map_or_else(String::new, |condition| condition.text.clone()),
                about: condition.map(|condition| condition.about.clone()).unwrap_or_default(),
                last_notified: machine.last_notified.get(key).filter(|_| has_channel),
                quiet,
                now_ms,
                comments: self.comments(&format!("alert:{key}"), now_ms),
            };
            match state {
                State::Firing(it) => {
                    let row = context.firing(key, it);
                    firing.push((it.severity, self.since_by_data(snapshot, key, it.severity, row).await?));
                }
                State::Pending(it) => {
                    let row = context.pending(key, *it);
                    pending.push(self.since_by_data(snapshot, key, it.severity, row).await?);
                }
            }
        }
        firing.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        Ok((firing.into_iter().map(|(_, row)| row).collect(), pending))
    }

    /// A row with the time since when its KPI has been so, which may be long before this server first saw it.
    async fn since_by_data(
        &self,
        snapshot: &Snapshot,
        key: &Key,
        severity: Severity,
        row: AlertRow,
    ) -> Result<AlertRow, StoreError> {
        let wanted = match (key.kind, severity) {
            (Kind::Level, Severity::Red) => Status::Red,
            (Kind::Level, Severity::Yellow) => Status::Yellow,
            (Kind::Stale, _) => Status::Stale,
            _ => return Ok(row),
        };
        let position = snapshot.catalogue.kpi(&key.kpi).map(|(position, _)| position);
        let status = position.and_then(|position| snapshot.evaluation.statuses.get(position));
        let instant_ms = snapshot.evaluation.instant_ms;
        let since = match status.filter(|status| status.current.status == wanted) {
            Some(status) => {
                let series = self.read_series();
                series.ask(|source| status_since(&snapshot.catalogue, status, source, instant_ms)).await?
            }
            None => None,
        };
        Ok(match since {
            Some(Since { time_ms, or_before: false }) => {
                AlertRow { since: instant::long(time_ms), since_ms: time_ms, ..row }
            }
            Some(since) => AlertRow { since: since_text(since), since_ms: since.time_ms, ..row },
            None => row,
        })
    }

    pub(super) fn comments(&self, subject: &str, until_ms: i64) -> Vec<CommentRow> {
        self.governance
            .notes
            .about(subject, until_ms)
            .into_iter()
            .take(LISTED_COMMENTS)
            .map(|note| CommentRow { person: note.person, time: instant::long(note.written_ms), text: note.text })
            .collect()
    }

    /// The error budgets of a snapshot whose KPI is wanted, by its position.
    pub(super) async fn budget_rows(
        &self,
        snapshot: &Snapshot,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<BudgetRow>, StoreError> {
        let catalogue = &*snapshot.catalogue;
        let instant_ms = snapshot.evaluation.instant_ms;
        let series = self.read_series();
        let budgets = series.ask(|source| kpi::budget::budgets(catalogue, source, instant_ms)).await?;
        let wanted = budgets.iter().filter(|budget| wanted(budget.kpi));
        Ok(wanted.filter_map(|budget| budget_row(catalogue, budget)).collect())
    }
}

fn owners(catalogue: &Catalogue) -> Vec<String> {
    let mut owners: Vec<String> = catalogue.kpis.iter().map(|kpi| kpi.owner.clone()).collect();
    owners.sort();
    owners.dedup();
    owners
}

fn rules(catalogue: &Catalogue) -> Vec<String> {
    let policy = &catalogue.policy;
    let alerts = &policy.alerts;
    let lasting =
        if alerts.for_ms == 0 { "at once".to_owned() } else { format!("after {}", instant::duration(alerts.for_ms)) };
    let repeat = alerts.repeat_ms.map_or_else(
        || "It is told once.".to_owned(),
        |repeat_ms| format!("It is told again every {} until somebody acknowledges it.", instant::duration(repeat_ms)),
    );
    vec![
        format!(
            "A KPI is at risk below {}% and off target below {}% of its target. Its alert fires {lasting} and resolves {} \
             points above the line.",
            policy.yellow_below_percent, policy.red_below_percent, alerts.hysteresis_points
        ),
        repeat,
        format!(
            "{} or more off target at once, or one that touches customers, escalate when nobody acknowledges within {}.",
            policy.escalation_red_count,
            instant::duration(alerts.escalate_after_ms)
        ),
        "No data never raises an alert and never ends one; a value that stays away is told to the KPI's owner."
            .to_owned(),
    ]
}

/// The machine as JSON would show it, for the API.
pub fn state_name(machine: &Machine, key: &Key) -> &'static str {
    match machine.states.get(key) {
        Some(State::Firing(firing)) if firing.acknowledged.is_some() => "acknowledged",
        Some(State::Firing(_)) => "firing",
        Some(State::Pending(_)) => "pending",
        None => "resolved",
    }
}
