//! History, silences, maintenance, budgets and messages as rows.

use alerting::ChannelKind;
use kpi::alert::{Event, Matcher, Silence};
use kpi::budget::Budget;
use kpi::catalogue::{Catalogue, Maintenance};
use storage::{MessageState, OutboxMessage};

use super::state::named;
use super::{BudgetRow, EventRow, MaintenanceRow, MessageRow, SilenceRow};
use crate::instant;

pub(super) fn event_row(catalogue: &Catalogue, event: &Event) -> EventRow {
    let name = event.transition.name();
    let mut letters = name.chars();
    let transition = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    EventRow {
        time: instant::long(event.time_ms),
        key: event.key.to_string(),
        kpi: named(catalogue, &event.key),
        transition,
        severity: event.severity.name(),
        text: event.text.clone(),
        person: event.person.clone(),
    }
}

pub(super) fn silence_row(catalogue: &Catalogue, silence: &Silence, now_ms: i64) -> SilenceRow {
    SilenceRow {
        id: silence.id.clone(),
        matcher: matcher_text(catalogue, &silence.matcher),
        time: format!("{} to {}", instant::long(silence.starts_ms), instant::long(silence.ends_ms)),
        active: (silence.starts_ms..silence.ends_ms).contains(&now_ms),
        person: silence.person.clone(),
        reason: silence.reason.clone(),
    }
}

fn matcher_text(catalogue: &Catalogue, matcher: &Matcher) -> String {
    let kpi = matcher.kpi.as_ref().map(|id| catalogue.kpi(id).map_or_else(|| id.clone(), |(_, kpi)| kpi.name.clone()));
    let track = matcher.track.as_ref().map(|id| {
        let name = catalogue.track(id).map_or(id.as_str(), |track| track.name.as_str());
        format!("track {name}")
    });
    let owner = matcher.owner.as_ref().map(|owner| format!("owner {owner}"));
    let kind = matcher.kind.map(|kind| format!("{} alerts", kind.name()));
    let severity = matcher.severity.map(|severity| severity.name().to_owned());
    let parts: Vec<String> = [kpi, track, owner, kind, severity].into_iter().flatten().collect();
    if parts.is_empty() { "every alert".to_owned() } else { parts.join(", ") }
}

pub(super) fn maintenance_row(window: &Maintenance) -> MaintenanceRow {
    let about: Vec<&str> = window.tracks.iter().chain(&window.kpis).map(String::as_str).collect();
    MaintenanceRow {
        time: format!("{} to {}", instant::long(window.starts_ms), instant::long(window.ends_ms)),
        about: if about.is_empty() { "everything".to_owned() } else { about.join(", ") },
        reason: window.reason.clone(),
    }
}

pub(super) fn budget_row(catalogue: &Catalogue, budget: &Budget) -> Option<BudgetRow> {
    let kpi = catalogue.kpis.get(budget.kpi)?;
    let share = |rate: Option<f64>| match rate {
        None => "no data".to_owned(),
        // A target of 100% allows no error at all.
        Some(rate) if rate.is_infinite() => "errors, and none are allowed".to_owned(),
        Some(rate) => format!("{rate:.1} times"),
    };
    Some(BudgetRow {
        kpi: (kpi.id.clone(), kpi.name.clone()),
        target: format!("{}% over 30 days", budget.target),
        spent: budget.spent_share.map(|spent| {
            if spent.is_infinite() { "more than all".to_owned() } else { format!("{:.0}%", spent * 100.0) }
        }),
        sentence: budget.sentence.clone(),
        windows: budget
            .windows
            .iter()
            .map(|window| {
                (
                    format!(
                        "{} times over {} and {}",
                        window.factor,
                        instant::duration(window.long_ms),
                        instant::duration(window.short_ms)
                    ),
                    format!("{} and {}", share(window.long), share(window.short)),
                    window.burning,
                )
            })
            .collect(),
    })
}

pub(super) fn message_row(message: &OutboxMessage) -> MessageRow {
    let (state, detail) = match message.state {
        MessageState::Delivered => (
            "Delivered",
            message.delivered_ms.map_or_else(String::new, |time_ms| format!("on {}", instant::long(time_ms))),
        ),
        MessageState::Pending => {
            let again = format!("tried again on {}", instant::long(message.next_attempt_ms));
            ("Waiting", message.last_error.as_ref().map_or(String::new(), |error| format!("{error}; {again}")))
        }
        MessageState::Failed => ("Given up", message.last_error.clone().unwrap_or_default()),
    };
    let kind = ChannelKind::from_name(&message.channel).map_or("", channel_words);
    MessageRow {
        time: instant::long(message.created_ms),
        subject: message.subject.clone(),
        recipient: format!("{kind} {}", message.recipient),
        state: state.to_owned(),
        failing: message.last_error.is_some() && message.state != MessageState::Delivered,
        attempts: message.attempts,
        detail,
    }
}

pub(super) fn channel_words(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Webhook => "Webhook",
        ChannelKind::Email => "E-mail",
    }
}
