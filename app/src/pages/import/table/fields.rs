//! The fields that say what each column holds.

use leptos::prelude::*;
use service::view::table_import::TableFile;

use crate::forms::Forms;

/// Rows for labels beyond those that are filled in, and at most.
const FREE_LABELS: usize = 2;
const MOST_LABELS: usize = 20;

/// Makes the fields; what was typed comes from the form.
pub struct Fields<'page> {
    forms: &'page Forms,
    file: &'page TableFile,
    kpis: &'page [(String, String)],
}

/// Values and words of a choice.
type Options<'text> = &'text [(&'text str, &'text str)];

impl<'page> Fields<'page> {
    /// The fields of a file.
    pub fn new(forms: &'page Forms, file: &'page TableFile, kpis: &'page [(String, String)]) -> Self {
        Self { forms, file, kpis }
    }

    /// Every field.
    pub fn all(&self) -> AnyView {
        view! { {self.place()}{self.about()}{self.value()}{self.time()}{self.labels()}{self.identity()} }.into_any()
    }

    fn place(&self) -> AnyView {
        let sheets: Vec<(&str, &str)> = self.file.sheets.iter().map(|name| (name.as_str(), name.as_str())).collect();
        let sheet = (sheets.len() > 1).then(|| self.choice("sheet", "Sheet", "", &sheets));
        let separators =
            [("", "as seen in the header"), (",", "comma"), (";", "semicolon"), ("tab", "tab"), ("|", "bar")];
        let separator = self.file.sheets.is_empty().then(|| self.choice("separator", "Separator", "", &separators));
        view! { <div class="field-pair">{sheet}{separator}{self.text("header_row", "Row of the column names", "Rows above it are skipped.")}</div> }
            .into_any()
    }

    fn about(&self) -> AnyView {
        let known: Vec<_> =
            self.kpis.iter().map(|(id, name)| view! { <option value=id.clone()>{name.clone()}</option> }).collect();
        let kinds = [
            ("series", "a series: each row is raw material, such as a deal"),
            ("kpi", "a KPI: each row is a value of it"),
        ];
        view! {
            <div class="form" role="group" aria-labelledby="table-group-about">
                <h3 id="table-group-about">"What the rows are about"</h3>
                {self.choice("target", "Rows are about", "", &kinds)}
                <div class="field-pair">
                    {self.text("target_text", "Its name, the same for every row", "The id of a KPI, or the name of a series: letters, digits, dot, hyphen.")}
                    {self.column("target_column", "Or the column of its name", "(the same for every row)")}
                </div>
                <datalist id="table-kpis">{known}</datalist>
            </div>
        }
        .into_any()
    }

    fn value(&self) -> AnyView {
        let decimals =
            [("point", "1,234.56: a point begins the decimals"), ("comma", "1.234,56: a comma begins the decimals")];
        view! {
            <div class="form" role="group" aria-labelledby="table-group-value">
                <h3 id="table-group-value">"Value"</h3>
                <div class="field-pair">
                    {self.column("value", "Column of the value", "(none: each row is an event)")}
                    {self.choice("decimal", "Numbers are written", "", &decimals)}
                </div>
                <div class="field-pair">
                    {self.column("unit_column", "Column of the unit", "(the same for every row)")}
                    {self.text("unit_text", "Or the unit of every row", "Such as EUR, min, %; empty for the KPI's own.")}
                </div>
            </div>
        }
        .into_any()
    }

    fn time(&self) -> AnyView {
        let formats = [
            ("iso", "2026-12-31, 2026-12-31 09:30"),
            ("day-month-year", "31/12/2026, 31.12.2026 09:30: the day comes first"),
            ("month-day-year", "12/31/2026, 12/31/2026 9:30 PM: the month comes first"),
            ("unix-seconds", "seconds since 1970"),
            ("unix-milliseconds", "milliseconds since 1970"),
            ("pattern", "another way, as the pattern says"),
        ];
        view! {
            <div class="form" role="group" aria-labelledby="table-group-time">
                <h3 id="table-group-time">"Time"</h3>
                <div class="field-pair">
                    {self.column("time", "Column of the time", "(none: the moment of the import)")}
                    {self.choice("time_format", "Times are written", "Dates of a workbook are read as such.", &formats)}
                </div>
                <div class="field-pair">
                    {self.text("time_zone", "Time zone of times that say none", "Such as UTC, Europe/Berlin.")}
                    {self.text("time_pattern", "Pattern", "Such as %d %b %Y; only for another way.")}
                </div>
            </div>
        }
        .into_any()
    }

    fn labels(&self) -> AnyView {
        let used =
            (1..=MOST_LABELS).rev().find(|number| !self.typed(&format!("label_{number}_name")).is_empty()).unwrap_or(0);
        let rows: Vec<_> = (1..=(used + FREE_LABELS).min(MOST_LABELS))
            .map(|number| {
                view! {
                    <div class="field-pair">
                        {self.text(&format!("label_{number}_name"), &format!("Label {number}"), "")}
                        {self.column(&format!("label_{number}_column"), &format!("Column of label {number}"), "(the same for every row)")}
                        {self.text(&format!("label_{number}_text"), &format!("Or label {number} of every row"), "")}
                    </div>
                }
            })
            .collect();
        view! {
            <div class="form" role="group" aria-labelledby="table-group-labels">
                <h3 id="table-group-labels">"Labels, which tell the samples of a series apart"</h3>
                {rows}
            </div>
        }
        .into_any()
    }

    fn identity(&self) -> AnyView {
        view! {
            <div class="field-pair">
                {self.column("external_id", "Column of the row's own id", "(none)")}
                {self.column("note", "Column of a note", "(none)")}
            </div>
            <p class="hint">"A row whose id was recorded before is left as it was. Choose no id where later exports change the rows: then the same values of the same time are one."</p>
        }
        .into_any()
    }

    fn typed(&self, name: &str) -> String {
        self.forms.typed("table", name)
    }

    fn text(&self, name: &str, label: &str, hint: &str) -> AnyView {
        let Around { id, invalid, described, head, foot } = self.around(name, label, hint);
        let list = (name == "target_text").then_some("table-kpis");
        view! {
            <div class="field">
                {head}
                <input id=id name=name.to_owned() type="text" value=self.typed(name) list=list autocomplete="off" aria-invalid=invalid aria-describedby=described/>
                {foot}
            </div>
        }
        .into_any()
    }

    fn column(&self, name: &str, label: &str, none: &str) -> AnyView {
        let named = self.file.columns.iter().filter(|column| !column.is_empty());
        let options: Vec<(&str, &str)> =
            std::iter::once(("", none)).chain(named.map(|column| (column.as_str(), column.as_str()))).collect();
        self.choice(name, label, "", &options)
    }

    fn choice(&self, name: &str, label: &str, hint: &str, options: Options<'_>) -> AnyView {
        let Around { id, invalid, described, head, foot } = self.around(name, label, hint);
        let typed = self.typed(name);
        let options: Vec<_> = options
            .iter()
            .map(|(value, words)| {
                view! { <option value=(*value).to_owned() selected=*value == typed>{(*words).to_owned()}</option> }
            })
            .collect();
        view! {
            <div class="field">
                {head}
                <select id=id name=name.to_owned() aria-invalid=invalid aria-describedby=described>{options}</select>
                {foot}
            </div>
        }
        .into_any()
    }

    fn around(&self, name: &str, label: &str, hint: &str) -> Around {
        let id = format!("table-{name}");
        let problem = self.forms.problem("table", name);
        let invalid = problem.is_some().then_some("true");
        let mut described = Vec::new();
        let problem = problem.map(|text| {
            described.push(format!("{id}-problem"));
            view! { <p class="field-problem" id=format!("{id}-problem")>{text}</p> }
        });
        let hint = (!hint.is_empty()).then(|| {
            described.push(format!("{id}-hint"));
            view! { <p class="hint" id=format!("{id}-hint")>{hint.to_owned()}</p> }
        });
        Around {
            invalid,
            described: (!described.is_empty()).then(|| described.join(" ")),
            head: view! { <label for=id.clone()>{label.to_owned()}</label> }.into_any(),
            foot: view! { {problem}{hint} }.into_any(),
            id,
        }
    }
}

/// What stands around the control of a field.
struct Around {
    id: String,
    invalid: Option<&'static str>,
    described: Option<String>,
    head: AnyView,
    foot: AnyView,
}
