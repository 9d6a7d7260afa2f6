//! `POST /api/v1/vitals`: what a browser measured of a page view. Not part of the described API: only our pages send it.

use std::net::{IpAddr, Ipv6Addr};

use axum::body::Body;
use axum::extract::State as Extracted;
use axum::http::StatusCode;
use service::page_view::NotCounted;
use service::self_measurement::Vitals;

use super::body::{self, MOST_VITALS_BYTES};
use crate::http::State;
use crate::http::access::needs::{Needs, Read};
use crate::http::address::ClientAddress;
use crate::http::problem::Problem;
use crate::system;

/// Records one page view's vitals. One that counts no more is passed over without a word: its reader did nothing wrong.
pub async fn receive(
    _: Needs<Read>,
    Extracted(state): Extracted<State>,
    client: ClientAddress,
    body: Body,
) -> Result<StatusCode, Problem> {
    let bytes = body::read(body, MOST_VITALS_BYTES).await?;
    let unreadable =
        |detail: String| Problem::new(StatusCode::BAD_REQUEST, "vitals", "The report can't be read").detail(detail);
    let vitals: Vitals = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    if !vitals.is_plausible() {
        return Err(unreadable("a number is negative or too large, or the page's name is too long".to_owned()));
    }
    let network = network(client.ip());
    let now_ms = state.dashboard.now_ms();
    let taken = state.page_views.take(&vitals.page, &vitals.stamp, &network, now_ms).map_err(refused)?;
    if let Some(name) = taken {
        let fresh = system::random().map_err(|error| {
            tracing::error!(%error, "a page view could not be kept");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed")
        })?;
        let view = (name.as_str(), &vitals);
        state.page_views.record(&state.dashboard, view, &network, bytes.to_vec(), fresh).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn refused(why: NotCounted) -> Problem {
    match why {
        NotCounted::NoStamp => {
            Problem::new(StatusCode::FORBIDDEN, "page-view-stamp", "The page view has no stamp of this server")
                .detail("A report counts with the stamp that this server put into that page, `data-stamp` of its body.")
        }
        NotCounted::TooMany { retry_after_s } => {
            let mut problem =
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-page-views", "Enough page views are counted")
                    .detail("So many page views are counted of one network, and in all.");
            problem.retry_after_s = Some(retry_after_s);
            problem
        }
    }
}

/// Whom a reader counts as: an IPv4 address, or the 48 bits of an IPv6 address that one customer of a provider may have.
fn network(ip: IpAddr) -> String {
    const OF_CUSTOMER: u128 = u128::MAX << 80;
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & OF_CUSTOMER).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_many_addresses_of_version_six_is_one_reader() {
        let network = |ip: &str| network(ip.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::3"), network("2001:db8:1:ffff::4"));
        assert_ne!(network("2001:db8:1::3"), network("2001:db8:2::3"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
