//! What became of a form that was sent, and how a form that comes back keeps what was typed.

/// The forms of a page after one of them was sent, or chosen by a link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forms {
    /// What was done just now, a sentence.
    pub notice: Option<String>,
    /// The HTML id of the form that comes back, or that is to be filled in; empty for none.
    pub form: String,
    /// What the page says above the problems.
    pub title: String,
    /// What is wrong: the name of the field (empty for the whole form) and a sentence that says what would be right.
    pub problems: Vec<(String, String)>,
    /// What was typed: the names of fields and their values.
    pub typed: Vec<(String, String)>,
}

impl Forms {
    /// A page that says what was done.
    pub fn done(notice: Option<String>) -> Self {
        Self { notice, ..Self::default() }
    }

    /// A page with one form unfolded and partly filled in.
    pub fn chosen(form: String, typed: Vec<(String, String)>) -> Self {
        Self { form, typed, ..Self::default() }
    }

    /// Whether the form of that id comes back or is to be filled in.
    pub fn is_open(&self, form: &str) -> bool {
        self.form == form
    }

    /// What was typed into a field of a form; empty where nothing was.
    pub fn typed(&self, form: &str, field: &str) -> String {
        let of_form = self.typed.iter().filter(|_| self.is_open(form));
        of_form.filter(|(name, _)| name == field).map(|(_, value)| value.clone()).next().unwrap_or_default()
    }

    /// What is wrong with a field of a form.
    pub fn problem(&self, form: &str, field: &str) -> Option<String> {
        let of_form = self.problems.iter().filter(|_| self.is_open(form));
        of_form.filter(|(name, _)| name == field).map(|(_, sentence)| sentence.clone()).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_that_was_sent_keeps_what_was_typed() {
        let forms = Forms {
            problems: vec![("reason".to_owned(), "It is missing.".to_owned())],
            ..Forms::chosen("waive-1".to_owned(), vec![("person".to_owned(), "Ada".to_owned())])
        };
        assert_eq!(forms.typed("waive-1", "person"), "Ada");
        assert_eq!(forms.typed("waive-2", "person"), "");
        assert_eq!(forms.problem("waive-1", "reason").as_deref(), Some("It is missing."));
        assert_eq!(forms.problem("sign-1", "reason"), None);
    }
}
