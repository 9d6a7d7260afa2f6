//! The error budget of a KPI near 100 %.

use leptos::prelude::*;
use service::view::alerts::BudgetRow;

/// The budget of one KPI, without its name.
#[component]
pub fn Budget(
    /// The budget.
    budget: BudgetRow,
) -> impl IntoView {
    let spent = budget.spent.map_or_else(|| "no data".to_owned(), |spent| format!("{spent} spent"));
    let windows: Vec<_> = budget
        .windows
        .into_iter()
        .map(|(window, measured, burns)| {
            let state = if burns { "burns" } else { "holds" };
            let class = if burns { "badge badge-bad" } else { "badge" };
            view! { <li>{format!("{window}: {measured} ")}<span class=class>{state}</span></li> }
        })
        .collect();
    let id = budget.kpi.0;
    view! {
        <p><span class="strong">{spent}</span>{format!(" of the budget of {}", budget.target)}</p>
        <p>{budget.sentence}</p>
        <details class="fold is-plain" id=format!("budget-{id}-windows")>
            <summary id=format!("budget-{id}-windows-toggle")>"Burn rates"</summary>
            <ul>{windows}</ul>
        </details>
    }
    .into_any()
}
