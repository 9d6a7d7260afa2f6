//! The pages: each route computes its view model and lets the app draw it.

mod alerts;
mod benchmarks;
mod catalogue;
mod check_in;
mod dead_letters;
mod documents;
mod form_route;
mod forms;
mod gates;
mod import;
mod kpi;
pub mod not_found;
mod page_request;
mod preferences;
mod pulls;
mod render;
mod sending;
mod series;
mod settings;
mod store;
mod tokens;
mod views;

use self::form_route::{form, form_with_file};
use super::scoped_router::{ScopedRouter, get};

/// Every page and every form.
pub fn router() -> ScopedRouter {
    ScopedRouter::default()
        .route("/", get(views::overview))
        .route("/tracks/{id}", get(views::track))
        .route("/kpis/{id}", get(kpi::page))
        .route("/kpis/{id}/baseline", form(kpi::set_baseline, kpi::back))
        .route("/kpis/{id}/note", form(kpi::note, kpi::back))
        .route("/gates", get(gates::page))
        .route("/gates/{phase}/decide", form(gates::decide, gates::back))
        .route("/alerts", get(alerts::page))
        .route("/alerts/act", form(alerts::act, alerts::back))
        .route("/alerts/silences", form(alerts::silence_some, alerts::back))
        .route("/alerts/silences/end", form(alerts::end_silence, alerts::back))
        .route("/alerts/test", form(alerts::test, alerts::back))
        .route("/alerts/retry", form(alerts::retry, alerts::back))
        .route("/catalogue", get(catalogue::page).and(form_with_file(catalogue::receive, catalogue::back)))
        .route("/benchmarks", get(benchmarks::page))
        .route("/benchmarks/start", form(benchmarks::start, benchmarks::back))
        .route("/benchmarks/cancel", form(benchmarks::cancel, benchmarks::back))
        .route("/sources", get(views::sources))
        .route("/sources/import", get(import::page).post(import::receive))
        .route("/sources/dead-letters", get(dead_letters::page).and(form(dead_letters::act, dead_letters::back)))
        .route("/sources/store", form(store::acknowledge, store::back))
        .route("/sources/tokens", get(tokens::page).and(form(tokens::act, tokens::back)))
        .route("/series", get(series::list))
        .route("/series/{number}", get(series::page))
        .route("/series/{number}/chart.csv", get(series::csv))
        .route("/check-in", get(check_in::page).and(form(check_in::receive, check_in::back)))
        .route("/docs/problems", get(documents::problems))
        .route("/settings", get(settings::page).post(settings::receive))
}
