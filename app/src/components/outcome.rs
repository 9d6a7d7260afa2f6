//! What a page says of the form that was sent: it is done, or what is wrong.

use leptos::prelude::*;

use crate::forms::Forms;

/// The notice, or the problems with a link to each field; nothing where no form was sent.
#[component]
pub fn Outcome(
    /// What became of the form.
    forms: Forms,
) -> impl IntoView {
    let notice = forms.notice.map(|text| view! { <p class="notice notice-good" role="status">{text}</p> });
    let form = forms.form;
    let items: Vec<_> = forms
        .problems
        .into_iter()
        .map(|(field, sentence)| {
            if field.is_empty() {
                view! { <li>{sentence}</li> }.into_any()
            } else {
                view! { <li><a href=format!("#{form}-{field}")>{sentence}</a></li> }.into_any()
            }
        })
        .collect();
    let problems = (!items.is_empty()).then(|| {
        view! {
            <section class="notice notice-bad" role="alert" aria-labelledby="problems-title">
                <h2 id="problems-title">{forms.title}</h2>
                <ul>{items}</ul>
            </section>
        }
    });
    view! { {notice}{problems} }.into_any()
}
