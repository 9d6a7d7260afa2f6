//! What to copy to connect each system.

/// How one system is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// A slug, for anchors.
    pub id: &'static str,
    /// The system's name.
    pub system: &'static str,
    /// Where the text goes, a sentence.
    pub place: &'static str,
    /// The text.
    pub text: String,
}

/// The snippets for a server at `address`: with `token`, as a sender of `source` shows it, and where it is `None` without one.
pub fn snippets(address: &str, token: Option<&str>, source: &str) -> Vec<Snippet> {
    let shown = token.unwrap_or("any");
    let token = |with: &str| token.map_or_else(String::new, |token| with.replace("{token}", token));
    let host = address.split_once("://").map_or(address, |(_, host)| host);
    let name = host.split(':').next().unwrap_or(host);
    let snippet = |id, system, place, text| Snippet { id, system, place, text };
    vec![
        snippet(
            "prometheus",
            "Prometheus: remote write",
            "In prometheus.yml.",
            format!(
                "remote_write:\n  - url: {address}/api/v1/write\n{}",
                token("    authorization:\n      credentials: {token}\n")
            ),
        ),
        snippet(
            "opentelemetry",
            "OpenTelemetry",
            "In the environment of the program; metrics over HTTP.",
            format!(
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT={address}/v1/metrics\nOTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf\n{}",
                token("OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20{token}\n")
            ),
        ),
        snippet(
            "telegraf",
            "Telegraf and InfluxDB's clients",
            "In telegraf.conf; the clients of InfluxDB 1 and 2 take the same address.",
            format!(
                "[[outputs.influxdb_v2]]\n  urls = [\"{address}\"]\n  organization = \"any\"\n  bucket = \"platform\"\n{}",
                token("  token = \"{token}\"\n")
            ),
        ),
        snippet(
            "statsd",
            "StatsD",
            "Start the server with --statsd 127.0.0.1:8125, then send datagrams there. They carry no token.",
            format!("echo 'login:1|c|#channel:web' | nc -u -w0 {name} 8125"),
        ),
        snippet(
            "mixpanel",
            "Mixpanel's clients",
            "Instead of Mixpanel's address (Python; the other clients have a host setting too).",
            format!(
                "import mixpanel\nconsumer = mixpanel.Consumer(\n    events_url=\"{address}/track\",\n    people_url=\"{address}/engage\",\n    import_url=\"{address}/import\",\n)\nmixpanel.Mixpanel(\"{shown}\", consumer=consumer).track(\"ada\", \"Signed Up\")"
            ),
        ),
        snippet(
            "amplitude",
            "Amplitude's clients",
            "Instead of Amplitude's address (Node; the other clients have a server URL too).",
            format!("amplitude.init(\"{shown}\", {{ serverUrl: \"{address}/2/httpapi\" }});"),
        ),
        snippet(
            "github",
            "GitHub",
            "Start the server with INFERNO_KPI_GITHUB_SECRET. In the repository: Settings, Webhooks, content type application/json, the same secret; events: workflow runs, pushes, deployments, deployment statuses, pull requests, issues, releases.",
            format!("{address}/webhooks/github"),
        ),
        snippet(
            "stripe",
            "Stripe",
            "Start the server with INFERNO_KPI_STRIPE_SECRET, the signing secret of the endpoint.",
            format!("{address}/webhooks/stripe"),
        ),
        snippet(
            "hubspot",
            "HubSpot",
            "Start the server with INFERNO_KPI_HUBSPOT_SECRET, the client secret of the app.",
            format!("{address}/webhooks/hubspot"),
        ),
        snippet(
            "request",
            "Anything that can send a request",
            "From a shell.",
            format!(
                "curl '{address}/api/v1/observations?source={source}' \\\n  -H 'content-type: application/json' \\\n{}  -d '{{\"kpi\": \"pipeline-build-time\", \"value\": 7, \"unit\": \"min\"}}'",
                token("  -H 'authorization: Bearer {token}' \\\n")
            ),
        ),
        snippet(
            "ci",
            "CI",
            "As the last step of a job; commit and branch are read from CI's environment.",
            format!(
                "{}inferno-kpi push --url {address} --source {source} --junit results.xml --lcov lcov.info --sarif findings.sarif",
                token("INFERNO_KPI_TOKEN={token} ")
            ),
        ),
        snippet(
            "pull",
            "Pulled by this server: Prometheus, InfluxDB, SQL, JSON, scrape targets",
            "In a file; start the server with --sources sources.toml. More in docs/pulling.md.",
            "[[pull]]\nname = \"latency\"\nkind = \"prometheus\"\nurl = \"http://127.0.0.1:9090\"\nevery = \"1 min\"\n\n[[pull.query]]\nquery = 'histogram_quantile(0.95, sum by (le) (rate(inference_duration_seconds_bucket[5m])))'\nseries = \"inference.latency\"\nunit = \"s\"\nstep = \"1 min\"\n".to_owned(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_stand_in_the_snippets_where_they_are_asked_for_only() {
        for snippet in snippets("http://kpi.example:3000", None, "ci") {
            assert!(!snippet.text.to_lowercase().contains("token = "), "{}", snippet.id);
            assert!(!snippet.text.contains("{token}"), "{}", snippet.id);
        }
        let with: Vec<&str> = snippets("http://kpi.example:3000", Some("secret"), "ci")
            .into_iter()
            .filter(|snippet| snippet.text.contains("secret"))
            .map(|snippet| snippet.id)
            .collect();
        assert_eq!(with, ["prometheus", "opentelemetry", "telegraf", "mixpanel", "amplitude", "request", "ci"]);
    }
}
