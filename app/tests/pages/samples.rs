//! View models of every page, as a server would fill them.

use app::{
    CheckInKpi, CheckInPage, DocumentPage, Forms, Page, Preferences, ProblemPage, SettingsPage, TextSize, Theme,
};
use chart::{Bullet, ChartKind, ChartModel, ChartPoint, Goal, Position, Series, TargetLine, UnitLabel};
use service::view::benchmarks::{BenchmarksPage, RunSummary, RunView, SchemeRow};
use service::view::dead_letters::{DeadLetterRow, DeadLettersPage};
use service::view::frame::TrackLink;
use service::view::kpi_page::{
    BaselineForm, DerivedView, ForecastView, KpiPage, ObservationRow, PaceView, TargetRow, TimelineRow,
};
use service::view::overview::{Direction, EscalationView, GateSummary, Overview, StatusChange, TrackSummary};
use service::view::sample_series::{SeriesListPage, SeriesListRow, SeriesPage};
use service::view::snippets::Snippet;
use service::view::sources::{
    ContractRow, ImportPreview, MissingGroup, OwnMeasure, PullRow, SoundnessView, SourceRow, SourcesPage, TrapRow,
};
use service::view::table_import::{TableFile, TablePage};
use service::view::tokens::{MadeSecret, TokenRow, TokensPage};
use service::view::track::{Group, TrackPage};
use service::view::{ChartView, Frame, KpiRow, StatusView};

use crate::decided;

const DAY_MS: i64 = 86_400_000;
const NOW_MS: i64 = 1_795_473_790_000;

pub fn status(name: &str) -> StatusView {
    let (name, sign, words) = match name {
        "red" => ("red", "◆", "Off target"),
        "yellow" => ("yellow", "▲", "At risk"),
        "stale" => ("stale", "⏸", "Stale"),
        "near" => ("near", "◐", "Near"),
        "met" => ("met", "●", "Met"),
        "no-target" => ("no-target", "–", "No target yet"),
        _ => ("no-data", "○", "No data"),
    };
    StatusView { name, sign, words }
}

pub const TRACKS: [(&str, &str); 6] = [
    ("executive", "Executive"),
    ("track-1", "Performance Benchmarking & Profiling"),
    ("track-2", "Advanced ML Optimizations"),
    ("track-3", "UI/Dashboard Development"),
    ("track-4", "CI/CD Pipeline"),
    ("track-5", "Documentation & Community"),
];

pub fn frame() -> Frame {
    Frame {
        needs_token: false,
        notices: vec!["Read-only since 23 November 2026, 22:40:00 UTC: the disk is full.".to_owned()],
        payloads_need_token: false,
        rendered_at: "2026-11-23T22:43:11Z".to_owned(),
        catalogue_name: "Inferno Platform".to_owned(),
        phase_name: "Phase 1".to_owned(),
        instant: "2026-11-23T22:43:10Z".to_owned(),
        instant_text: "23 November 2026, 22:43:10 UTC".to_owned(),
        instant_ms: NOW_MS,
        is_as_of: false,
        as_of: String::new(),
        demo: false,
        tracks: TRACKS
            .iter()
            .enumerate()
            .map(|(index, (id, name))| TrackLink {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
                worst: (index % 2 == 0).then(|| (status(if index == 0 { "red" } else { "yellow" }), index + 1)),
            })
            .collect(),
        latest_change: "018f-1".to_owned(),
        page_view_stamp: Some("stamp".to_owned()),
    }
}

fn wave(count: i64) -> Vec<(i64, f64)> {
    (0..count)
        .map(|index| {
            let step = i32::try_from(index * 37 % 17).unwrap_or(0);
            let slope = i32::try_from(index).unwrap_or(0);
            (NOW_MS - (count - index) * DAY_MS, 14.0 - f64::from(slope) * 0.12 + f64::from(step) * 0.18)
        })
        .collect()
}

pub fn row(index: usize, name: &str, state: &str) -> KpiRow {
    let empty = state == "no-data";
    let bullet = Bullet {
        value: (!empty).then(|| 6.0 + f64::from(u8::try_from(index % 7).unwrap_or(0)) * 1.5),
        bands: vec![10.0, 15.0],
        targets: vec![10.0, 5.0, 3.0, 1.0],
        current_target: Some(Goal::Below(10.0)),
        lower_is_better: true,
        maximum: 20.0,
    };
    let unit = UnitLabel::with_suffix(1, " min");
    KpiRow {
        id: format!("kpi-{index}"),
        name: name.to_owned(),
        track: "track-3".to_owned(),
        group: "Core Dashboard".to_owned(),
        value: bullet.value.map(|value| unit.text(value)),
        value_detail: if index % 5 == 2 { "12.5 tokens/s against 9 tokens/s".to_owned() } else { String::new() },
        origin: if empty { String::new() } else { "pushed by ci".to_owned() },
        marked_origin: (!empty && index % 4 == 1).then(|| "reference model".to_owned()),
        target: (state != "no-target").then(|| "<10 min".to_owned()),
        status: status(state),
        attainment: (!empty).then(|| "68%".to_owned()),
        pace: (!empty).then_some("Behind pace"),
        change: if empty { String::new() } else { "+3.2%".to_owned() },
        since: (!empty).then(|| "12 October 2026".to_owned()),
        observed: (!empty).then(|| "23 November 2026, 21:12 UTC".to_owned()),
        sparkline_svg: if empty { String::new() } else { chart::sparkline_svg(&wave(20), 100, 20) },
        bullet_svg: chart::bullet_svg(&bullet),
        bullet_text: chart::bullet_text(&bullet, &unit),
        connect: "the CI system: push JUnit results".to_owned(),
    }
}

pub fn rows() -> Vec<KpiRow> {
    let names = [
        ("Time to First Value", "red"),
        ("Security Vulnerabilities (Critical and High)", "red"),
        ("Dashboard Load Time", "yellow"),
        ("User Satisfaction Score", "stale"),
        ("Feature Adoption Rate", "near"),
        ("Bundle Size", "met"),
        ("User Task Completion Rate", "no-data"),
        ("App Store Rating", "no-target"),
    ];
    names.iter().enumerate().map(|(index, (name, state))| row(index, name, state)).collect()
}

fn counts() -> Vec<(StatusView, usize)> {
    [("red", 2), ("yellow", 5), ("stale", 1), ("near", 9), ("no-data", 68), ("met", 21), ("no-target", 4)]
        .map(|(name, count)| (status(name), count))
        .to_vec()
}

pub fn history() -> ChartView {
    let points =
        wave(40).into_iter().map(|(time_ms, y)| ChartPoint { x: Position::Time(time_ms), y, note: None }).collect();
    let target = |label: &str, value, current| TargetLine {
        label: label.to_owned(),
        goal: Goal::Below(value),
        current,
        ..TargetLine::default()
    };
    let model = ChartModel {
        id: "history".to_owned(),
        title: "Time to First Value".to_owned(),
        subject: "Time to First Value".to_owned(),
        unit: UnitLabel::with_suffix(1, " min"),
        kind: ChartKind::History,
        series: vec![Series { name: "Value".to_owned(), points }],
        targets: vec![target("Phase 1: <10 min", 10.0, true), target("Phase 2: <5 min", 5.0, false)],
        zero_based: true,
        ..ChartModel::default()
    };
    ChartView::of(&model, "/api/v1/kpis/kpi-0/history.csv".to_owned(), 25)
}

fn bars(id: &str, title: &str) -> ChartView {
    let points = [("f32", 12.5), ("Q8_0", 44.0), ("Q4K", 61.5), ("Q4_0", 30.0)]
        .map(|(name, y)| ChartPoint { x: Position::Category(name.to_owned()), y, note: None })
        .to_vec();
    let model = ChartModel {
        id: id.to_owned(),
        title: title.to_owned(),
        subject: title.to_owned(),
        unit: UnitLabel::with_suffix(1, " tokens/s"),
        kind: ChartKind::Bars,
        series: vec![Series { name: "Median".to_owned(), points }],
        targets: Vec::new(),
        zero_based: true,
        ..ChartModel::default()
    };
    ChartView::of(&model, format!("/api/v1/benchmarks/{id}.csv"), 25)
}

pub fn gate() -> GateSummary {
    GateSummary {
        title: "Phase 1 → Phase 2".to_owned(),
        outcome: "Not passed".to_owned(),
        passed: false,
        met: 12,
        counted: 44,
        needed: 36,
        no_data: 20,
        stale: 1,
        sentence: "24 more KPIs must be met.".to_owned(),
    }
}

pub fn escalation() -> EscalationView {
    EscalationView {
        heading: "Escalation",
        name: "firing",
        is_firing: true,
        state: "It fires since 23 November 2026, 22:43:10 UTC: nobody acknowledged.".to_owned(),
        reasons: vec!["2 KPIs are off target at once.".to_owned()],
    }
}

pub fn overview() -> Overview {
    let rows = rows();
    Overview {
        gate: Some(gate()),
        counts: counts(),
        total: 110,
        with_data: 42,
        escalation: Some(escalation()),
        firing_alerts: 3,
        no_data: 68,
        attention: rows.iter().take(4).cloned().collect(),
        changes: vec![
            StatusChange {
                kpi_id: "kpi-0".to_owned(),
                kpi_name: "Time to First Value".to_owned(),
                before: status("near"),
                now: status("red"),
                direction: Direction::Worse,
            },
            StatusChange {
                kpi_id: "kpi-5".to_owned(),
                kpi_name: "Bundle Size".to_owned(),
                before: status("no-data"),
                now: status("met"),
                direction: Direction::Other("first value"),
            },
        ],
        tracks: TRACKS
            .iter()
            .map(|(id, name)| TrackSummary {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
                total: 18,
                counts: counts(),
            })
            .collect(),
        latest: rows.into_iter().take(6).collect(),
    }
}

/// A server that has just been started.
pub fn first_overview() -> Overview {
    let few = vec![(status("no-data"), 106), (status("met"), 4)];
    Overview {
        gate: Some(GateSummary {
            met: 3,
            no_data: 41,
            stale: 0,
            sentence: "33 more KPIs must be met.".to_owned(),
            ..gate()
        }),
        counts: few.clone(),
        with_data: 4,
        escalation: None,
        no_data: 106,
        attention: Vec::new(),
        changes: Vec::new(),
        tracks: TRACKS
            .iter()
            .map(|(id, name)| TrackSummary {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
                total: 18,
                counts: vec![(status("no-data"), 18)],
            })
            .collect(),
        latest: vec![row(5, "Bundle Size", "met"), row(1, "Model Size Reduction", "met")],
        ..overview()
    }
}

pub fn kpi() -> KpiPage {
    let target = |phase: &str, written: &str, state: &str, current| TargetRow {
        phase: phase.to_owned(),
        written: written.to_owned(),
        status: status(state),
        attainment: Some("48%".to_owned()),
        current,
    };
    KpiPage {
        row: row(1, "Time to First Value", "red"),
        track_name: "UI/Dashboard Development".to_owned(),
        section: "User Experience Metrics".to_owned(),
        description: "How long a new user takes from signing up to the first result.".to_owned(),
        method: "Minutes from signup to first result".to_owned(),
        computed: "75th percentile of 28 days".to_owned(),
        owner: "Product".to_owned(),
        cadence: "every 7 days".to_owned(),
        attainment_rule: "Target divided by value: lower is better.".to_owned(),
        baseline: Some("18 min, the first observation, 1 October 2026".to_owned()),
        customer_facing: true,
        measure: "time-to-first-value".to_owned(),
        derived: Some(DerivedView {
            rule: "The 75th percentile of the time from signup to result of the same user, of 28 days.".to_owned(),
            parts: Some("412 of 430".to_owned()),
            series: vec![("signup".to_owned(), true), ("first-result".to_owned(), false)],
        }),
        pace: Some(PaceView {
            words: "Behind pace",
            on_pace: false,
            sentence: "58% of the phase has passed; the path asks for 12 min now, and the value is 14.2 min."
                .to_owned(),
        }),
        forecast: ForecastView {
            sentence: "About 3 March 2027 (80% interval: 12 January to 20 June 2027).".to_owned(),
            back_test: "Exponential smoothing of 40 values.".to_owned(),
        },
        budget: Some(decided::budget()),
        alerts: vec![decided::alert("level:kpi-1", "red")],
        baseline_form: Some(BaselineForm {
            unit: "min".to_owned(),
            history: vec![["1 October 2026", "18 min", "Ada", "after the audit"].map(str::to_owned)],
        }),
        timeline: vec![TimelineRow {
            time: "1 October 2026".to_owned(),
            time_ms: NOW_MS,
            kind: "Deployment",
            text: "service web".to_owned(),
            person: Some("Ada".to_owned()),
        }],
        corrections: Some("1 observation about the time up to here was recorded later.".to_owned()),
        shared_with: vec![("kpi-9".to_owned(), "Onboarding Time".to_owned())],
        targets: vec![
            target("Phase 1", "<10 min", "red", true),
            target("Phase 2", "<5 min", "red", false),
            target("Phase 3", "<3 min", "red", false),
            target("Phase 4", "<1 min", "red", false),
        ],
        chart: history(),
        observations: (0..5).map(observation).collect(),
        observation_count: 40,
    }
}

fn observation(index: usize) -> ObservationRow {
    ObservationRow {
        id: format!("018f-{index}"),
        time: "2026-11-23T21:12:00Z".to_owned(),
        time_text: "23 November 2026, 21:12 UTC".to_owned(),
        value: "14.2 min".to_owned(),
        written: "852 s".to_owned(),
        sample: (index == 1).then(|| "first-result: plan free".to_owned()),
        source: "check-in".to_owned(),
        origin: "entered by a person".to_owned(),
        note: Some("Median of the last cohort".to_owned()),
        person: Some("Ada".to_owned()),
        evidence: Some(if index == 0 { "https://example.org/report" } else { "javascript:alert(1)" }.to_owned()),
        payload_id: format!("p-{index}"),
        recorded_text: "23 November 2026, 21:13 UTC".to_owned(),
    }
}

fn run() -> RunSummary {
    RunSummary {
        id: "r1".to_owned(),
        started_text: "23 November 2026, 20:01 UTC".to_owned(),
        state: "done".to_owned(),
        state_words: "Done".to_owned(),
        message: "Q4K generates 4.9 times as fast as f32.".to_owned(),
    }
}

fn benchmarks() -> BenchmarksPage {
    let scheme = |name: &str, unsupported: Option<&str>| SchemeRow {
        scheme: name.to_owned(),
        weights: "12.4 MB".to_owned(),
        generation: "61.5 tokens/s (60.1 to 62.8)".to_owned(),
        prompt: "410 tokens/s (402 to 418)".to_owned(),
        memory: "58 MB".to_owned(),
        error: "0.4%".to_owned(),
        agreement: "99.1%".to_owned(),
        unsupported: unsupported.map(str::to_owned),
    };
    BenchmarksPage {
        running: None,
        shown: Some(RunView {
            summary: run(),
            machine: vec![
                ("Processor".to_owned(), "2 cores, AVX2".to_owned()),
                ("Memory".to_owned(), "8 GB".to_owned()),
            ],
            plan: vec![
                ("Repetitions".to_owned(), "7 after 2 to warm up".to_owned()),
                ("Seed".to_owned(), "42".to_owned()),
            ],
            headline: "Q4K generates 4.9 times as fast as f32 with weights a seventh of the size.".to_owned(),
            fed: vec![
                ("kpi-1".to_owned(), "Inference Speed".to_owned(), "4.9x".to_owned()),
                ("kpi-2".to_owned(), "Model Size Reduction".to_owned(), "86%".to_owned()),
            ],
            schemes: vec![
                scheme("f32", None),
                scheme("Q8_0", None),
                scheme("Q4K", None),
                scheme("Q2K", Some("the width is no multiple of 256")),
            ],
            charts: vec![bars("generation", "Generated tokens per second"), bars("weights", "Weight size")],
        }),
        runs: vec![
            run(),
            RunSummary { id: "r0".to_owned(), state: "failed".to_owned(), state_words: "Failed".to_owned(), ..run() },
        ],
        notice:
            "These numbers are about the embedded engine's reference model on this machine, not about the platform."
                .to_owned(),
    }
}

fn sources() -> SourcesPage {
    SourcesPage {
        with_data: 38,
        total: 110,
        coverage: TRACKS.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned(), 7, 18)).collect(),
        sources: vec![SourceRow {
            name: "ci".to_owned(),
            payloads: "12".to_owned(),
            rows: "84".to_owned(),
            refused: "3".to_owned(),
            dead: 1,
            last_received: "23 November 2026, 21:12 UTC".to_owned(),
            rate: "40 rows".to_owned(),
            lag: "4 s".to_owned(),
            last_refusal: "23 November 2026, 21:10 UTC: row 3, value: it is no number".to_owned(),
            bytes: "18 kB".to_owned(),
        }],
        missing: vec![
            MissingGroup {
                connect: "The CI system".to_owned(),
                kpis: (0..8).map(|index| (format!("kpi-{index}"), format!("Build measure {index}"))).collect(),
            },
            MissingGroup {
                connect: "The CRM".to_owned(),
                kpis: vec![("kpi-9".to_owned(), "Enterprise Customers".to_owned())],
            },
        ],
        contract: vec![ContractRow {
            series: "deployment".to_owned(),
            labels: vec!["service".to_owned()],
            kpis: vec![("kpi-1".to_owned(), "Deployment Frequency".to_owned())],
            state: "Nobody sends it.".to_owned(),
            kept: false,
            fed_by: vec![("builds_total".to_owned(), "Counted by the runner.".to_owned())],
        }],
        contract_sentence: "0 of 1 series that KPIs are computed of are sent with every label.".to_owned(),
        traps: vec![TrapRow {
            metrics: vec!["memory_usage".to_owned(), "memory_peak".to_owned()],
            reason: "Of the whole machine.".to_owned(),
            instead: Some("resident_bytes".to_owned()),
        }],
        failing: vec![["ci", "3 times", "23 November 2026", "the body is no JSON"].map(str::to_owned)],
        own: vec![OwnMeasure {
            name: "Response time, 95th percentile".to_owned(),
            value: "4 ms".to_owned(),
            detail: "of 1,204 requests in 24 hours".to_owned(),
        }],
        store: "SQLite 3.50, 1.2 MB".to_owned(),
        dead: 1,
        pulls: vec![PullRow {
            name: "latency".to_owned(),
            what: "prometheus http://127.0.0.1:9090".to_owned(),
            every: "every 1 min".to_owned(),
            is_well: Some(false),
            last_success: "never".to_owned(),
            last_error: "the connection was refused".to_owned(),
            next: "in 40 s".to_owned(),
        }],
        snippets: service::view::snippets::snippets("http://127.0.0.1:3000", Some("TOKEN"), "ci"),
        soundness: SoundnessView {
            findings: vec![["23 November 2026", "The database knows less than was acknowledged"].map(str::to_owned)],
            sentence: "Looked at as a whole 23 November 2026: 1,204 rows, 1 damage was found.".to_owned(),
            damages: vec![["payloads 0190", "the row is not what was written", "source ci"].map(str::to_owned)],
            more: "And 3 more: inferno-kpi verify lists them.".to_owned(),
            last_known: "What was written last is kept beside the database.".to_owned(),
        },
    }
}

fn table(file: bool) -> TablePage {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    let file = file.then(|| TableFile {
        name: "deals.csv".to_owned(),
        encoded: "SUQK".to_owned(),
        sheets: texts(&["Deals", "Other"]),
        columns: texts(&["Deal ID", "Amount", "", "<Stage>"]),
        first: vec![texts(&["2", "D-1", "1250", "", "won"])],
        row_count: 2,
        remarks: vec!["Row 3 is hidden in the workbook, and is read like the others.".to_owned()],
        mapping_from: "Guessed by the names of the columns.".to_owned(),
        previewed: "{}".to_owned(),
        rows: vec![["2", "deal", "1250", "1 Mar 2026, 00:00", "stage=won"].map(str::to_owned)],
        accepted: 1,
        problems: vec![["3", "Amount", "\"n/a\" is no number", "a number"].map(str::to_owned)],
        refused: 1,
    });
    let kpis = vec![("build-time".to_owned(), "Build Time".to_owned())];
    TablePage { sources: texts(&["hubspot-deals"]), source: "hubspot-deals".to_owned(), kpis, file, recorded: None }
}

fn mapped() -> Forms {
    let typed =
        [("target", "series"), ("target_text", "deal"), ("label_1_name", "stage"), ("label_1_column", "<Stage>")];
    let problems = vec![("time".to_owned(), "Choose a column.".to_owned())];
    Forms {
        problems,
        title: "Nothing was recorded".to_owned(),
        ..Forms::chosen("table".to_owned(), typed.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec())
    }
}

fn series_row(number: i64) -> SeriesListRow {
    SeriesListRow {
        number,
        name: "cpu.usage".to_owned(),
        labels: "host a, region eu".to_owned(),
        source: "influx:telegraf".to_owned(),
        first_seen: "23 November 2026, 21:12 UTC".to_owned(),
    }
}

fn series_list() -> SeriesListPage {
    SeriesListPage { contains: "cpu".to_owned(), rows: vec![series_row(1), series_row(2)], next_after: Some(2) }
}

fn series() -> SeriesPage {
    SeriesPage {
        row: series_row(1),
        kpis: vec![("kpi-1".to_owned(), "CPU Utilisation".to_owned())],
        zoom: "day",
        shown: "22 November 2026, 21:12 UTC to 23 November 2026, 21:12 UTC".to_owned(),
        until: "1795468320000".to_owned(),
        earlier: "1795381920000".to_owned(),
        later: Some("1795554720000".to_owned()),
        facts: vec![("Samples".to_owned(), "8640".to_owned())],
        chart: bars("series-1", "Samples of cpu.usage"),
        samples: vec![
            ["23 November 2026, 21:12 UTC", "4.2", "17", "3", "23 November 2026, 21:12 UTC"].map(str::to_owned),
        ],
    }
}

fn dead_letters() -> DeadLettersPage {
    let letter = |number: i64, can_be_read: bool| DeadLetterRow {
        number,
        payload_id: format!("p{number}"),
        source: "influx:telegraf".to_owned(),
        received: "23 November 2026, 21:12 UTC".to_owned(),
        format: "influx".to_owned(),
        bytes: "1.2 kB".to_owned(),
        what: "1 row refused, 4 rows kept".to_owned(),
        reason: "row 3, time: the time lies in the future; expected a time up to now".to_owned(),
        can_be_read,
    };
    DeadLettersPage {
        letters: vec![letter(12, true), letter(9, false)],
        total: 3,
        source: String::new(),
        sources: vec![("ci".to_owned(), 1), ("influx:telegraf".to_owned(), 2)],
        next_before: Some(9),
    }
}

fn tokens(made: bool) -> TokensPage {
    let row = |name: &str, state: &'static str| TokenRow {
        id: format!("id-{name}"),
        name: name.to_owned(),
        state,
        allows: "Sends as ci".to_owned(),
        limits: "Begins with ikpi_ab12. 6,000 requests a minute, 8.389 MB each.".to_owned(),
        used: "Never used.".to_owned(),
        history: vec!["Made by Ada on 23 November 2026, 21:12:00 UTC.".to_owned()],
    };
    let snippet = Snippet {
        id: "ci",
        system: "CI",
        place: "As the last step of a job.",
        text: "INFERNO_KPI_TOKEN=ikpi_ab12 inferno-kpi push".to_owned(),
    };
    TokensPage {
        holding: vec![row("CI", "holds"), row("Prometheus", "holds")],
        ended: vec![row("Laptop", "revoked")],
        who_needs_one: "Who sends or decides needs a token; reading needs none.".to_owned(),
        made: made.then(|| MadeSecret {
            name: "CI".to_owned(),
            secret: "ikpi_ab12".to_owned(),
            snippets: vec![snippet],
        }),
        sources: vec!["ci".to_owned()],
        is_list_hidden: false,
        wrong_tokens: Some("40 requests of the last hour showed a wrong token, from 2 addresses.".to_owned()),
    }
}

fn check_in() -> CheckInPage {
    let kpi = |index: usize| CheckInKpi {
        id: format!("kpi-{index}"),
        name: format!("Measure {index}"),
        track_name: TRACKS[index % 6].1.to_owned(),
        unit_hint: "min".to_owned(),
        target: Some("<10 min".to_owned()),
        last: Some("14.2 min".to_owned()),
    };
    CheckInPage { kpis: (0..12).map(kpi).collect(), selected: Some("kpi-1".to_owned()), ..CheckInPage::default() }
}

fn import(recorded: Option<&str>) -> ImportPreview {
    let cells = |cells: [&str; 5]| cells.map(str::to_owned);
    ImportPreview {
        csv: "kpi,value,unit\nbuild-time,95,s\nbuild-tme,95,s\n".to_owned(),
        accepted: 1,
        rows: vec![cells(["2", "Build Time", "1.6 min", "now", ""])],
        problems: vec![["3", "kpi", "There is no KPI build-tme.", "Did you mean build-time?"].map(str::to_owned)],
        refusal: None,
        recorded: recorded.map(str::to_owned),
    }
}

/// Every page with a name, a page of each state included.
pub fn pages() -> Vec<(&'static str, Page)> {
    let track = TrackPage {
        id: "track-3".to_owned(),
        name: "UI/Dashboard Development".to_owned(),
        counts: counts(),
        groups: vec![
            Group { section: "User Experience Metrics".to_owned(), name: "Core Dashboard".to_owned(), rows: rows() },
            Group {
                section: "Development Efficiency Metrics".to_owned(),
                name: "Development Efficiency Metrics".to_owned(),
                rows: rows().into_iter().skip(4).collect(),
            },
        ],
    };
    let wrong = CheckInPage {
        problems: vec![("value".to_owned(), "The value is needed: a number, such as 8.2.".to_owned())],
        needs_token: true,
        ..check_in()
    };
    let mut empty_kpi = kpi();
    empty_kpi.row = row(6, "User Task Completion Rate", "no-data");
    empty_kpi.observations.clear();
    empty_kpi.chart = ChartView {
        y_ticks: Vec::new(),
        x_ticks: Vec::new(),
        cursor: Vec::new(),
        rows: Vec::new(),
        row_count: 0,
        ..history()
    };
    vec![
        ("overview", Page::Overview(Box::new(overview()))),
        ("document", Page::Document(DocumentPage::read("/docs/problems", include_str!("../../../docs/problems.md")))),
        ("overview-first", Page::Overview(Box::new(first_overview()))),
        ("track", Page::Track(track)),
        ("kpi", Page::Kpi(Box::new(kpi()), Forms::done(Some("The baseline is set from now on.".to_owned())))),
        ("kpi-empty", Page::Kpi(Box::new(empty_kpi), Forms::default())),
        ("gates", Page::Gates(Box::new(decided::gates()), Forms::default())),
        ("gates-first", Page::Gates(Box::new(decided::gates()), decided::somebody_was_first())),
        ("alerts", Page::Alerts(Box::new(decided::alerts()), Forms::default())),
        ("alerts-none", Page::Alerts(Box::new(decided::no_alerts()), Forms::default())),
        ("catalogue", Page::Catalogue(Box::new(decided::catalogue()), Forms::default())),
        ("catalogue-refused", Page::Catalogue(Box::new(decided::catalogue()), decided::refused())),
        ("benchmarks", Page::Benchmarks(benchmarks())),
        (
            "benchmarks-none",
            Page::Benchmarks(BenchmarksPage { shown: None, runs: Vec::new(), running: Some(run()), ..benchmarks() }),
        ),
        ("sources", Page::Sources(sources())),
        ("table", Page::Table(Box::new(table(false)), Forms::default())),
        ("table-mapped", Page::Table(Box::new(table(true)), mapped())),
        (
            "table-recorded",
            Page::Table(
                Box::new(TablePage { recorded: Some("2 recorded.".to_owned()), ..table(false) }),
                Forms::default(),
            ),
        ),
        ("series-list", Page::SeriesList(series_list())),
        ("series-list-none", Page::SeriesList(SeriesListPage::default())),
        ("series", Page::Series(Box::new(series()))),
        ("dead-letters", Page::DeadLetters(dead_letters(), Forms::default())),
        ("dead-letters-none", Page::DeadLetters(DeadLettersPage::default(), Forms::default())),
        ("tokens", Page::Tokens(tokens(false), Forms::default())),
        ("tokens-made", Page::Tokens(tokens(true), Forms::default())),
        ("tokens-none", Page::Tokens(TokensPage::default(), Forms::default())),
        ("import", Page::Import(import(None))),
        ("import-recorded", Page::Import(import(Some("1 observation was recorded.")))),
        (
            "import-refused",
            Page::Import(ImportPreview {
                refusal: Some("The first line must name the columns kpi and value.".to_owned()),
                ..import(None)
            }),
        ),
        ("check-in", Page::CheckIn(check_in())),
        ("check-in-wrong", Page::CheckIn(wrong)),
        ("settings", Page::Settings(SettingsPage { theme: Theme::System, text_size: TextSize::Dense, saved: true })),
        (
            "problem",
            Page::Problem(ProblemPage {
                status: 404,
                title: "There is no such page".to_owned(),
                detail: "Check the address, or start at the overview.".to_owned(),
            }),
        ),
    ]
}

pub fn preferences(theme: Theme) -> Preferences {
    Preferences { theme, text_size: TextSize::Dense }
}
