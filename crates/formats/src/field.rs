//! The names of an observation's fields, and what somebody meant who wrote another one.

/// A field of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Kpi,
    Value,
    Unit,
    Time,
    ExternalId,
    Note,
    Evidence,
    Person,
    Origin,
    Series,
    Labels,
}

impl Field {
    pub(crate) const ALL: [Self; 11] = [
        Self::Kpi,
        Self::Value,
        Self::Unit,
        Self::Time,
        Self::ExternalId,
        Self::Note,
        Self::Evidence,
        Self::Person,
        Self::Origin,
        Self::Series,
        Self::Labels,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kpi => "kpi",
            Self::Value => "value",
            Self::Unit => "unit",
            Self::Time => "time",
            Self::ExternalId => "external_id",
            Self::Note => "note",
            Self::Evidence => "evidence",
            Self::Person => "person",
            Self::Origin => "origin",
            Self::Series => "series",
            Self::Labels => "labels",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// What the field holds, for a message that says what would be right.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Kpi => "the id of a KPI, as text",
            Self::Value => "a finite number, true or false, or text such as \"90 min\"",
            Self::Time => "an RFC 3339 time with a zone, a date, or milliseconds since 1970 as a whole number",
            Self::Unit => "a unit as text, such as \"ms\"",
            Self::ExternalId => "the sender's own id, as text",
            Self::Series => "the name of a series, as text",
            Self::Labels => "an object of text, numbers, true or false, such as {\"branch\": \"main\"}",
            Self::Note | Self::Evidence | Self::Person | Self::Origin => "text",
        }
    }

    /// Whether the text may have several lines.
    pub(crate) fn has_lines(self) -> bool {
        matches!(self, Self::Note | Self::Evidence)
    }
}

/// Names that other tools give to the same thing.
const OTHER_NAMES: [(&str, Field); 24] = [
    ("id", Field::ExternalId),
    ("kpi_name", Field::Kpi),
    ("kpi_id", Field::Kpi),
    ("metric", Field::Kpi),
    ("name", Field::Kpi),
    ("slug", Field::Kpi),
    ("amount", Field::Value),
    ("measurement", Field::Value),
    ("number", Field::Value),
    ("timestamp", Field::Time),
    ("date", Field::Time),
    ("datetime", Field::Time),
    ("time_ms", Field::Time),
    ("comment", Field::Note),
    ("description", Field::Note),
    ("link", Field::Evidence),
    ("url", Field::Evidence),
    ("author", Field::Person),
    ("event", Field::Series),
    ("series_name", Field::Series),
    ("metric_name", Field::Series),
    ("tags", Field::Labels),
    ("attributes", Field::Labels),
    ("dimensions", Field::Labels),
];

/// The field among `known` that somebody probably meant.
pub(crate) fn did_you_mean(written: &str, known: &[Field]) -> Option<&'static str> {
    let plain = normalise(written);
    // Comparing costs the product of both lengths; no field's name is near a long one.
    if plain.chars().count() > 40 {
        return None;
    }
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == plain).map(|(_, field)| *field);
    let near = known
        .iter()
        .map(|field| (distance(&plain, field.name()), *field))
        .filter(|(edits, field)| *edits <= 2 && *edits < field.name().len() / 2 + 1)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, field)| field);
    other.filter(|field| known.contains(field)).or(near).map(Field::name)
}

/// Lower case, with spaces and hyphens as underscores.
pub(crate) fn normalise(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// What was probably meant by each of the written names, and which names there are.
pub(crate) fn known_fields(written: &[String], known: &[Field]) -> String {
    let names: Vec<String> = known.iter().map(|field| format!("`{}`", field.name())).collect();
    let meant = written.iter().filter_map(|name| {
        did_you_mean(name, known).map(|meant| format!("did you mean `{meant}` by `{}`?", crate::text::shorten(name)))
    });
    let all = format!("the known names are {}", names.join(", "));
    meant.chain([all]).collect::<Vec<_>>().join(" ")
}

/// Edits (a character added, removed or replaced) from one word to another that is not empty (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut costs: Vec<usize> = (0..=other.len()).collect();
    for (row, left) in one.chars().enumerate() {
        let mut diagonal = row;
        let mut last = row + 1;
        for (cost, right) in costs.iter_mut().skip(1).zip(&other) {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = *cost;
            last = replaced.min(diagonal + 1).min(last + 1);
            *cost = last;
        }
    }
    costs.last().copied().unwrap_or(0)
}
