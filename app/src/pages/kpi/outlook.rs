//! Where a KPI stands against its path, when it may meet its target, and its error budget.

use leptos::prelude::*;
use service::view::alerts::BudgetRow;
use service::view::kpi_page::{ForecastView, PaceView};

use crate::components::Budget;

/// Pace, forecast and budget; each only where there is one.
#[component]
pub fn Outlook(
    /// The pace.
    pace: Option<PaceView>,
    /// The forecast.
    forecast: ForecastView,
    /// The error budget.
    budget: Option<BudgetRow>,
    /// How many observations were recorded later.
    corrections: Option<String>,
) -> impl IntoView {
    let pace = pace.map(|pace| {
        let class = if pace.on_pace { "badge badge-good" } else { "badge badge-bad" };
        view! {
            <div class="outlook" id="pace">
                <h3>"Pace "<span class=class>{pace.words}</span></h3>
                <p>{pace.sentence}</p>
            </div>
        }
    });
    let back_test = (!forecast.back_test.is_empty()).then(|| view! { <p class="below">{forecast.back_test}</p> });
    let budget = budget.map(|budget| {
        view! { <div class="outlook" id="budget"><h3>"Error budget"</h3><Budget budget=budget/></div> }
    });
    let corrections = corrections
        .map(|text| view! { <div class="outlook" id="corrections"><h3>"Corrections"</h3><p>{text}</p></div> });
    view! {
        <section class="card section" id="outlook" aria-labelledby="outlook-title" data-live>
            <h2 id="outlook-title">"Outlook"</h2>
            {pace}
            <div class="outlook" id="forecast"><h3>"Forecast"</h3><p>{forecast.sentence}</p>{back_test}</div>
            {budget}
            {corrections}
        </section>
    }
    .into_any()
}
