//! The pages: each route computes its view model and lets the app draw it.

mod benchmarks;
mod check_in;
mod import;
pub mod not_found;
mod preferences;
mod render;
mod settings;
mod views;
mod visit;

use axum::Router;
use axum::routing::{get, post};

use super::State;

/// Every page and every form.
pub fn router() -> Router<State> {
    Router::new()
        .route("/", get(views::overview))
        .route("/tracks/{id}", get(views::track))
        .route("/kpis/{id}", get(views::kpi))
        .route("/gates", get(views::gates))
        .route("/benchmarks", get(benchmarks::page))
        .route("/benchmarks/start", post(benchmarks::start))
        .route("/benchmarks/cancel", post(benchmarks::cancel))
        .route("/sources", get(views::sources))
        .route("/sources/import", post(import::receive))
        .route("/check-in", get(check_in::page).post(check_in::receive))
        .route("/settings", get(settings::page).post(settings::receive))
}
