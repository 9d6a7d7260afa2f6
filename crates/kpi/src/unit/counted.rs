//! What may stand before a stroke and be counted: `tokens/s`, and not `km/h`, which is no frequency.

use super::{PREFIXES, THINGS};

/// Short words that are things and no unit.
const SHORT_THINGS: &[&str] = &[
    "cve", "ad", "ads", "fix", "tag", "bot", "app", "key", "box", "slo", "dag", "cves", "apps", "keys", "job", "run",
    "row", "pr", "prs", "mr", "mrs", "req", "op", "ops", "tx", "txn", "txs", "tps", "rpc", "io", "ios", "msg", "pkt",
    "hit", "bug", "jobs", "runs", "rows", "user", "file", "test", "page", "call", "task", "card", "deal", "lead",
    "sms", "api", "ip", "url", "vm", "pod", "cpu", "gpu", "doc", "docs", "log", "logs", "new", "bugs", "hits",
];

/// Units of other quantities, in one; what they are multiplied with stands before them (`kilometers`).
const QUANTITIES: &[&str] = &[
    "meter",
    "metre",
    "gram",
    "gramme",
    "watt",
    "joule",
    "volt",
    "ampere",
    "amp",
    "newton",
    "pascal",
    "liter",
    "litre",
    "kelvin",
    "celsius",
    "fahrenheit",
    "calorie",
    "candela",
    "lumen",
    "lux",
    "mole",
    "coulomb",
    "farad",
    "henry",
    "ohm",
    "siemens",
    "tesla",
    "weber",
    "becquerel",
    "sievert",
    "tonne",
    "watthour",
    "parsec",
    "electronvolt",
];

/// The same, only as whole words.
const WHOLE: &[&str] = &[
    "mile",
    "foot",
    "feet",
    "inch",
    "inche",
    "yard",
    "pound",
    "ounce",
    "ton",
    "degree",
    "radian",
    "gallon",
    "acre",
    "knot",
    "hectare",
    "horsepower",
    "lakh",
    "crore",
    "gross",
    "pair",
    "celsiu",
    "siemen",
    "volts",
];

/// Whether a text names things that can be counted one by one.
pub(super) fn is_thing(text: &str) -> bool {
    let is_text = text.chars().all(|character| character.is_alphabetic() || matches!(character, ' ' | '-' | '_'));
    is_text && !text.is_empty() && text.split([' ', '-', '_']).filter(|word| !word.is_empty()).all(is_thing_word)
}

fn is_thing_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    if THINGS.contains(&singular) || THINGS.contains(&lower.as_str()) || SHORT_THINGS.contains(&lower.as_str()) {
        return true;
    }
    // "k/s" might be a thousand of anything, and so might "kreq/s".
    let is_multiple = |noun: &str| {
        PREFIXES.iter().any(|prefix| {
            noun.strip_prefix(prefix).is_some_and(|rest| {
                let rest = rest.to_lowercase();
                let one = rest.strip_suffix('s').unwrap_or(&rest);
                rest.is_empty() || THINGS.contains(&one) || SHORT_THINGS.contains(&rest.as_str())
            })
        })
    };
    // Codes of units are short; words of things seldom are.
    let is_code = word.is_ascii() && word.len() <= 3 || matches!(word, "kcal" | "kgCO" | "Torr" | "torr" | "mmHg");
    let is_quantity =
        QUANTITIES.iter().any(|unit| lower == *unit || singular.strip_suffix(unit).is_some_and(is_prefix));
    let is_number = matches!(
        singular,
        "thousand" | "million" | "billion" | "trillion" | "hundred" | "dozen" | "percent" | "kilo" | "mega" | "giga"
    );
    !(is_multiple(word)
        || is_code
        || is_quantity
        || is_number
        || WHOLE.contains(&singular)
        || WHOLE.contains(&lower.as_str()))
}

fn is_prefix(text: &str) -> bool {
    matches!(
        text,
        "" | "kilo"
            | "mega"
            | "giga"
            | "tera"
            | "peta"
            | "milli"
            | "micro"
            | "nano"
            | "pico"
            | "centi"
            | "deci"
            | "hecto"
    )
}
