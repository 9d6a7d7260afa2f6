//! Talking to a server's API from the command line.

use serde::de::DeserializeOwned;
use ureq::Agent;

use super::Failure;

/// How long one exchange may take.
const TIME_LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

/// How often something is sent at most.
const TRIES: u32 = 6;
/// The longest time to wait before the next try, whatever the server asks for.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(30);

/// A server's API.
pub struct Server {
    address: String,
    token: Option<String>,
    agent: Agent,
}

impl Server {
    pub fn new(url: &str, token: Option<String>) -> Self {
        let configuration =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIME_LIMIT)).build();
        Self { address: url.trim_end_matches('/').to_owned(), token, agent: configuration.into() }
    }

    /// Gets JSON.
    pub fn get<Answer: DeserializeOwned>(&self, path: &str) -> Result<Answer, Failure> {
        self.read(self.asked(path).call())
    }

    /// Gets a list that comes in pages, all of it.
    pub fn get_list<Row: DeserializeOwned>(&self, path: &str) -> Result<Vec<Row>, Failure> {
        let (mut rows, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let response = self.asked(&path).call();
            next = response.as_ref().ok().and_then(next_page);
            rows.extend(self.read::<Vec<Row>>(response)?);
        }
        Ok(rows)
    }

    /// Gets text.
    pub fn text(&self, path: &str) -> Result<String, Failure> {
        self.read_text(self.asked(path).call())
    }

    fn asked(&self, path: &str) -> ureq::RequestBuilder<ureq::typestate::WithoutBody> {
        let request = self.agent.get(format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends bytes with a query and reads JSON.
    pub fn post_with<Answer: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        content_type: &str,
        body: &[u8],
    ) -> Result<Answer, Failure> {
        let mut request = self.agent.post(format!("{}{path}", self.address)).header("content-type", content_type);
        for (name, value) in query {
            request = request.query(name, value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.read(request.send(body))
    }

    /// Sends bytes and reads JSON.
    pub fn post<Answer: DeserializeOwned>(
        &self,
        path: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<Answer, Failure> {
        self.post_with(path, &[], content_type, body)
    }

    /// As [`Self::post`], for what may arrive twice without harm: sent again where the server can't be reached, is busy (503) or
    /// has enough for now (429).
    pub fn post_again<Answer: DeserializeOwned>(
        &self,
        path: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<Answer, Failure> {
        let mut tried = 1;
        loop {
            let mut request = self.agent.post(format!("{}{path}", self.address)).header("content-type", content_type);
            if let Some(token) = &self.token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let response = request.send(body);
            let (why, asked) = match &response {
                Ok(answer) if matches!(answer.status().as_u16(), 429 | 503) => {
                    let header = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
                    let seconds = header.and_then(|text| text.trim().parse().ok());
                    (format!("the server answered {}", answer.status().as_u16()), seconds)
                }
                Err(error) if is_of_network(error) => (error.to_string(), None),
                _ => return self.read(response),
            };
            if tried == TRIES {
                return self.read(response);
            }
            let usual = std::time::Duration::from_secs(1 << (tried - 1));
            let wait = asked.map_or(usual, std::time::Duration::from_secs).min(LONGEST_WAIT);
            eprintln!("{why}; trying again in {} s", wait.as_secs());
            std::thread::sleep(wait);
            tried += 1;
        }
    }

    fn read<Answer: DeserializeOwned>(
        &self,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let text = self.read_text(response)?;
        serde_json::from_str(&text)
            .map_err(|error| Failure::usage(format!("the server's answer can't be read: {error}")))
    }

    fn read_text(&self, response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<String, Failure> {
        let mut response = response.map_err(|error| Failure::usage(format!("{}: {error}", self.address)))?;
        let status = response.status();
        let text = response.body_mut().read_to_string().map_err(|error| Failure::usage(error.to_string()))?;
        if !status.is_success() {
            return Err(Failure::usage(explained(status.as_u16(), &text)));
        }
        Ok(text)
    }
}

/// Where the next page of a list is, by the header `Link`.
fn next_page(response: &ureq::http::Response<ureq::Body>) -> Option<String> {
    let (target, relation) = response.headers().get("link")?.to_str().ok()?.strip_prefix('<')?.split_once('>')?;
    relation.contains("rel=\"next\"").then(|| target.to_owned()).filter(|target| target.starts_with('/'))
}

/// Whether another try may succeed.
fn is_of_network(error: &ureq::Error) -> bool {
    use ureq::Error;
    matches!(error, Error::Io(_) | Error::Timeout(_) | Error::ConnectionFailed | Error::HostNotFound)
}

/// A problem document as lines for a terminal.
fn explained(status: u16, text: &str) -> String {
    let Ok(problem) = serde_json::from_str::<serde_json::Value>(text) else {
        return format!("the server answered {status}: {}", text.chars().take(200).collect::<String>());
    };
    let word = |value: &serde_json::Value, key: &str| {
        value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let mut lines =
        vec![format!("the server answered {status}: {}. {}", word(&problem, "title"), word(&problem, "detail"))];
    for error in problem.get("errors").and_then(serde_json::Value::as_array).into_iter().flatten() {
        let number = |key: &str| error.get(key).and_then(serde_json::Value::as_u64);
        let place = match (number("row"), number("column")) {
            (Some(line), Some(column)) => format!("{line}:{column}"),
            (Some(row), None) if row > 0 => format!("row {row}, {}", word(error, "field")),
            _ => word(error, "field"),
        };
        let expected = Some(word(error, "expected")).filter(|expected| !expected.is_empty());
        let expected = expected.map_or_else(String::new, |expected| format!("; expected {expected}"));
        lines.push(format!("  {place}: {}{expected}", word(error, "detail")));
    }
    lines.join("\n")
}
