//! The gates page, what would pass, and the forms of decisions.

use app::{Forms, Page};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use governance::{DecisionError, DecisionKind, DecisionRequest};
use service::view::gates::GatesPage;
use service::{Dashboard, Snapshot, instant};
use storage::StoreError;

use super::form_route::{Allowed, Done, Returned};
use super::forms::{FormError, Sent, Wrong, sentence};
use super::page_request::PageRequest;
use crate::http::access::needs::{Admin, Needs, Read};
use crate::http::problem::Problem;

/// What stands before the id of a KPI in the name of a field that assumes a value.
const ASSUME: &str = "assume.";

pub async fn page(_: Needs<Read>, Query(asked): Query<Vec<(String, String)>>, request: PageRequest) -> Response {
    let asked = Sent(asked);
    let dashboard = request.dashboard();
    let page = simulated(&dashboard, &request.snapshot, &asked).await;
    let forms = match (asked.filled("phase"), asked.filled("waive"), asked.filled("done")) {
        (Some(phase), Some(kpi), _) => {
            Forms::chosen(format!("waive-{phase}"), vec![("kpi".to_owned(), kpi.to_owned())])
        }
        (_, _, done) => Forms::done(done.and_then(notice)),
    };
    let page = page.map(|page| Page::Gates(Box::new(page), forms)).map_err(|error| Problem::store(&error));
    request.show(page).await
}

/// The page with the values that are assumed, those of the nearest blockers too where that many were asked for.
async fn simulated(dashboard: &Dashboard, snapshot: &Snapshot, asked: &Sent) -> Result<GatesPage, StoreError> {
    let mut assumed: Vec<(String, String)> = asked
        .0
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(ASSUME)?.to_owned(), value.trim().to_owned())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let phase: Option<u8> = asked.text("phase").parse().ok();
    let nearest: Option<usize> = asked.text("nearest").parse().ok();
    let mut page = dashboard.gates_page(snapshot, &assumed).await?;
    if let (Some(phase), Some(count)) = (phase, nearest) {
        let gate = page.gates.iter().find(|gate| gate.phase == phase);
        assumed = gate
            .iter()
            .flat_map(|gate| gate.blockers.iter().take(count))
            .map(|blocker| (blocker.row.id.clone(), blocker.meets.clone()))
            .collect();
        page = dashboard.gates_page(snapshot, &assumed).await?;
    }
    // The values belong to the gate whose form was sent; another gate may count the same KPIs.
    for gate in page.gates.iter_mut().filter(|gate| phase.is_some_and(|phase| gate.phase != phase)) {
        gate.simulated = None;
        for blocker in &mut gate.blockers {
            blocker.assumed.clear();
        }
    }
    Ok(page)
}

fn notice(done: &str) -> Option<String> {
    let sentence = match done {
        "waiver" => "The KPI is waived at this gate.",
        "sign-off" => "The gate is signed off.",
        "withdrawal" => "The decision no longer holds.",
        _ => return None,
    };
    Some(format!("{sentence} The decision and its evidence are recorded below."))
}

/// The page on which a form comes back.
pub async fn back(form: Returned) -> Result<Page, Problem> {
    let page = form.state.dashboard.gates_page(&form.snapshot, &[]).await;
    page.map(|page| Page::Gates(Box::new(page), form.forms)).map_err(|error| Problem::store(&error))
}

pub async fn decide(form: Allowed<Admin>) -> Result<Done, FormError> {
    let sent = &*form.sent;
    let phase: u8 = form.place.parse().map_err(|_| Problem::not_found("There is no gate of this phase."))?;
    let kind = DecisionKind::from_name(sent.text("kind"))
        .ok_or_else(|| Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, "Choose what is decided."))?;
    let expires_ms = sent
        .filled("expires")
        .map(instant::parse_as_of)
        .transpose()
        .map_err(|detail| Wrong::field("expires", sentence(&detail)))?;
    let wanted = DecisionRequest {
        phase,
        kind,
        person: sent.text("person").to_owned(),
        reason: sent.text("reason").to_owned(),
        kpi: sent.filled("kpi").map(str::to_owned),
        expires_ms,
        withdraws: sent.filled("withdraws").map(str::to_owned),
        seen: sent.filled("seen").map(str::to_owned),
    };
    match form.state.dashboard.governance().decisions.decide(wanted, &*form.state.dashboard).await {
        Ok(_) => Ok(Done::At(format!("/gates?done={}#decisions", kind.name()))),
        Err(error) => Err(refused(error)),
    }
}

fn refused(error: DecisionError) -> FormError {
    let words = sentence(&error.to_string());
    FormError::Wrong(match error {
        DecisionError::NoGate(_) => return Problem::not_found("There is no gate of this phase.").into(),
        DecisionError::Store(error) => return error.into(),
        DecisionError::Changed { .. } => Wrong {
            title: "Somebody was first",
            ..Wrong::whole(
                StatusCode::PRECONDITION_FAILED,
                format!("{words} Look at the gate as it is now, and decide again if it is still right."),
            )
        },
        DecisionError::NothingSeen { .. } => Wrong::whole(StatusCode::PRECONDITION_REQUIRED, words),
        DecisionError::NotPassing { .. } => Wrong::whole(StatusCode::CONFLICT, words),
        DecisionError::Unfit { field: field @ ("kpi" | "expires" | "withdraws"), detail } => {
            Wrong::field(field, sentence(&detail))
        }
        DecisionError::Unfit { detail, .. } => Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, sentence(&detail)),
        DecisionError::Text(error) => error.into(),
    })
}
