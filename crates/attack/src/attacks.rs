//! The attacks: what each does, on which server, and where it is written down how.

mod bodies;
mod connections;
mod floods;
mod notifications;
mod overload;
mod readings;
pub mod receiver;
mod senders;
mod streams;
mod views;

use futures::future::BoxFuture;

use crate::Result;
use crate::attack::Attack;
use crate::stage::{Props, Stage};

fn plain() -> BoxFuture<'static, Result<Props>> {
    Box::pin(async { Ok(Props::default()) })
}

fn nothing(_: &Stage) -> BoxFuture<'_, Result<()>> {
    Box::pin(async { Ok(()) })
}

static ATTACKS: [Attack; 24] = [
    Attack {
        name: "bombs-anonymous",
        what: "small bodies that unpack to 31 MiB of tiny elements, five at once to each route that reads one, without a token",
        spares_others: true,
        props: bodies::with_secrets,
        prepare: nothing,
        run: |stage| Box::pin(bodies::bombs(stage, bodies::Shown::Nothing)),
    },
    Attack {
        name: "bombs-wrong-token",
        what: "the same with a wrong token",
        spares_others: true,
        props: bodies::with_secrets,
        prepare: nothing,
        run: |stage| Box::pin(bodies::bombs(stage, bodies::Shown::Wrong)),
    },
    Attack {
        name: "bombs-right-token",
        what: "the same with a token that may send",
        spares_others: true,
        props: bodies::with_secrets,
        prepare: nothing,
        run: |stage| Box::pin(bodies::bombs(stage, bodies::Shown::Right)),
    },
    Attack {
        name: "large-bodies",
        what: "300 bodies of 8 MiB at once to `/2/httpapi`, with a wrong key in the body",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(bodies::large(stage)),
    },
    Attack {
        name: "uploads",
        what: "100 files of 8 MiB at once to the form `/sources/import`, without a token",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(bodies::uploads(stage)),
    },
    Attack {
        name: "unsigned-webhooks",
        what: "100 bodies of 8 MiB at once to each webhook, wrongly signed",
        spares_others: true,
        props: bodies::with_secrets,
        prepare: nothing,
        run: |stage| Box::pin(bodies::webhooks(stage)),
    },
    Attack {
        name: "slow-bodies",
        what: "400 bodies that come a byte at a time, with and without a token",
        spares_others: true,
        props: connections::impatient,
        prepare: nothing,
        run: |stage| Box::pin(connections::slow_bodies(stage)),
    },
    Attack {
        name: "half-headers",
        what: "1,100 heads that never end, some growing by a byte a second",
        spares_others: true,
        props: connections::impatient,
        prepare: nothing,
        run: |stage| Box::pin(connections::half_headers(stage)),
    },
    Attack {
        name: "idle-connections",
        what: "5,000 connections from one address that say nothing",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(connections::idle(stage, false)),
    },
    Attack {
        name: "idle-from-many",
        what: "5,000 connections from 39 addresses that say nothing",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(connections::idle(stage, true)),
    },
    Attack {
        name: "slow-readers",
        what: "300 clients that ask for a long answer and read nothing of it",
        spares_others: true,
        props: plain,
        prepare: |stage| Box::pin(readings::fill(stage, 40_000)),
        run: |stage| Box::pin(connections::slow_readers(stage)),
    },
    Attack {
        name: "event-streams",
        what: "1,100 event streams from one address, without a token",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(streams::anonymous(stage)),
    },
    Attack {
        name: "10000-streams",
        what: "10,000 idle event streams from 39 addresses, on a server whose limits allow them",
        spares_others: true,
        props: streams::for_many,
        prepare: nothing,
        run: |stage| Box::pin(streams::ten_thousand(stage)),
    },
    Attack {
        name: "page-views",
        what: "page views as fast as they are answered, made up and with what the server's pages carry",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(views::flood(stage)),
    },
    Attack {
        name: "past-instants",
        what: "200 past instants at once over 400,000 observations, again and again",
        spares_others: true,
        props: plain,
        prepare: |stage| Box::pin(readings::fill(stage, 400_000)),
        run: |stage| Box::pin(readings::past(stage)),
    },
    Attack {
        name: "long-histories",
        what: "`history.csv` of 100,000 values, 50 at once, again and again",
        spares_others: true,
        props: plain,
        prepare: |stage| Box::pin(readings::fill(stage, 200_000)),
        run: |stage| Box::pin(readings::histories(stage)),
    },
    Attack {
        name: "series-names",
        what: "200,000 names of series from one source; then another source sends a new event",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(senders::names(stage)),
    },
    Attack {
        name: "wrong-tokens",
        what: "wrong tokens as fast as they are answered, from one address",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(floods::wrong_tokens(stage)),
    },
    Attack {
        name: "bad-bodies",
        what: "bodies that nobody can read, to every protocol, without a token and with a wrong one",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(senders::bad_bodies(stage)),
    },
    Attack {
        name: "forged-requests",
        what: "`GET /track` and its kin as a page of another site lets a browser ask, with the credentials that the browser keeps",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(senders::forged(stage)),
    },
    Attack {
        name: "hanging-webhook",
        what: "four webhooks, three of them on one host; one never answers",
        spares_others: true,
        props: notifications::receivers,
        prepare: nothing,
        run: |stage| Box::pin(notifications::deliver(stage)),
    },
    Attack {
        name: "overload-pages",
        what: "twice as many requests for the overview as the server can answer",
        spares_others: false,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(overload::pages(stage)),
    },
    Attack {
        name: "overload-writes",
        what: "twice as many writes as the server can acknowledge",
        spares_others: false,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(overload::writes(stage)),
    },
    Attack {
        name: "stop-under-attack",
        what: "SIGTERM while 200 half heads, 100 half bodies and 100 event streams are open",
        spares_others: true,
        props: plain,
        prepare: nothing,
        run: |stage| Box::pin(connections::left_open(stage)),
    },
];

/// The attacks of these names; all of them without names.
pub fn chosen(names: &[String]) -> Result<Vec<&'static Attack>> {
    if let Some(unknown) = names.iter().find(|name| ATTACKS.iter().all(|attack| attack.name != name.as_str())) {
        let known: Vec<&str> = ATTACKS.iter().map(|attack| attack.name).collect();
        return Err(format!("there is no attack {unknown}; there are {}", known.join(", ")).into());
    }
    let is_chosen = |attack: &&Attack| names.is_empty() || names.iter().any(|name| name == attack.name);
    Ok(ATTACKS.iter().filter(is_chosen).collect())
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn names_are_unique_and_unknown_ones_are_told() {
        let all = chosen(&[]).unwrap();
        let names: std::collections::BTreeSet<&str> = all.iter().map(|attack| attack.name).collect();
        assert_eq!(names.len(), all.len());
        assert!(chosen(&["no-such".to_owned()]).is_err());
    }
}
