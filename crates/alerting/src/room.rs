//! The room: its use cases over one journal and one alert machine.

use std::sync::Arc;

use journal::Journal;
use storage::StoreError;

use crate::acknowledgements::Acknowledgements;
use crate::alert_state::AlertState;
use crate::clock_watch::ClockWatch;
use crate::composer::{Composer, NotificationSettings};
use crate::notifier::Notifier;
use crate::silences::Silences;
use crate::stepper::Stepper;

/// Alerts and what becomes of them.
pub struct Alerting {
    /// What is remembered of alerts.
    pub state: Arc<AlertState>,
    /// Who acknowledged what.
    pub acknowledgements: Acknowledgements,
    /// What is silenced.
    pub silences: Arc<Silences>,
    /// Steps the alerts.
    pub stepper: Stepper,
    /// Delivers notifications.
    pub notifier: Notifier,
    /// What was seen of the clock.
    pub clock_watch: Arc<ClockWatch>,
    /// Where notifications go.
    pub settings: NotificationSettings,
    journal: Journal,
}

impl Alerting {
    /// The alerts as they were when they were last kept; silences come as the journal is read.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn following(journal: &Journal, settings: NotificationSettings) -> Result<Self, StoreError> {
        let state = Arc::new(AlertState::load(journal.store().as_ref()).await?);
        let silences = Arc::new(Silences::following(journal));
        let composer = Arc::new(Composer::new(journal.clone(), settings.clone()));
        let clock_watch = Arc::<ClockWatch>::default();
        Ok(Self {
            acknowledgements: Acknowledgements::new(journal.clone(), Arc::clone(&state)),
            stepper: Stepper {
                journal: journal.clone(),
                state: Arc::clone(&state),
                silences: Arc::clone(&silences),
                composer: Arc::clone(&composer),
                clock_watch: Arc::clone(&clock_watch),
            },
            notifier: Notifier::new(journal.clone(), composer, settings.node.clone()),
            state,
            silences,
            clock_watch,
            settings,
            journal: journal.clone(),
        })
    }

    /// Reads the alerts anew, after something was committed without an answer.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        // The machine is kept with the entries that it made, or alone.
        self.state.take_over(&AlertState::load(self.journal.store().as_ref()).await?);
        Ok(())
    }
}
