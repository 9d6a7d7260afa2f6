//! The baseline of a relative KPI, who set it, and the form that sets another.

use leptos::prelude::*;
use service::view::kpi_page::BaselineForm;

use crate::components::{Ask, DataTable, Field};

/// The baseline. Without `ask` there is no form, because the page shows a past instant.
#[component]
pub fn Baseline(
    /// The slug of the KPI.
    kpi: String,
    /// The baseline in words.
    words: String,
    /// Its unit and history.
    form: BaselineForm,
    /// Makes the fields of the form.
    ask: Option<Ask>,
) -> impl IntoView {
    let history = (!form.history.is_empty()).then(|| {
        let columns = ["Set", "Baseline", "By", "Reason"].map(str::to_owned).to_vec();
        let rows = form.history.into_iter().map(Vec::from).collect();
        let caption = "Baselines that people set, the newest first".to_owned();
        view! { <DataTable caption=caption columns=columns rows=rows id="baseline-history".to_owned()/> }
    });
    let unit = form.unit;
    let set = ask.map(|ask| {
        let hint = if unit.is_empty() { String::new() } else { format!("Without a unit it is {unit}.") };
        view! {
            <details class="fold is-plain" id="baseline-fold" open=ask.is_open()>
                <summary id="baseline-toggle">"Set another baseline"</summary>
                <form class="form" id=ask.id() method="post" action=format!("/kpis/{kpi}/baseline")>
                    {ask.mark()}
                    {ask.input(Field::new("value", "Value").needed().hint(hint))}
                    {ask.area(Field::new("reason", "Reason").needed())}
                    {ask.person()}
                    {ask.token()}
                    <p><button class="button is-primary" type="submit">"Set the baseline"</button></p>
                </form>
            </details>
        }
    });
    view! {
        <section class="card section" id="baseline" aria-labelledby="baseline-title" data-live>
            <h2 id="baseline-title">"Baseline"</h2>
            <p>{words}</p>
            {history}
            {set}
        </section>
    }
    .into_any()
}
