//! Small words around numbers.

/// The number and the noun, in the plural where there is not exactly one.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The verb after a number of things.
pub fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// The verb of having after a number of things.
pub fn have(count: usize) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_none_is_plural() {
        assert_eq!(counted(1, "KPI"), "1 KPI");
        assert_eq!(counted(0, "KPI"), "0 KPIs");
        assert_eq!((are(1), are(2)), ("is", "are"));
        assert_eq!((have(1), have(2)), ("has", "have"));
    }
}
