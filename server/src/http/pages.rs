//! The pages: each route computes its view model and lets the app draw it.

mod alerts;
mod benchmarks;
mod catalogue;
mod check_in;
mod dead_letters;
mod documents;
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

use axum::Router;
use axum::routing::{get, post};

use super::State;

/// Every page and every form.
pub fn router() -> Router<State> {
    Router::new()
        .route("/", get(views::overview))
        .route("/tracks/{id}", get(views::track))
        .route("/kpis/{id}", get(kpi::page))
        .route("/kpis/{id}/baseline", post(kpi::set_baseline))
        .route("/kpis/{id}/note", post(kpi::note))
        .route("/gates", get(gates::page))
        .route("/gates/{phase}/decide", post(gates::decide))
        .route("/alerts", get(alerts::page))
        .route("/alerts/act", post(alerts::act))
        .route("/alerts/silences", post(alerts::silence_some))
        .route("/alerts/silences/end", post(alerts::end_silence))
        .route("/alerts/test", post(alerts::test))
        .route("/alerts/retry", post(alerts::retry))
        .route("/catalogue", get(catalogue::page).post(catalogue::receive))
        .route("/benchmarks", get(benchmarks::page))
        .route("/benchmarks/start", post(benchmarks::start))
        .route("/benchmarks/cancel", post(benchmarks::cancel))
        .route("/sources", get(views::sources))
        .route("/sources/import", get(import::page).post(import::receive))
        .route("/sources/dead-letters", get(dead_letters::page).post(dead_letters::act))
        .route("/sources/store", post(store::acknowledge))
        .route("/sources/tokens", get(tokens::page).post(tokens::act))
        .route("/series", get(series::list))
        .route("/series/{number}", get(series::page))
        .route("/series/{number}/chart.csv", get(series::csv))
        .route("/check-in", get(check_in::page).post(check_in::receive))
        .route("/docs/problems", get(documents::problems))
        .route("/settings", get(settings::page).post(settings::receive))
}
