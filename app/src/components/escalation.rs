//! The escalation as it stands: why, and what its alert does.

use leptos::prelude::*;
use service::view::overview::EscalationView;

/// A notice with the reasons; alarming only while it fires.
#[component]
pub fn Escalation(
    /// How it stands.
    escalation: EscalationView,
    /// What follows the reasons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = if escalation.is_firing { "notice notice-bad" } else { "notice" };
    let items: Vec<_> = escalation.reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect();
    let state = (!escalation.state.is_empty()).then(|| view! { <p>{escalation.state}</p> });
    view! {
        <section class=class aria-labelledby="escalations-title">
            <h2 id="escalations-title"><span class="sign" aria-hidden="true">"◆"</span><span>{escalation.heading}</span></h2>
            <ul>{items}</ul>
            {state}
            {children.map(|children| children())}
        </section>
    }
    .into_any()
}
