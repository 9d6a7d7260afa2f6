//! The fields of a form, each with its label, hint and problem.

use leptos::prelude::*;

use crate::forms::Forms;

/// Makes the fields of one form. Their ids are the form's id, a hyphen and the field's name.
#[derive(Debug, Clone)]
pub struct Ask {
    form: String,
    forms: Forms,
    needs_token: bool,
}

/// One field.
#[derive(Debug, Clone, Default)]
pub struct Field {
    name: &'static str,
    label: &'static str,
    hint: String,
    needed: bool,
    kind: Option<&'static str>,
    complete: Option<&'static str>,
}

impl Field {
    /// A field for a line of text that may stay empty.
    pub fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, ..Self::default() }
    }

    /// With a hint below it.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// It must be filled in.
    pub fn needed(self) -> Self {
        Self { needed: true, ..self }
    }

    /// With the type of an `input`, such as `date`.
    pub fn kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
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

impl Ask {
    /// The fields of the form of that id, as `forms` left it.
    pub fn new(form: impl Into<String>, forms: &Forms, needs_token: bool) -> Self {
        Self { form: form.into(), forms: forms.clone(), needs_token }
    }

    /// The id of the form.
    pub fn id(&self) -> String {
        self.form.clone()
    }

    /// Whether the form comes back or was chosen by a link.
    pub fn is_open(&self) -> bool {
        self.forms.is_open(&self.form)
    }

    /// Tells the server which form was sent.
    pub fn mark(&self) -> AnyView {
        self.hidden("form", self.form.clone())
    }

    /// A field that is not shown.
    pub fn hidden(&self, name: &'static str, value: String) -> AnyView {
        view! { <input id=format!("{}-{name}", self.form) type="hidden" name=name value=value/> }.into_any()
    }

    /// The name of the person who sends the form.
    pub fn person(&self) -> AnyView {
        self.input(Field { complete: Some("name"), ..Field::new("person", "Your name").needed() })
    }

    /// A token, where the server asks for one.
    pub fn token(&self) -> AnyView {
        let field = Field::new("token", "Token").needed().kind("password");
        let field = self.needs_token.then(|| self.input(field.hint("This server records only with a token.")));
        view! { {field} }.into_any()
    }

    fn around(&self, field: &Field) -> Around {
        let id = format!("{}-{}", self.form, field.name);
        let problem = self.forms.problem(&self.form, field.name);
        let mut described = Vec::new();
        let invalid = problem.is_some().then_some("true");
        let problem = problem.map(|text| {
            described.push(format!("{id}-problem"));
            view! { <p class="field-problem" id=format!("{id}-problem")>{text}</p> }
        });
        let hint = (!field.hint.is_empty()).then(|| {
            described.push(format!("{id}-hint"));
            view! { <p class="hint" id=format!("{id}-hint")>{field.hint.clone()}</p> }
        });
        let must = field.needed.then(|| view! { <span class="must">" (needed)"</span> });
        Around {
            invalid,
            described: (!described.is_empty()).then(|| described.join(" ")),
            head: view! { <label for=id.clone()>{field.label}{must}</label> }.into_any(),
            foot: view! { {problem}{hint} }.into_any(),
            id,
        }
    }

    /// A line of text.
    pub fn input(&self, field: Field) -> AnyView {
        let Around { id, invalid, described, head, foot } = self.around(&field);
        // A secret is never written back.
        let value =
            if field.kind == Some("password") { String::new() } else { self.forms.typed(&self.form, field.name) };
        view! {
            <div class="field">
                {head}
                <input
                    id=id
                    name=field.name
                    type=field.kind.unwrap_or("text")
                    value=value
                    required=field.needed
                    autocomplete=field.complete.unwrap_or("off")
                    aria-invalid=invalid
                    aria-describedby=described
                />
                {foot}
            </div>
        }
        .into_any()
    }

    /// Several lines of text.
    pub fn area(&self, field: Field) -> AnyView {
        let Around { id, invalid, described, head, foot } = self.around(&field);
        let value = self.forms.typed(&self.form, field.name);
        view! {
            <div class="field">
                {head}
                <textarea
                    class="prose-field"
                    id=id
                    name=field.name
                    rows="2"
                    required=field.needed
                    aria-invalid=invalid
                    aria-describedby=described
                    inner_html=escaped(&value)
                ></textarea>
                {foot}
            </div>
        }
        .into_any()
    }

    /// One of several: their values and words. Without something typed the first one is chosen.
    pub fn select(&self, field: Field, options: Vec<(String, String)>) -> AnyView {
        let Around { id, invalid, described, head, foot } = self.around(&field);
        let typed = self.forms.typed(&self.form, field.name);
        let options: Vec<_> = options
            .into_iter()
            .map(|(value, words)| {
                let chosen = !typed.is_empty() && value == typed;
                view! { <option value=value selected=chosen>{words}</option> }
            })
            .collect();
        view! {
            <div class="field">
                {head}
                <select id=id name=field.name required=field.needed aria-invalid=invalid aria-describedby=described>{options}</select>
                {foot}
            </div>
        }
        .into_any()
    }
}

/// Text made safe inside an element. The renderer writes what stands in a `textarea` as it is.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
