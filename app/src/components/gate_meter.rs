//! How far a gate is: a bar of the counted KPIs with a mark at those needed.

use leptos::prelude::*;
use service::view::overview::GateSummary;

/// The bar; the numbers stand beside it as text.
#[component]
pub fn GateMeter(
    /// The gate.
    gate: GateSummary,
) -> impl IntoView {
    let counted = gate.counted.max(1);
    let mark = (gate.needed * 100 + counted / 2) / counted;
    let label =
        format!("{}: {} of {} counted KPIs are met, {} are needed", gate.title, gate.met, gate.counted, gate.needed);
    view! {
        <div class=if gate.passed { "gate-meter is-passed" } else { "gate-meter" }>
            <progress max=counted.to_string() value=gate.met.min(counted).to_string() aria-label=label></progress>
            <span class="needed-mark" data-start=mark.min(100).to_string() aria-hidden="true"></span>
        </div>
    }
    .into_any()
}
