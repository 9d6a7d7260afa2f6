//! Who answers for KPIs, who reads them, and when nobody is to be told.

/// A role that answers for KPIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The name that KPIs give in `owner`.
    pub name: String,
    /// Where notices to it go.
    pub email: Option<String>,
}

/// Who reads which KPIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// The tracks whose KPIs it reads.
    pub tracks: Vec<String>,
    /// Further KPIs that it reads.
    pub kpis: Vec<String>,
}

/// A time in which no notification is sent about some KPIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    /// Its first millisecond since the Unix epoch.
    pub starts_ms: i64,
    /// The first millisecond after it.
    pub ends_ms: i64,
    /// Why.
    pub reason: String,
    /// The tracks that it is about; with `kpis` empty too, everything.
    pub tracks: Vec<String>,
    /// The KPIs that it is about.
    pub kpis: Vec<String>,
}
