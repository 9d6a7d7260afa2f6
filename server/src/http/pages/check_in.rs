//! The check-in page: a person enters one value.

use app::{CheckInKpi, CheckInPage, Page};
use axum::extract::{OriginalUri, Query, State as Extracted};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use formats::{Draft, Drafts, Target, Written, WrittenTime};
use kpi::point::Origin;
use serde::Deserialize;
use service::{RecordError, Snapshot, Submission};

use super::form_route::{Allowed, Done, Returned};
use super::forms::{FormError, Sent, Wrong};
use super::render::{self, Wanted};
use crate::http::State;
use crate::http::access::needs::{Ingest, Needs, Read};
use crate::http::api::query::AsOf;
use crate::http::problem::Problem;
use crate::http::reads;

/// The source of what people enter here.
const SOURCE: &str = "check-in";
/// The longest note, evidence or other text that is taken.
const MOST_CHARACTERS: usize = 2_000;

#[derive(Debug, Default, Deserialize)]
pub struct Chosen {
    /// The KPI to enter a value for.
    kpi: Option<String>,
    /// The observation that was recorded just now.
    recorded: Option<String>,
}

/// What the form sends.
struct Entry {
    kpi: String,
    value: String,
    unit: String,
    time: String,
    note: String,
    person: String,
    evidence: String,
}

impl Entry {
    fn of(sent: &Sent) -> Self {
        let raw = |name: &str| sent.raw(name).to_owned();
        Self {
            kpi: raw("kpi"),
            value: raw("value"),
            unit: raw("unit"),
            time: raw("time"),
            note: raw("note"),
            person: raw("person"),
            evidence: raw("evidence"),
        }
    }
}

pub async fn page(
    _: Needs<Read>,
    state: Extracted<State>,
    uri: OriginalUri,
    headers: HeaderMap,
    Query(chosen): Query<Chosen>,
) -> Response {
    let snapshot = match reads::now(&state).await {
        Ok(snapshot) => snapshot,
        Err(page) => return page,
    };
    let recorded = match chosen.recorded.as_deref() {
        Some(id) => recorded_sentence(&state, id).await,
        None => None,
    };
    let shown = CheckInPage { selected: chosen.kpi, recorded, ..form(&state, &snapshot) };
    render::page(&state, Wanted::of(&uri, &headers), StatusCode::OK, &snapshot, &AsOf::default(), Page::CheckIn(shown))
        .await
}

/// Only an observation that really is kept is called recorded.
async fn recorded_sentence(state: &State, id: &str) -> Option<String> {
    let observation = state.dashboard.store().observation(id).await.ok()??;
    let catalogue = state.dashboard.catalogue();
    let kpi = catalogue.kpi_or_measure(&observation.series)?;
    Some(format!("Recorded: {} is {}.", kpi.name, kpi::display::value(observation.value, &kpi.unit)))
}

pub async fn receive(form: Allowed<Ingest>) -> Result<Done, FormError> {
    let (state, entry) = (&form.state, Entry::of(&form.sent));
    let refused = |problems| Wrong { problems, ..Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "") };
    let problems = missing(&entry);
    if !problems.is_empty() {
        return Err(refused(problems).into());
    }
    match state.dashboard.record(submission(&entry, form.caller.source_or(SOURCE))).await {
        Ok(receipt) => {
            let id = receipt.ids.first().map_or_else(String::new, |id| format!("&recorded={id}"));
            Ok(Done::At(format!("/check-in?kpi={}{id}", kpi_id(state, &entry.kpi))))
        }
        Err(RecordError::Refused { problems, .. }) => {
            let told = problems
                .into_iter()
                .map(|problem| (problem.field, format!("{}; expected {}.", problem.detail, problem.expected)));
            Err(refused(told.collect()).into())
        }
        Err(error) => Err(FormError::Problem(error.into())),
    }
}

/// The id as the catalogue writes it, never as it was typed: it becomes part of an address.
fn kpi_id(state: &State, typed: &str) -> String {
    state.dashboard.catalogue().kpi_or_measure(typed.trim()).map_or_else(String::new, |kpi| kpi.id.clone())
}

fn missing(entry: &Entry) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    for (field, text, sentence) in [
        ("kpi", &entry.kpi, "Choose the KPI that the value is about."),
        ("value", &entry.value, "Enter a value, such as 7 min or met."),
    ] {
        if text.trim().is_empty() {
            problems.push((field.to_owned(), sentence.to_owned()));
        }
    }
    for (field, text) in
        [("value", &entry.value), ("note", &entry.note), ("person", &entry.person), ("evidence", &entry.evidence)]
    {
        if text.chars().count() > MOST_CHARACTERS || text.contains('\0') {
            problems
                .push((field.to_owned(), format!("At most {MOST_CHARACTERS} characters, without control characters.")));
        }
    }
    problems
}

fn submission(entry: &Entry, source: String) -> Submission {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let draft = Draft {
        row: 1,
        target: Target::Kpi(entry.kpi.trim().to_owned()),
        value: Written::Text(entry.value.trim().to_owned()),
        unit: filled(&entry.unit),
        // A browser's field for date and time writes no zone; the page says that it means UTC.
        time: filled(&entry.time).map(|time| WrittenTime::Text(with_zone(&time))),
        external_id: None,
        note: filled(&entry.note),
        evidence: filled(&entry.evidence),
        person: filled(&entry.person),
        origin: None,
        labels: Vec::new(),
    };
    let body = serde_json::json!({
        "kpi": entry.kpi, "value": entry.value, "unit": entry.unit, "time": entry.time, "note": entry.note,
        "person": entry.person, "evidence": entry.evidence,
    });
    Submission {
        source,
        content_type: "application/json".to_owned(),
        body: body.to_string().into_bytes(),
        drafts: Drafts { drafts: vec![draft], problems: Vec::new(), rows: 1 },
        partial: false,
        origin: Origin::Entered,
        reading: None,
    }
}

fn with_zone(time: &str) -> String {
    match time.len() {
        16 if time.contains('T') => format!("{time}:00Z"),
        19 if time.contains('T') => format!("{time}Z"),
        _ => time.to_owned(),
    }
}

/// The page on which the form comes back.
pub async fn back(returned: Returned) -> Result<Page, Problem> {
    let entry = Entry::of(&returned.sent);
    Ok(Page::CheckIn(CheckInPage {
        selected: Some(entry.kpi),
        value: entry.value,
        unit: entry.unit,
        time: entry.time,
        note: entry.note,
        person: entry.person,
        evidence: entry.evidence,
        problems: returned.forms.problems,
        ..form(&returned.state, &returned.snapshot)
    }))
}

fn form(state: &State, snapshot: &Snapshot) -> CheckInPage {
    let catalogue = state.dashboard.catalogue();
    let kpis = catalogue
        .kpis
        .iter()
        .zip(&snapshot.rows)
        .map(|(kpi, row)| CheckInKpi {
            id: kpi.id.clone(),
            name: kpi.name.clone(),
            track_name: catalogue.track(&kpi.track).map_or_else(String::new, |track| track.name.clone()),
            unit_hint: kpi.unit.symbol.clone(),
            target: row.target.clone(),
            last: row.value.clone(),
        })
        .collect();
    CheckInPage { kpis, needs_token: state.guard.needs_token(), ..CheckInPage::default() }
}
