//! `[[pull]]`: one system that is asked.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::pulled::Scrape;

use super::errors::Errors;
use super::reader::TableReader;
use super::{Kind, Pull, Reading, Request, Timing, durations, mapping};
use crate::address;
use crate::secrets::{Secrets, Text};

/// The environment, and what was read from it.
pub(super) struct Around<'a> {
    pub(super) environment: &'a dyn Fn(&str) -> Option<String>,
    pub(super) secrets: Secrets,
}

impl Around<'_> {
    fn fill(&mut self, text: &str, span: &std::ops::Range<usize>, errors: &mut Errors<'_>) -> Text {
        Text::fill(text, self.environment, &mut self.secrets).unwrap_or_else(|message| {
            errors.add(span, message);
            Text::default()
        })
    }

    /// Of an address of a database: what follows its beginning may hold any character.
    fn fill_address(&mut self, text: &str, span: &std::ops::Range<usize>, errors: &mut Errors<'_>) -> Text {
        let encoded = |value: &str| {
            let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            encoded.replace('+', "%20")
        };
        let filled = Text::fill_with(text, self.environment, &mut self.secrets, &|before, value| {
            if before.is_empty() { value.to_owned() } else { encoded(value) }
        });
        filled.unwrap_or_else(|message| {
            errors.add(span, message);
            Text::default()
        })
    }

    fn text(&mut self, reader: &mut TableReader<'_, '_>, key: &'static str, errors: &mut Errors<'_>) -> Option<Text> {
        let text = reader.optional_text(key, errors)?;
        Some(self.fill(&text, &reader.span_of(key), errors))
    }
}

/// The pull of a table; several where it is a scrape of several targets.
pub(super) fn read(mut reader: TableReader<'_, '_>, around: &mut Around<'_>, errors: &mut Errors<'_>) -> Vec<Pull> {
    let source = reader.text("name", "\"production\"", errors).unwrap_or_default();
    if source.chars().count() > 200 || source.chars().any(char::is_control) {
        errors.add(&reader.span_of("name"), "`name` has more than 200 characters or a control character");
    }
    reader.call(format!("[[pull]] \"{source}\""));
    let names = || Kind::ALL.map(|(name, _)| name).join(", ");
    let written = reader.text("kind", &format!("one of {}", names()), errors);
    let kind =
        written.as_deref().and_then(|text| Kind::ALL.iter().find(|(name, _)| *name == text)).map(|(_, kind)| *kind);
    if let (Some(written), None) = (&written, kind) {
        errors.add(&reader.span_of("kind"), format!("\"{written}\" is no kind; write one of {}", names()));
    }
    // Without its kind nobody knows which keys are right.
    let Some(kind) = kind else { return Vec::new() };
    let addresses = addresses(kind, &mut reader, around, errors);
    let headers =
        if matches!(kind, Kind::Postgres | Kind::Sqlite) { Vec::new() } else { headers(&mut reader, around, errors) };
    let parameters = parameters(kind, &mut reader, around, errors);
    let timing = timing(&mut reader, errors);
    let requests = requests(kind, &source, &mut reader, errors);
    reader.finish(errors);
    let is_several = addresses.len() > 1;
    let pull = |address: Text| {
        let mut pull = Pull {
            name: source.clone(),
            source: source.clone(),
            kind,
            address,
            headers: headers.clone(),
            parameters: parameters.clone(),
            timing,
            requests: requests.clone(),
        };
        for request in &mut pull.requests {
            if let Reading::Scrape(scrape) = &mut request.reading {
                scrape.instance = address::instance(pull.address.filled());
                if is_several {
                    pull.name = format!("{source} ({})", pull.address.written());
                }
            }
        }
        pull
    };
    addresses.into_iter().map(pull).collect()
}

fn addresses(
    kind: Kind,
    reader: &mut TableReader<'_, '_>,
    around: &mut Around<'_>,
    errors: &mut Errors<'_>,
) -> Vec<Text> {
    if kind == Kind::Sqlite {
        return reader.text("file", "\"/var/lib/crm.sqlite\"", errors).map(Text::plain).into_iter().collect();
    }
    let mut written = Vec::new();
    if kind == Kind::Scrape && reader.has("urls") {
        written = reader.texts("urls", errors).unwrap_or_default();
        if written.is_empty() {
            errors.add(&reader.span_of("urls"), "`urls` is empty");
        }
    } else {
        let example =
            if kind == Kind::Postgres { "\"postgres://reader@db.example/crm\"" } else { "\"https://metrics.example\"" };
        written.extend(reader.text("url", example, errors).map(|text| (text, reader.span_of("url"))));
    }
    let mut addresses = Vec::new();
    for (text, span) in written {
        let address = if kind == Kind::Postgres {
            around.fill_address(&text, &span, errors)
        } else {
            around.fill(&text, &span, errors)
        };
        // What could not be filled in has been told.
        if address.filled().is_empty() {
            continue;
        }
        let problem = if kind == Kind::Postgres {
            postgres_problem(&text, &address)
        } else {
            address::http_problem(address.filled())
        };
        if let Some(problem) = problem {
            errors.add(&span, problem);
        }
        addresses.push(address);
    }
    addresses
}

fn postgres_problem(written: &str, address: &Text) -> Option<&'static str> {
    if !address.filled().starts_with("postgres://") && !address.filled().starts_with("postgresql://") {
        return Some("write an address such as postgres://reader:${CRM_PASSWORD}@db.example:5432/crm");
    }
    let credentials =
        written.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map_or("", |(before, _)| before);
    let has_plain_password = credentials.split_once(':').is_some_and(|(_, password)| !password.contains("${"));
    if has_plain_password || written.contains("password=") {
        return Some("a password does not stand in the file; write ${NAME_OF_A_VARIABLE} in its place");
    }
    crate::fetch::postgres_options(address.filled()).is_err().then_some("this address of a database can't be read")
}

fn headers(reader: &mut TableReader<'_, '_>, around: &mut Around<'_>, errors: &mut Errors<'_>) -> Vec<(String, Text)> {
    let mut headers = Vec::new();
    for (name, (text, span)) in reader.text_table("headers", errors).unwrap_or_default() {
        let value = around.fill(&text, &span, errors);
        let is_name = ureq::http::HeaderName::from_bytes(name.as_bytes()).is_ok();
        if !is_name || ureq::http::HeaderValue::from_str(value.filled()).is_err() {
            errors.add(&span, format!("the header `{name}` has a name or value that no header can have"));
        }
        headers.push((name, value));
    }
    let user = around.text(reader, "user", errors);
    let password = around.text(reader, "password", errors);
    match (user, password) {
        (None, None) => {}
        (Some(user), Some(password)) if password.written().contains("${") || password.filled().is_empty() => {
            let encoded = STANDARD.encode(format!("{}:{}", user.filled(), password.filled()));
            // The encoded form is as secret as the password, and what it is made of is named in its place.
            around.secrets.add_derived(&encoded);
            let filled = format!("Basic {encoded}");
            headers.push((
                "authorization".to_owned(),
                Text::made(format!("Basic {}:{}", user.written(), password.written()), filled),
            ));
        }
        (Some(_), Some(_)) => {
            errors
                .add(&reader.span_of("password"), "a password does not stand in the file; write ${NAME_OF_A_VARIABLE}");
        }
        (Some(_), None) => errors.add(&reader.span_of("user"), "`user` needs `password`"),
        (None, Some(_)) => errors.add(&reader.span_of("password"), "`password` needs `user`"),
    }
    headers
}

fn parameters(
    kind: Kind,
    reader: &mut TableReader<'_, '_>,
    around: &mut Around<'_>,
    errors: &mut Errors<'_>,
) -> Vec<(&'static str, Text)> {
    let (key, parameter, example) = match kind {
        Kind::InfluxQl => ("database", "db", "\"telegraf\""),
        Kind::Flux => ("organisation", "org", "\"acme\""),
        _ => return Vec::new(),
    };
    let text = reader.text(key, example, errors);
    text.map(|text| (parameter, around.fill(&text, &reader.span_of(key), errors))).into_iter().collect()
}

fn timing(reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Timing {
    let second = Duration::from_secs(1);
    if !reader.has("every") {
        reader.text("every", "\"1 min\"", errors);
    }
    let every = durations::length(reader, "every", second, errors).unwrap_or(Duration::from_mins(1));
    let mut length = |key, shortest, otherwise| durations::length(reader, key, shortest, errors).unwrap_or(otherwise);
    Timing {
        every,
        timeout: length("timeout", Duration::from_millis(100), Duration::from_secs(10)),
        jitter: length("jitter", Duration::ZERO, (every / 10).min(Duration::from_secs(30))),
        look_back: length("look_back", second, Duration::from_hours(24)),
        overlap: length("overlap", Duration::ZERO, Duration::ZERO),
    }
}

fn requests(kind: Kind, source: &str, reader: &mut TableReader<'_, '_>, errors: &mut Errors<'_>) -> Vec<Request> {
    if kind == Kind::Scrape {
        let keep = reader.texts("keep", errors).map(|names| names.into_iter().map(|(name, _)| name).collect());
        let job = reader.optional_text("job", errors).unwrap_or_else(|| source.to_owned());
        let constants = mapping::constants(reader, errors);
        let scrape = Scrape { job, instance: String::new(), is_up: false, duration_s: 0.0, constants, keep };
        let reading = Reading::Scrape(scrape);
        return vec![Request { key: source.to_owned(), query: String::new(), step: None, reading }];
    }
    let tables = reader.tables("query", errors);
    if tables.is_empty() {
        errors.add(reader.span(), format!("[[pull]] \"{source}\" asks nothing; add [[pull.query]] below it"));
    }
    let mut requests = Vec::new();
    for (index, (table, span)) in tables.into_iter().enumerate() {
        let mut query = TableReader::new(table, span, format!("[[pull.query]] {} of \"{source}\"", index + 1));
        let text = match kind {
            Kind::Json => query.optional_text("query", errors).unwrap_or_default(),
            Kind::Prometheus => {
                query.text("query", "\"sum(rate(http_requests_total[5m]))\"", errors).unwrap_or_default()
            }
            Kind::Flux => {
                query.text("query", "'from(bucket: \"crm\") |> range(start: {from})'", errors).unwrap_or_default()
            }
            _ => query.text("query", "\"SELECT …\"", errors).unwrap_or_default(),
        };
        let step = match kind {
            Kind::Prometheus => durations::length(&mut query, "step", Duration::from_secs(1), errors),
            _ => None,
        };
        let reading = match kind {
            Kind::Postgres | Kind::Sqlite | Kind::Json => Reading::Rows(mapping::rows(kind, &mut query, errors)),
            _ => Reading::Named(mapping::naming(&mut query, errors)),
        };
        query.finish(errors);
        requests.push(Request { key: format!("{source} #{}", index + 1), query: text, step, reading });
    }
    requests
}
