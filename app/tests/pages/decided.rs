//! View models of gates, alerts and catalogue, as a server would fill them.

use app::Forms;
use service::view::alerts::{
    AlertRow, AlertsPage, BudgetRow, ChannelRow, CommentRow, EventRow, MaintenanceRow, MessageRow, SilenceRow,
};
use service::view::catalogue_page::{CataloguePage, PhaseRow, VersionRow};
use service::view::gates::{Blocker, DecisionRow, FrozenRow, GateView, GatesPage, Uncounted};
use service::view::overview::GateSummary;

use crate::samples::{escalation, gate, row, rows, status};

pub fn decision(number: i64, words: &str, holds: bool) -> DecisionRow {
    DecisionRow {
        id: format!("d-{number}"),
        number,
        phase: 1,
        words: words.to_owned(),
        kpi: (words == "Waived").then(|| ("kpi-0".to_owned(), "Time to First Value".to_owned())),
        person: "Ada".to_owned(),
        reason: "the vendor fixes it".to_owned(),
        time: "23 November 2026, 20:00:00 UTC".to_owned(),
        instant: "2026-11-23T20:00:00Z".to_owned(),
        expires: Some("31 December 2026, 23:59:59 UTC".to_owned()),
        holds,
        evidence: "12 of 44 met, 36 needed, 1 waived; catalogue 1.0".to_owned(),
        hash: "0123456789ab".to_owned(),
        frozen: vec![FrozenRow {
            kpi_id: "kpi-0".to_owned(),
            kpi_name: "Time to First Value".to_owned(),
            value: "14.2 min".to_owned(),
            target: "<10 min".to_owned(),
            status: status("red"),
            source: "measured, 23 Nov 2026".to_owned(),
        }],
    }
}

fn blocker(index: usize) -> Blocker {
    let row = rows().remove(index);
    Blocker {
        missing: "68% of the way.".to_owned(),
        forecast: "About 3 March 2027 (80% interval: 12 January to 20 June 2027).".to_owned(),
        assumed: String::new(),
        assumed_unit: if index == 1 { String::new() } else { "min".to_owned() },
        judged: index == 1,
        meets: if index == 1 { "met" } else { "9.9" }.to_owned(),
        waiver: (index == 0).then(|| decision(1, "Waived", true)),
        row,
    }
}

pub fn gates() -> GatesPage {
    GatesPage {
        gates: (1..=3_u8)
            .map(|phase| GateView {
                phase,
                summary: GateSummary { title: format!("Phase {phase} → Phase {}", phase + 1), ..gate() },
                share: "80%".to_owned(),
                current: phase == 1,
                blockers: (0..5).map(blocker).collect(),
                met: vec![row(5, "Bundle Size", "met")],
                uncounted: vec![Uncounted {
                    kpi_id: "kpi-8".to_owned(),
                    kpi_name: "Patent Applications".to_owned(),
                    reason: "it has no target in Phase 1".to_owned(),
                }],
                forecast: "No forecast: 24 more KPIs must be met, and only 2 have enough data.".to_owned(),
                simulation_text: "1 80 70 50\nkpi-0 lower below:600 60 852".to_owned(),
                simulated: (phase == 1).then(|| "It would not pass: 13 of 44 met, 36 needed, so 23 more.".to_owned()),
                tag: format!("\"gate-{phase}-1-1\""),
                signed_off: None,
                can_sign_off: phase == 2,
                sign_off_hint: "24 more must be met or waived before it can be signed off.".to_owned(),
            })
            .collect(),
        policy: "Every KPI that has a target in the phase is counted. No data and stale count as not met.".to_owned(),
        decisions: vec![decision(2, "Withdrawn", false), decision(1, "Waived", true)],
        chain: "Each decision names the hash of the one before.".to_owned(),
        chain_sound: true,
    }
}

/// The forms after another person had decided.
pub fn somebody_was_first() -> Forms {
    Forms {
        notice: None,
        form: "waive-1".to_owned(),
        title: "Somebody was first".to_owned(),
        problems: vec![(String::new(), "Ben decided first: waived, because: the vendor fixes it.".to_owned())],
        typed: vec![
            ("kpi".to_owned(), "kpi-2".to_owned()),
            ("reason".to_owned(), "an outage of the <provider>".to_owned()),
            ("person".to_owned(), "Ada".to_owned()),
        ],
    }
}

pub fn alert(key: &str, severity: &'static str) -> AlertRow {
    AlertRow {
        key: key.to_owned(),
        title: if severity == "red" { "Off target" } else { "Source fails" }.to_owned(),
        severity,
        kpi: key.strip_prefix("level:").map(|id| (id.to_owned(), "Time to First Value".to_owned())),
        text: "Time to First Value is at 48% of its target.".to_owned(),
        since: "23 November 2026, 20:00:00 UTC".to_owned(),
        since_ms: 1_795_464_000_000,
        owner: "product".to_owned(),
        acknowledged: (severity == "red").then(|| "Acknowledged by Ann at 20:05: looking into it".to_owned()),
        silenced: None,
        notified: Some("23 November 2026, 20:00:01 UTC".to_owned()),
        comments: vec![CommentRow {
            person: "Ben".to_owned(),
            time: "23 November 2026, 20:10:00 UTC".to_owned(),
            text: "the <new> build".to_owned(),
        }],
    }
}

pub fn budget() -> BudgetRow {
    BudgetRow {
        kpi: ("kpi-9".to_owned(), "Uptime".to_owned()),
        target: "99.5% over 30 days".to_owned(),
        spent: Some("42%".to_owned()),
        sentence: "At this rate the budget of 30 days is spent in 2 days.".to_owned(),
        windows: vec![(
            "14.4 times over 1 hour and 5 minutes".to_owned(),
            "16.0 times and 15.2 times".to_owned(),
            true,
        )],
    }
}

pub fn no_alerts() -> AlertsPage {
    AlertsPage {
        escalation: None,
        firing: Vec::new(),
        pending: Vec::new(),
        silences: Vec::new(),
        maintenance: Vec::new(),
        history: Vec::new(),
        budgets: Vec::new(),
        channels: Vec::new(),
        messages: Vec::new(),
        rules: vec!["A KPI is at risk below 70%.".to_owned()],
        kpis: vec![("kpi-0".to_owned(), "Time to First Value".to_owned())],
        tracks: vec![("track-3".to_owned(), "UI/Dashboard Development".to_owned())],
        owners: vec!["product".to_owned()],
    }
}

pub fn alerts() -> AlertsPage {
    AlertsPage {
        escalation: Some(escalation()),
        firing: vec![alert("level:kpi-1", "red"), alert("source:nightly run", "notice")],
        pending: vec![alert("level:kpi-2", "yellow")],
        silences: vec![SilenceRow {
            id: "s-1".to_owned(),
            matcher: "owner product".to_owned(),
            time: "20:00 to 21:00".to_owned(),
            active: true,
            person: "Ada".to_owned(),
            reason: "a planned move".to_owned(),
        }],
        maintenance: vec![MaintenanceRow {
            time: "Saturday".to_owned(),
            about: "everything".to_owned(),
            reason: "new racks".to_owned(),
        }],
        history: vec![EventRow {
            time: "23 November 2026, 20:00:00 UTC".to_owned(),
            key: "source:nightly run".to_owned(),
            kpi: None,
            transition: "Fired".to_owned(),
            severity: "notice",
            text: "the body is no JSON".to_owned(),
            person: None,
        }],
        budgets: vec![budget()],
        channels: vec![ChannelRow { kind: "Webhook".to_owned(), recipient: "https://chat.example/hook".to_owned() }],
        messages: vec![MessageRow {
            time: "23 November 2026, 20:00:00 UTC".to_owned(),
            subject: "1 alert fired".to_owned(),
            recipient: "Webhook https://chat.example/hook".to_owned(),
            state: "Waiting".to_owned(),
            failing: true,
            attempts: 2,
            detail: "503 Service Unavailable; tried again at 20:02".to_owned(),
        }],
        ..no_alerts()
    }
}

pub fn catalogue() -> CataloguePage {
    let version = |number, changes: &[&str]| VersionRow {
        number,
        time: "23 November 2026, 20:00:00 UTC".to_owned(),
        person: "Ada".to_owned(),
        reason: Some("dates of the phases".to_owned()),
        origin: "sent".to_owned(),
        changes: changes.iter().map(|change| (*change).to_owned()).collect(),
        in_force: number == 2,
    };
    CataloguePage {
        name: "Inferno Platform 1.0".to_owned(),
        kpi_count: 110,
        changed_by: "Change it with inferno-kpi catalogue apply FILE, or here.".to_owned(),
        phases: vec![PhaseRow {
            name: "Phase 1".to_owned(),
            dates: "1 October to 31 December 2026".to_owned(),
            share: "80%".to_owned(),
            current: true,
        }],
        audiences: vec![("Board".to_owned(), "24 KPIs".to_owned())],
        versions: vec![version(2, &["Phase 1: dates: nothing → 2026-10-01 to 2026-12-31"]), version(1, &[])],
        refusal: vec!["mine.toml:3:1: the id is missing".to_owned()],
        can_apply: true,
        latest_number: 2,
    }
}

/// The form of a catalogue with two errors.
pub fn refused() -> Forms {
    let problem = |text: &str| ("file".to_owned(), text.to_owned());
    Forms {
        notice: None,
        form: "apply".to_owned(),
        title: "Refused: the running catalogue stays".to_owned(),
        problems: vec![problem("mine.toml:3:1: the id is missing"), problem("mine.toml:9:5: the shape is unknown")],
        typed: vec![("person".to_owned(), "Ada".to_owned())],
    }
}
