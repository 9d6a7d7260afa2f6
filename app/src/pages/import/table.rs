//! The import of a table with columns of its own: the file, what its columns hold, and the rows that this gives.

mod fields;
mod result;

use leptos::either::Either;
use leptos::prelude::*;
use service::view::table_import::{TableFile, TablePage};

use self::fields::Fields;
use self::result::Result;
use crate::components::{DataTable, EarlyToken, Outcome};
use crate::forms::Forms;
use crate::links::Links;
use crate::words::counted;

/// The most characters of a file that a form without a token may hold; the other fields need room too.
const LARGE: usize = 900_000;

#[component]
pub fn TableContent(page: TablePage, forms: Forms, needs_token: bool, links: Links) -> impl IntoView {
    let recorded = page.recorded.clone().map(|text| {
        view! {
            <p class="notice notice-good" role="status">{text}</p>
            <p class="actions"><a class="button is-primary" href=links.to("/")>"Go to the overview"</a></p>
        }
    });
    let title = if page.file.is_some() { "What the columns hold" } else { "Import a table" };
    let body = match page.file.clone() {
        Some(file) => {
            Either::Left(view! { <Mapping page=page file=file forms=forms.clone() needs_token=needs_token/> })
        }
        None => Either::Right(view! { <Choose page=page/> }),
    };
    view! {
        <div class="page-head">
            <h1>{title}</h1>
            <p class="lead">"CSV or XLSX, as a CRM or a spreadsheet program exports it. Nothing is recorded before you have seen every row that would be left out."</p>
        </div>
        {recorded}
        <Outcome forms=forms/>
        {body}
    }
    .into_any()
}

#[component]
fn Choose(page: TablePage) -> impl IntoView {
    let known: Vec<_> = page.sources.into_iter().map(|name| view! { <option value=name></option> }).collect();
    view! {
        <section class="card section" aria-labelledby="choose-title">
            <h2 id="choose-title">"Where it is from"</h2>
            <form class="form" id="table" method="post" action="/sources/import" enctype="multipart/form-data">
                <input type="hidden" name="form" value="table"/>
                <div class="field">
                    <label for="table-source">"Source"<span class="must">" (needed)"</span></label>
                    <input id="table-source" name="source" value=page.source required autocomplete="off" list="table-sources" aria-describedby="table-source-hint"/>
                    <datalist id="table-sources">{known}</datalist>
                    <p class="hint" id="table-source-hint">"Where the table comes from, such as hubspot-deals. What its columns hold is remembered under this name."</p>
                </div>
                <EarlyToken id="table-early-token"/>
                <div class="field">
                    <label for="table-file">"File"<span class="must">" (needed)"</span></label>
                    <input id="table-file" type="file" name="file" accept=".csv,.tsv,.xlsx,text/csv" required aria-describedby="table-file-hint"/>
                    <p class="hint" id="table-file-hint">"CSV in UTF-8, or a workbook (.xlsx); at most 5 MiB."</p>
                </div>
                <p><button class="button is-primary" type="submit" name="action" value="look">"Read the columns"</button></p>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Mapping(page: TablePage, file: TableFile, forms: Forms, needs_token: bool) -> impl IntoView {
    let shown = file.first.len();
    let caption = if shown < file.row_count {
        format!("The first {shown} of {} in the file", counted(file.row_count, "row"))
    } else {
        format!("{} in the file", counted(file.row_count, "row"))
    };
    let named = |(place, name): (usize, &String)| {
        if name.is_empty() { format!("(column {})", place + 1) } else { name.clone() }
    };
    let columns = std::iter::once("Row".to_owned()).chain(file.columns.iter().enumerate().map(named)).collect();
    let first = file.first.clone();
    let fields = Fields::new(&forms, &file, &page.kpis);
    let early = (file.encoded.len() > LARGE).then(|| view! { <EarlyToken id="table-early-token"/> });
    view! {
        <div class="card flush"><DataTable caption=caption columns=columns rows=first id="table-cells".to_owned()/></div>
        {file.remarks.iter().map(|remark| view! { <p class="notice" role="status">{remark.clone()}</p> }).collect_view()}
        <form class="section" id="table" method="post" action="/sources/import" enctype="multipart/form-data">
            <input type="hidden" name="form" value="table"/>
            <input type="hidden" name="source" value=page.source.clone()/>
            <input type="hidden" name="file_name" value=file.name.clone()/>
            <input type="hidden" name="previewed" value=file.previewed.clone()/>
            <section class="card section form" aria-labelledby="columns-title">
                <h2 id="columns-title">{format!("Columns of {}", page.source)}</h2>
                <p class="muted">{file.mapping_from.clone()}</p>
                {early}
                {fields.all()}
                <p class="actions">
                    <button class="button is-primary" type="submit" name="action" value="try" formnovalidate>"Preview"</button>
                    <a class="button" href="/sources/import">"Another file"</a>
                </p>
            </section>
            <Result file=file.clone() forms=forms needs_token=needs_token/>
            // Last, so that the token is read before it.
            <input type="hidden" name="encoded" value=file.encoded/>
        </form>
    }
    .into_any()
}
