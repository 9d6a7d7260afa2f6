//! The import of a table with columns of its own: file, mapping, preview, confirmation. Between the steps the browser keeps the file.

mod form;

use std::sync::Arc;

use app::{Forms, Page};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use formats::table::TableMapping;
use formats::{Limits, Refusal};
use kpi::point::Origin;
use serde::Deserialize;
use service::RecordError;
use service::instant;
use service::mapping::{MappingError, TableError, TablePreview, TableReceipt, TableUpload};
use service::view::table_import::{TableFile, TablePage};

use super::super::forms::{FormError, Sent, Wrong, sentence};
use super::super::sending::File;
use crate::http::State;
use crate::http::access::needs::{Authorized, Field, Ingest, Needs};
use crate::http::api::observations::source;
use crate::http::api::tables::WORKBOOK;
use crate::http::problem::Problem;

/// The largest file that the page takes: it travels with every step.
const MOST_FILE_BYTES: usize = 5 * 1024 * 1024;
/// Rows of the file, and problems, that are shown.
const SHOWN_ROWS: usize = 5;
const SHOWN_PROBLEMS: usize = 50;

/// The source that a link names.
#[derive(Debug, Default, Deserialize)]
pub struct Chosen {
    source: Option<String>,
}

type Shown = Result<(StatusCode, Page), Problem>;

/// The form that asks for a file.
pub async fn begin(state: &State, chosen: Chosen) -> Shown {
    let page = TablePage { source: chosen.source.unwrap_or_default(), ..empty(state).await? };
    Ok((StatusCode::OK, Page::Table(Box::new(page), Forms::default())))
}

/// Follows a form of the page.
pub async fn receive(needs: &Needs<Field<Ingest>>, state: &State, sent: Sent, file: File) -> Shown {
    let mut page = empty(state).await?;
    match follow(needs, state, &sent, file, &mut page).await {
        Ok(forms) => Ok((StatusCode::OK, Page::Table(Box::new(page), forms))),
        Err(FormError::Problem(problem)) => Err(problem),
        Err(FormError::Wrong(wrong)) => Ok((wrong.status, Page::Table(Box::new(page), sent.back(wrong)))),
    }
}

/// Fills the page as far as the form goes.
async fn follow(
    needs: &Needs<Field<Ingest>>,
    state: &State,
    sent: &Sent,
    file: File,
    page: &mut TablePage,
) -> Result<Forms, FormError> {
    let name = source(Some(sent.text("source")), "").ok().filter(|name| !name.is_empty());
    let Some(name) = name else {
        let sentence = "Name the source: at most 100 characters, and none of the product's own names.";
        return Err(Wrong::field("source", sentence).into());
    };
    page.source.clone_from(&name);
    let (file_name, bytes) = opened(sent, file).map_err(|sentence| Wrong::field("file", sentence))?;
    let kept = state.dashboard.table_mapping(&name).await?;
    let mapping_from = match &kept {
        Some(kept) => format!("As {} left it on {}.", kept.person, instant::long(kept.changed_ms)),
        None => "A first guess by the names of the columns.".to_owned(),
    };
    let is_first = sent.text("action") == "look";
    let bytes: Arc<[u8]> = bytes.into();
    let raw = looked_at(state, &bytes, None)
        .await?
        .map_err(|refusal| Wrong::field("file", sentence(&format!("{refusal}; expected {}", refusal.expected()))))?;
    let shown =
        TableFile { name: file_name, encoded: URL_SAFE_NO_PAD.encode(&bytes), mapping_from, ..TableFile::default() };
    if is_first {
        let typed = match &kept {
            Some(kept) => form::typed(&kept.mapping),
            None => form::typed(&formats::table::guess(&raw.table)),
        };
        let Some(kept) = kept else {
            page.file = Some(with(shown, raw, None));
            return Ok(Forms::chosen("table".to_owned(), typed));
        };
        let unfit = previewed(state, page, shown, &bytes, &kept.mapping, raw).await?;
        let problems = unfit.map(|sentence| ("header_row".to_owned(), sentence)).into_iter().collect();
        let title = "The kept mapping does not fit this file".to_owned();
        return Ok(Forms { problems, title, ..Forms::chosen("table".to_owned(), typed) });
    }
    let mapping = match form::mapping(sent, &Limits::default()) {
        Ok(mapping) => mapping,
        Err(problems) => {
            page.file = Some(with(shown, raw, None));
            let title = "The columns can't be read so";
            return Err(Wrong { status: StatusCode::UNPROCESSABLE_ENTITY, title, problems }.into());
        }
    };
    if let Some(sentence) = previewed(state, page, shown, &bytes, &mapping, raw).await? {
        return Err(Wrong::field("header_row", sentence).into());
    }
    let was_seen = page.file.as_ref().is_some_and(|file| file.previewed == sent.text("previewed"));
    if sent.text("action") != "record" || !was_seen {
        let kept: Vec<(String, String)> = sent.0.iter().filter(|(name, _)| name != "token").cloned().collect();
        let notice =
            (sent.text("action") == "record").then(|| "The columns were changed: look at the rows again.".to_owned());
        return Ok(Forms { notice, ..Forms::chosen("table".to_owned(), kept) });
    }
    let caller = sent.authorized(needs, state)?;
    let recorded = record(state, &caller, sent, &name, bytes.to_vec(), mapping).await?;
    *page = TablePage { source: name, recorded: Some(recorded), ..empty(state).await? };
    Ok(Forms::default())
}

/// Records a table, and says what came of it.
async fn record(
    state: &State,
    caller: &Authorized<Ingest>,
    sent: &Sent,
    name: &str,
    body: Vec<u8>,
    mapping: TableMapping,
) -> Result<String, FormError> {
    if caller.source().is_some_and(|own| own != name) {
        let words = sentence(&format!("the token belongs to the source \"{}\"", caller.source_or(name)));
        return Err(Wrong::field("token", words).into());
    }
    if let Err(error) = state.dashboard.keep_table_mapping(name, mapping.clone(), sent.text("person")).await {
        return Err(match error {
            MappingError::Text(error) => error.into(),
            MappingError::Unfit(_) => {
                Wrong::whole(StatusCode::UNPROCESSABLE_ENTITY, sentence(&error.to_string())).into()
            }
            MappingError::Store(error) => error.into(),
        });
    }
    let content_type = if body.starts_with(b"PK") { WORKBOOK } else { "text/csv" }.to_owned();
    let partial = sent.filled("partial").is_some();
    let upload = TableUpload { source: name.to_owned(), content_type, body, partial, origin: Origin::Entered };
    match state.dashboard.record_table(upload, &mapping).await {
        Ok(TableReceipt { receipt, remarks }) => {
            let refused = receipt.refused.iter().map(|problem| problem.row).collect::<std::collections::HashSet<_>>();
            let counts = format!(
                "{} recorded, {} known already, {} refused.",
                receipt.accepted,
                receipt.duplicates,
                refused.len()
            );
            let sentences = remarks.iter().map(|remark| sentence(remark));
            Ok(std::iter::once(counts).chain(sentences).collect::<Vec<_>>().join(" "))
        }
        Err(TableError::Record(RecordError::Store(error))) => Err(error.into()),
        Err(error) => {
            let words = sentence(&error.to_string());
            Err(Wrong::field("partial", format!("{words} Leave the wrong rows out, or put the columns right.")).into())
        }
    }
}

/// Puts on the page what a mapping makes of the file; the sentence why it does not fit, where it does not.
async fn previewed(
    state: &State,
    page: &mut TablePage,
    shown: TableFile,
    bytes: &Arc<[u8]>,
    mapping: &TableMapping,
    raw: TablePreview,
) -> Result<Option<String>, Problem> {
    Ok(match looked_at(state, bytes, Some(mapping)).await? {
        Ok(preview) => {
            let unfit = preview.table.refusal.as_ref();
            let unfit = unfit.map(|refusal| sentence(&format!("{refusal}; expected {}", refusal.expected())));
            let seen = unfit.is_none().then_some(mapping);
            page.file = Some(with(shown, preview, seen));
            unfit
        }
        Err(refusal) => {
            page.file = Some(with(shown, raw, None));
            Some(sentence(&format!("{refusal}; expected {}", refusal.expected())))
        }
    })
}

/// What a table would give, read on a thread that answers nobody.
async fn looked_at(
    state: &State,
    bytes: &Arc<[u8]>,
    mapping: Option<&TableMapping>,
) -> Result<Result<TablePreview, Refusal>, Problem> {
    let (dashboard, file, mapping) = (Arc::clone(&state.dashboard), Arc::clone(bytes), mapping.cloned());
    let read = move || dashboard.preview_table(&file, mapping.as_ref(), Origin::Entered);
    let (preview, _turn) = state.dashboard.readers.run(bytes.len(), read).await?;
    Ok(preview)
}

fn with(file: TableFile, preview: TablePreview, mapping: Option<&TableMapping>) -> TableFile {
    let TablePreview { table, rows, accepted, problems, refused } = preview;
    let width = table.columns.len();
    let first = table.rows.into_iter().take(SHOWN_ROWS).map(|row| {
        let mut cells = row.cells;
        cells.resize(width, String::new());
        std::iter::once(row.number.to_string()).chain(cells).collect()
    });
    let told = problems.into_iter().take(SHOWN_PROBLEMS).map(|(problem, column)| {
        [problem.row.to_string(), column.unwrap_or(problem.field), problem.detail, problem.expected]
    });
    TableFile {
        first: first.collect(),
        problems: told.collect(),
        // What can't be written as JSON would ask for another look, which is safe.
        previewed: mapping.and_then(|mapping| serde_json::to_string(mapping).ok()).unwrap_or_default(),
        remarks: table.remarks.iter().map(|remark| sentence(remark)).collect(),
        sheets: table.sheets,
        columns: table.columns,
        row_count: table.row_count,
        rows,
        accepted,
        refused,
        ..file
    }
}

/// The file of the first step, or the one that the browser sends again.
fn opened(sent: &Sent, file: File) -> Result<(String, Vec<u8>), String> {
    let (name, bytes) = if file.bytes.is_empty() {
        let bytes = URL_SAFE_NO_PAD.decode(sent.text("encoded"));
        (
            sent.text("file_name").to_owned(),
            bytes.map_err(|error| format!("The file did not come back whole: {error}."))?,
        )
    } else {
        (file.name, file.bytes)
    };
    if bytes.is_empty() {
        return Err("Choose a file that is not empty.".to_owned());
    }
    if bytes.len() > MOST_FILE_BYTES {
        return Err("The file has more than 5 MiB: send it to POST /api/v1/sources/{source}/table.".to_owned());
    }
    Ok((name, bytes))
}

async fn empty(state: &State) -> Result<TablePage, Problem> {
    let sources = state.dashboard.mapped_sources().await.map_err(|error| Problem::store(&error))?;
    let kpis = state.dashboard.catalogue().kpis.iter().map(|kpi| (kpi.id.clone(), kpi.name.clone())).collect();
    Ok(TablePage { sources, kpis, ..TablePage::default() })
}
