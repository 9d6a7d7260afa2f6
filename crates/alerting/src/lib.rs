//! Alerts: the machine is stepped, people acknowledge and silence, messages are written and delivered.
//!
//! The machine itself is a pure function of the core; how everything stands is asked of a [`ConditionSource`]. Nothing is evaluated
//! here, so an acknowledgement waits for no evaluation.

mod acknowledgements;
mod alert_state;
mod channel;
mod clock_watch;
mod composer;
mod message;
mod notifier;
mod ports;
mod room;
mod silences;
mod stepper;

pub use self::acknowledgements::{AcknowledgementError, Acknowledgements};
pub use self::alert_state::AlertState;
pub use self::channel::{Channel, ChannelKind, NotificationChannel};
pub use self::clock_watch::{ClockWatch, TOLERANCE_MS};
pub use self::composer::NotificationSettings;
pub use self::message::{AlertLine, AlertMessage};
pub use self::notifier::{MOST_ATTEMPTS, Notifier};
pub use self::ports::{ConditionSource, FailingSource};
pub use self::room::Alerting;
pub use self::silences::{SilenceError, Silences};
pub use self::stepper::Stepper;
