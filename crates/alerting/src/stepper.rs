//! The alert machine at work: stepped when something changes and by the clock, kept with its events and notifications in
//! one transaction.

use std::sync::Arc;

use journal::{Journal, WriteSet};
use kpi::alert::{Condition, Kind, Machine, Quiet, step};
use kpi::catalogue::Catalogue;
use kpi::instant;
use storage::StoreError;

use crate::alert_state::{AlertState, event_draft, machine_document};
use crate::clock_watch::{BACK_MS, ClockWatch, length};
use crate::composer::Composer;
use crate::ports::{ConditionSource, FailingSource};
use crate::silences::Silences;

/// How many refused deliveries in a row make a source failing: one may be a slip.
const FAILING_AFTER: usize = 3;

/// Steps the alerts.
pub struct Stepper {
    pub(crate) journal: Journal,
    pub(crate) state: Arc<AlertState>,
    pub(crate) silences: Arc<Silences>,
    pub(crate) composer: Arc<Composer>,
    pub(crate) clock_watch: Arc<ClockWatch>,
}

impl Stepper {
    /// Steps the alerts to now and keeps what became of them together with the notifications. Returns whether somebody is
    /// to be notified.
    ///
    /// # Errors
    /// [`StoreError`] where it could not be kept; then nothing has changed, and the next step tells it.
    pub async fn step(&self, source: &dyn ConditionSource) -> Result<bool, StoreError> {
        self.set_back();
        let now_ms = self.state.machine().instant_ms(self.journal.now_ms());
        let catalogue = source.catalogue();
        // Before the guard is taken, so that neither recording nor an acknowledgement waits for it. What is recorded in between brings the next step.
        let conditions = Arc::new(self.conditions(source, &catalogue, now_ms).await?);
        self.state.put_conditions(Arc::clone(&conditions));
        let guard = self.journal.write_guard().await;
        let machine = self.state.machine();
        let silences = self.silences.all();
        let quiet = Quiet { silences: &silences, maintenance: &catalogue.maintenance };
        let stepped = step(&machine, &catalogue.policy, &quiet, &conditions, now_ms);
        let notifies = !stepped.notifications.is_empty();
        if stepped.events.is_empty() && !notifies && same_but_for_time(&machine, &stepped.machine) {
            self.state.put(stepped.machine);
            return Ok(false);
        }
        let messages = self.composer.messages_of(&catalogue, &stepped.notifications, now_ms);
        let changes = WriteSet {
            entries: stepped.events.iter().map(|event| event_draft(event, now_ms)).collect::<Result<_, _>>()?,
            documents: vec![machine_document(&stepped.machine, now_ms)?],
            messages,
            ..WriteSet::default()
        };
        self.state.keep(&self.journal, guard, changes, stepped.machine).await?;
        Ok(notifies)
    }

    /// Looks whether the clock was moved, and moves along what the machine remembers of times. Returns by how much it was moved.
    /// To be called every few seconds, before the alerts are stepped.
    pub async fn watch_clock(&self) -> i64 {
        let jump_ms = self.clock_watch.look(self.journal.now_ms());
        if jump_ms != 0 {
            tracing::warn!(by = length(jump_ms.saturating_abs()), ahead = jump_ms > 0, "the clock was moved");
            let guard = self.journal.write_guard().await;
            self.state.replace(|machine| machine.moved(jump_ms));
            drop(guard);
        }
        jump_ms
    }

    /// Alerts go on from now although they were stepped at a later time: the clock was set back while nobody looked.
    fn set_back(&self) {
        let now_ms = self.journal.now_ms();
        if self.state.machine().latest_ms.is_some_and(|latest_ms| latest_ms > now_ms.saturating_add(BACK_MS)) {
            self.state.replace(|machine| machine.not_after(now_ms));
        }
    }

    async fn conditions(
        &self,
        source: &dyn ConditionSource,
        catalogue: &Arc<Catalogue>,
        now_ms: i64,
    ) -> Result<Vec<Condition>, StoreError> {
        let mut conditions = source.conditions(catalogue, now_ms).await?;
        conditions.extend(of_sources(&source.failing_sources(), &self.state.machine()));
        self.clock_watch.add_condition(&mut conditions);
        Ok(conditions)
    }
}

/// How the sources stand, as far as one fails or an alert about it fires.
fn of_sources(failing: &[FailingSource], machine: &Machine) -> Vec<Condition> {
    let failing: Vec<&FailingSource> = failing.iter().filter(|source| source.refused >= FAILING_AFTER).collect();
    let mut conditions: Vec<Condition> = Vec::with_capacity(failing.len());
    for source in &failing {
        let text = format!(
            "{} deliveries in a row were refused since {}; the last because {}.",
            source.refused,
            instant::long(source.since_ms),
            source.reason
        );
        conditions.push(Condition::source(&source.source, "", Some(&text)));
    }
    // What fires about a source that delivers again has to be told that it does.
    let known = machine.states.keys().filter(|key| key.kind == Kind::Source);
    let well = known.filter(|key| !failing.iter().any(|source| source.source == key.kpi));
    conditions.extend(well.map(|key| Condition::source(&key.kpi, "", None)));
    conditions
}

fn same_but_for_time(before: &Machine, after: &Machine) -> bool {
    before.states == after.states
        && before.last_notified == after.last_notified
        && before.started_ms == after.started_ms
}
