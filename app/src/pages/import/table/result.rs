//! What a mapping makes of a file, and the confirmation.

use leptos::either::Either;
use leptos::prelude::*;
use service::view::table_import::TableFile;

use crate::components::{Ask, DataTable};
use crate::forms::Forms;
use crate::words::counted;

#[component]
pub fn Result(file: TableFile, forms: Forms, needs_token: bool) -> impl IntoView {
    if file.previewed.is_empty() {
        return Either::Left(());
    }
    let sentence = match (file.accepted, file.refused) {
        (0, _) => "No row can be recorded.".to_owned(),
        (accepted, 0) => format!("{} can be recorded, none is refused.", counted(accepted, "row")),
        (accepted, refused) => {
            format!("{} can be recorded, {} can't.", counted(accepted, "row"), counted(refused, "row"))
        }
    };
    let problems = (!file.problems.is_empty()).then(|| {
        let columns = ["Row", "Column", "What is wrong", "What would be right"].map(str::to_owned).to_vec();
        let rows = file.problems.iter().cloned().map(Vec::from).collect();
        let caption = format!("{} that would be refused", counted(file.refused, "row"));
        view! { <div class="card flush"><DataTable caption=caption columns=columns rows=rows id="table-problems".to_owned()/></div> }
    });
    let good = (!file.rows.is_empty()).then(|| {
        let shown = file.rows.len();
        let caption = if shown < file.accepted {
            format!("The first {shown} of {} rows that would be recorded", file.accepted)
        } else {
            format!("{} that would be recorded", counted(shown, "row"))
        };
        let columns = ["Row", "KPI or series", "Value", "Time", "Labels"].map(str::to_owned).to_vec();
        let rows = file.rows.iter().cloned().map(Vec::from).collect();
        view! { <div class="card flush"><DataTable caption=caption columns=columns rows=rows id="table-rows".to_owned()/></div> }
    });
    let partial = (file.refused > 0).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="partial" value="true" required/>
                <span>{format!("Leave out the {} that can't be recorded", counted(file.refused, "row"))}</span>
            </label>
        }
    });
    let confirm = (file.accepted > 0).then(|| {
        let ask = Ask::new("table", &forms, needs_token);
        view! {
            <section class="card section form" aria-labelledby="confirm-title">
                <h2 id="confirm-title">"Record"</h2>
                {partial}
                {ask.person()}
                {ask.token()}
                <p class="hint">"What the columns hold is remembered for this source, with your name."</p>
                <p><button class="button is-primary" type="submit" name="action" value="record">{format!("Record {}", counted(file.accepted, "row"))}</button></p>
            </section>
        }
    });
    Either::Right(view! {
        <section class="section" id="result" aria-labelledby="result-title">
            <h2 id="result-title">"What would be recorded"</h2>
            <p class="headline" role="status">{sentence}</p>
            {problems}
            {good}
            {confirm}
        </section>
    })
}
