//! Error budgets: how much of what may go wrong is spent, and how fast.

use leptos::prelude::*;
use service::view::alerts::BudgetRow;

use crate::components::Budget;
use crate::links::Links;

#[component]
pub fn Budgets(budgets: Vec<BudgetRow>, links: Links) -> impl IntoView {
    if budgets.is_empty() {
        return view! { <div id="budgets" data-live></div> }.into_any();
    }
    let items: Vec<_> = budgets
        .into_iter()
        .map(|budget| {
            let (id, name) = budget.kpi.clone();
            view! {
                <li class="card is-stack" id=format!("budget-{id}")>
                    <h3><a href=links.kpi(&id)>{name}</a></h3>
                    <Budget budget=budget/>
                </li>
            }
        })
        .collect();
    view! {
        <div id="budgets" data-live>
            <section class="section" aria-labelledby="budgets-title">
                <h2 id="budgets-title">"Error budgets"</h2>
                <ul class="plain alert-list">{items}</ul>
            </section>
        </div>
    }
    .into_any()
}
