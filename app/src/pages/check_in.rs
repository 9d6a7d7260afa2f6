//! Check-in: one value entered by a person, with a thumb, also without a network.

use leptos::either::Either;
use leptos::prelude::*;

use crate::islands::CheckInQueue;
use crate::links::Links;
use crate::model::{CheckInKpi, CheckInPage};

#[component]
pub fn CheckInContent(page: CheckInPage, links: Links) -> impl IntoView {
    let recorded = page.recorded.clone().map(|text| {
        let kpi = page.selected.clone().map(|id| view! { " "<a href=links.kpi(&id)>"See its page"</a> });
        view! { <p class="notice notice-good" role="status"><span>{text}</span>{kpi}</p> }
    });
    let chosen = page.kpis.iter().find(|kpi| Some(&kpi.id) == page.selected.as_ref()).cloned();
    view! {
        <div class="page-head">
            <h1>"Check in"</h1>
            <p class="lead">"Enter a value that only a person knows. It is kept with your name, note and evidence."</p>
        </div>
        {recorded}
        <CheckInQueue/>
        <Problems problems=page.problems.clone()/>
        <Form page=page chosen=chosen/>
    }
    .into_any()
}

#[component]
fn Problems(problems: Vec<(String, String)>) -> impl IntoView {
    if problems.is_empty() {
        return Either::Left(());
    }
    let items: Vec<_> = problems
        .into_iter()
        .map(|(field, message)| {
            if field.is_empty() {
                Either::Left(view! { <li>{message}</li> })
            } else {
                Either::Right(view! { <li><a href=format!("#check-in-{field}")>{message}</a></li> })
            }
        })
        .collect();
    Either::Right(view! {
        <section class="notice notice-bad" role="alert" aria-labelledby="problems-title">
            <h2 id="problems-title">"Nothing was recorded"</h2>
            <ul>{items}</ul>
        </section>
    })
}

#[component]
fn Form(page: CheckInPage, chosen: Option<CheckInKpi>) -> impl IntoView {
    let problem =
        |field: &str| page.problems.iter().find(|(name, _)| name == field).map(|(_, message)| message.clone());
    let unit = chosen.as_ref().map(|kpi| kpi.unit_hint.clone()).unwrap_or_default();
    let unit_hint = if unit.is_empty() { "May be left out.".to_owned() } else { format!("Left out, it is {unit}.") };
    let token = page.needs_token.then(|| {
        view! { <Field name="token" label="Token" kind="password" value=String::new() required=true hint="This server records only with a token.".to_owned() problem=problem("token")/> }
    });
    view! {
        <form class="card form" id="check-in" method="post" action="/check-in">
            <KpiChoice kpis=page.kpis.clone() selected=page.selected.clone() problem=problem("kpi")/>
            <Standing chosen=chosen/>
            <div class="field-pair">
                <Field name="value" label="Value" value=page.value.clone() required=true mode="decimal" hint="A number, or met / not met.".to_owned() problem=problem("value")/>
                <Field name="unit" label="Unit" value=page.unit.clone() hint=unit_hint problem=problem("unit")/>
            </div>
            <Field name="note" label="Note" value=page.note.clone() hint="What should a reader know about this value?".to_owned() problem=problem("note")/>
            <div class="field-pair">
                <Field name="person" label="Your name" value=page.person.clone() complete="name" problem=problem("person")/>
                <Field name="evidence" label="Evidence" value=page.evidence.clone() hint="A link, or where to find it.".to_owned() problem=problem("evidence")/>
            </div>
            <Field name="time" label="When it was measured" value=page.time.clone() hint="2026-11-23 or 2026-11-23T14:30Z; left out, it is now.".to_owned() problem=problem("time")/>
            {token}
            <p><button class="button is-primary" type="submit">"Record"</button></p>
        </form>
    }
    .into_any()
}

#[component]
fn KpiChoice(kpis: Vec<CheckInKpi>, selected: Option<String>, problem: Option<String>) -> impl IntoView {
    let mut tracks: Vec<(String, Vec<CheckInKpi>)> = Vec::new();
    for kpi in kpis {
        match tracks.last_mut() {
            Some((name, of_track)) if *name == kpi.track_name => of_track.push(kpi),
            _ => tracks.push((kpi.track_name.clone(), vec![kpi])),
        }
    }
    let groups: Vec<_> = tracks
        .into_iter()
        .map(|(name, kpis)| {
            let options: Vec<_> = kpis
                .into_iter()
                .map(|kpi| {
                    let chosen = selected.as_ref() == Some(&kpi.id);
                    let text =
                        if kpi.unit_hint.is_empty() { kpi.name } else { format!("{} ({})", kpi.name, kpi.unit_hint) };
                    view! { <option value=kpi.id selected=chosen>{text}</option> }
                })
                .collect();
            view! { <optgroup label=name>{options}</optgroup> }
        })
        .collect();
    let described = problem.is_some().then_some("check-in-kpi-problem");
    let invalid = problem.is_some().then_some("true");
    let message = problem.map(|text| view! { <p class="field-problem" id="check-in-kpi-problem">{text}</p> });
    view! {
        <div class="field">
            <label for="check-in-kpi">"KPI"</label>
            <select id="check-in-kpi" name="kpi" required aria-invalid=invalid aria-describedby=described>
                <option value="">"Choose a KPI"</option>
                {groups}
            </select>
            {message}
        </div>
    }
    .into_any()
}

#[component]
fn Standing(chosen: Option<CheckInKpi>) -> impl IntoView {
    chosen.map(|kpi| {
        let last = kpi.last.unwrap_or_else(|| "no value yet".to_owned());
        let target = kpi.target.unwrap_or_else(|| "none in this phase".to_owned());
        view! { <p class="standing-line">{format!("{}: the latest value is {last}, the target {target}.", kpi.name)}</p> }
    })
}

#[component]
fn Field(
    name: &'static str,
    label: &'static str,
    value: String,
    #[prop(optional)] hint: String,
    problem: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] mode: Option<&'static str>,
    #[prop(default = "off")] complete: &'static str,
) -> impl IntoView {
    let id = format!("check-in-{name}");
    let mut described = Vec::new();
    let message = problem.map(|text| {
        described.push(format!("{id}-problem"));
        view! { <p class="field-problem" id=format!("{id}-problem")>{text}</p> }
    });
    let invalid = message.is_some().then_some("true");
    let hint = (!hint.is_empty()).then(|| {
        described.push(format!("{id}-hint"));
        view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> }
    });
    let described = (!described.is_empty()).then(|| described.join(" "));
    let must = required.then(|| view! { <span class="must">" (needed)"</span> });
    view! {
        <div class="field">
            <label for=id.clone()>{label}{must}</label>
            <input
                id=id
                name=name
                type=kind
                inputmode=mode
                value=value
                required=required
                autocomplete=complete
                aria-invalid=invalid
                aria-describedby=described
            />
            {message}
            {hint}
        </div>
    }
    .into_any()
}
