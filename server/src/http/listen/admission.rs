//! Who gets a place: connections and event streams within limits for each client and in all.
//!
//! A client's connections that ask nothing make room for its own newer ones; where the limit in all is reached, those of
//! the client with the most do. So half headers lock nobody out, not even others at the same address.

mod pool;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use self::pool::Pool;
use super::entry::Entry;
use super::limits::{Limits, Timeouts};
use crate::http::address::{Network, TrustedProxies};

/// Which limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// That of one client.
    Network,
    /// That of all.
    All,
}

/// Marks a request of a connection in the reserve, with the limit that sent it there.
#[derive(Debug, Clone, Copy)]
pub struct Reserved(pub Full);

/// Gives places.
#[derive(Debug)]
pub struct Admission {
    limits: Limits,
    proxies: Arc<TrustedProxies>,
    held: Mutex<Places>,
}

#[derive(Debug, Default)]
struct Places {
    latest: u64,
    is_draining: bool,
    open: BTreeMap<u64, Arc<Entry>>,
    ordinary: Pool,
    reserve: Pool,
    streams: Counts,
    requests: Counts,
    refused: u64,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    of: HashMap<Network, usize>,
}

impl Counts {
    fn take(&mut self, network: Network, most: usize, most_of_one: usize) -> Result<(), Full> {
        if self.of.get(&network).is_some_and(|count| *count >= most_of_one) || most_of_one == 0 {
            return Err(Full::Network);
        }
        if self.all >= most {
            return Err(Full::All);
        }
        *self.of.entry(network).or_default() += 1;
        self.all += 1;
        Ok(())
    }

    fn give_back(&mut self, network: Network) {
        if let Some(count) = self.of.get_mut(&network) {
            *count -= 1;
            self.all -= 1;
            if *count == 0 {
                self.of.remove(&network);
            }
        }
    }
}

/// How many places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Ordinary connections.
    pub connections: usize,
    /// Connections in the reserve.
    pub reserve: usize,
    /// Event streams.
    pub streams: usize,
    /// Connections, streams and requests that were refused since the start.
    pub refused: u64,
}

/// The place of a connection; free again when it is dropped.
pub(super) struct Seat {
    pub(super) entry: Arc<Entry>,
    pub(super) reserved: Option<Reserved>,
    admission: Arc<Admission>,
}

/// A connection's place, as its requests know it.
#[derive(Debug, Clone)]
pub struct Handle {
    entry: Arc<Entry>,
    admission: Arc<Admission>,
}

/// The place of an event stream or of a request; free again when it is dropped.
#[derive(Debug)]
pub struct Permit {
    admission: Arc<Admission>,
    network: Network,
    is_stream: bool,
}

impl Admission {
    /// Gives places within these limits. Connections of trusted proxies are many clients', so what counts there are requests.
    pub fn new(limits: Limits, proxies: Arc<TrustedProxies>) -> Arc<Self> {
        Arc::new(Self { limits, proxies, held: Mutex::default() })
    }

    /// A place for a connection, with the times that hold for ordinary ones and in the reserve; `None` where even that
    /// is full for now.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr, timeouts: (&Arc<Timeouts>, &Arc<Timeouts>)) -> Option<Seat> {
        self.admit_at(Instant::now(), peer, timeouts)
    }

    fn admit_at(
        self: &Arc<Self>,
        now: Instant,
        peer: IpAddr,
        (timeouts, in_reserve): (&Arc<Timeouts>, &Arc<Timeouts>),
    ) -> Option<Seat> {
        let network = Network::of(peer);
        let is_proxy = self.proxies.contains(peer.to_canonical());
        let most_of_one = if is_proxy { usize::MAX } else { self.limits.connections_per_network };
        let mut held = self.lock();
        let places = &mut *held;
        let reserved = places.ordinary.make_room(network, self.limits.connections, most_of_one, now).err();
        if reserved.is_some() {
            let room = places.reserve.make_room(network, self.limits.reserve, self.limits.reserve, now);
            if room.is_err() {
                places.refused += 1;
                return None;
            }
        }
        places.latest += 1;
        let timeouts = if reserved.is_some() { in_reserve } else { timeouts };
        let entry = Arc::new(Entry::new(places.latest, network, Arc::clone(timeouts)));
        let pool = if reserved.is_some() { &mut places.reserve } else { &mut places.ordinary };
        pool.add(&entry);
        places.open.insert(entry.number, Arc::clone(&entry));
        if places.is_draining {
            entry.drain();
        }
        drop(held);
        Some(Seat { entry, reserved: reserved.map(Reserved), admission: Arc::clone(self) })
    }

    /// Ends a connection that asks nothing, where there is one.
    pub(super) fn make_room(&self) {
        self.lock().ordinary.displace_one(Instant::now());
    }

    /// Asks all connections to end after what is under way.
    pub(super) fn drain(&self) {
        let mut held = self.lock();
        held.is_draining = true;
        for entry in held.open.values() {
            entry.drain();
        }
    }

    /// A place for an event stream.
    ///
    /// # Errors
    /// [`Full`] where there is none.
    pub fn stream(self: &Arc<Self>, network: Network) -> Result<Permit, Full> {
        let Limits { streams, streams_per_network, .. } = self.limits;
        self.permit(network, true, |places| places.streams.take(network, streams, streams_per_network))
    }

    /// A place for a request of a client behind a trusted proxy.
    ///
    /// # Errors
    /// [`Full`] where there is none.
    pub fn request(self: &Arc<Self>, network: Network) -> Result<Permit, Full> {
        let most = self.limits.connections_per_network;
        self.permit(network, false, |places| places.requests.take(network, usize::MAX, most))
    }

    fn permit(
        self: &Arc<Self>,
        network: Network,
        is_stream: bool,
        take: impl FnOnce(&mut Places) -> Result<(), Full>,
    ) -> Result<Permit, Full> {
        let mut places = self.lock();
        take(&mut places).inspect_err(|_| places.refused += 1)?;
        Ok(Permit { admission: Arc::clone(self), network, is_stream })
    }

    /// Counts a refusal.
    pub fn count_refusal(&self) {
        self.lock().refused += 1;
    }

    /// How many places are taken.
    pub fn taken(&self) -> Taken {
        let places = self.lock();
        Taken {
            connections: places.ordinary.count(),
            reserve: places.reserve.count(),
            streams: places.streams.all,
            refused: places.refused,
        }
    }

    fn leave(&self, entry: &Entry) {
        let mut places = self.lock();
        places.ordinary.remove(entry);
        places.reserve.remove(entry);
    }

    // Each change is one step, so a thread that died while it held the lock left everything whole.
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    pub(super) fn handle(&self) -> Handle {
        Handle { entry: Arc::clone(&self.entry), admission: Arc::clone(&self.admission) }
    }
}

impl Handle {
    /// Counts the connection no more: it carries an event stream, which has a place of its own.
    pub fn leave(&self) {
        self.admission.leave(&self.entry);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.admission.leave(&self.entry);
        self.admission.lock().open.remove(&self.entry.number);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut places = self.admission.lock();
        let counts = if self.is_stream { &mut places.streams } else { &mut places.requests };
        counts.give_back(self.network);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LIMITS: Limits =
        Limits { connections: 6, connections_per_network: 3, reserve: 2, streams: 3, streams_per_network: 2 };
    const TIMEOUTS: Timeouts = Timeouts {
        header: Duration::from_secs(10),
        idle: Duration::from_mins(1),
        body: Duration::from_secs(15),
        answer: Duration::from_secs(30),
        bytes_per_second: 1_024,
    };

    fn admission() -> Arc<Admission> {
        Admission::new(LIMITS, Arc::new(TrustedProxies::new(vec!["10.0.0.1".parse().unwrap()])))
    }

    fn come(admission: &Arc<Admission>, peer: &str) -> Option<Seat> {
        let timeouts = Arc::new(TIMEOUTS);
        admission.admit(peer.parse().unwrap(), (&timeouts, &timeouts))
    }

    /// A connection that comes a second after the others.
    fn come_later(admission: &Arc<Admission>, peer: &str) -> Seat {
        let (timeouts, later) = (Arc::new(TIMEOUTS), Instant::now() + Duration::from_secs(1));
        admission.admit_at(later, peer.parse().unwrap(), (&timeouts, &timeouts)).unwrap()
    }

    /// A connection that is answered at the moment.
    fn busy(admission: &Arc<Admission>, peer: &str) -> Seat {
        let seat = come(admission, peer).unwrap();
        seat.entry.note(|activity, now| activity.asked(now, false));
        seat
    }

    #[test]
    fn beyond_the_limit_of_a_client_only_the_reserve_is_left() {
        let admission = admission();
        let _seats: Vec<Seat> = (0..3).map(|_| busy(&admission, "192.0.2.1")).collect();
        let fourth = busy(&admission, "192.0.2.1");
        assert_eq!(fourth.reserved.unwrap().0, Full::Network);
        assert!(busy(&admission, "192.0.2.2").reserved.is_none(), "another client is not concerned");
        let _fifth = busy(&admission, "192.0.2.1");
        assert!(come(&admission, "192.0.2.1").is_none(), "the reserve is full too");
        drop(fourth);
        assert!(come(&admission, "192.0.2.1").is_some());
    }

    #[test]
    fn what_asks_nothing_makes_room_for_the_same_client() {
        let admission = admission();
        let seats: Vec<Seat> = (0..3).filter_map(|_| come(&admission, "192.0.2.1")).collect();
        let newer = come_later(&admission, "192.0.2.1");
        assert!(newer.reserved.is_none());
        assert!(seats[0].entry.is_over(), "the oldest");
        assert!(!seats[1].entry.is_over());
        assert_eq!(admission.taken().connections, 3);
    }

    #[test]
    fn where_all_is_full_the_client_with_the_most_makes_room() {
        let admission = admission();
        let other = come(&admission, "192.0.2.9").unwrap();
        let two: Vec<Seat> = (0..2).filter_map(|_| come(&admission, "192.0.2.8")).collect();
        let most: Vec<Seat> = (0..3).filter_map(|_| come(&admission, "192.0.2.1")).collect();
        assert!(come_later(&admission, "192.0.2.7").reserved.is_none());
        assert!(most[0].entry.is_over());
        assert!(!other.entry.is_over() && !two.iter().any(|seat| seat.entry.is_over()));
    }

    #[test]
    fn a_trusted_proxy_is_many_clients() {
        let admission = admission();
        let _seats: Vec<Seat> = (0..6).map(|_| busy(&admission, "10.0.0.1")).collect();
        assert_eq!(busy(&admission, "10.0.0.1").reserved.unwrap().0, Full::All);
        let client = Network::of("192.0.2.1".parse().unwrap());
        let permits: Vec<Permit> = (0..3).filter_map(|_| admission.request(client).ok()).collect();
        assert_eq!(permits.len(), 3);
        assert_eq!(admission.request(client).unwrap_err(), Full::Network);
        drop(permits);
        assert!(admission.request(client).is_ok());
    }

    #[test]
    fn event_streams_have_places_of_their_own() {
        let admission = admission();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|ip| Network::of(ip.parse().unwrap()));
        let seat = busy(&admission, "192.0.2.1");
        let first = admission.stream(one).unwrap();
        seat.handle().leave();
        assert_eq!(admission.taken(), Taken { connections: 0, reserve: 0, streams: 1, refused: 0 });
        let _second = admission.stream(one).unwrap();
        assert_eq!(admission.stream(one).unwrap_err(), Full::Network);
        let _third = admission.stream(other).unwrap();
        assert_eq!(admission.stream(other).unwrap_err(), Full::All);
        drop((first, seat));
        assert!(admission.stream(other).is_ok());
        assert_eq!(admission.taken().refused, 2);
    }

    #[test]
    fn who_comes_while_the_server_stops_is_told_to_end_too() {
        let admission = admission();
        let before = busy(&admission, "192.0.2.1");
        admission.drain();
        let after = come(&admission, "192.0.2.1").unwrap();
        assert!(before.entry.is_told_to_end() && !before.entry.is_over());
        assert!(after.entry.is_told_to_end() && after.entry.is_over());
    }
}
