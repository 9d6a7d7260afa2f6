//! Facts about the threads, without a clock: one thread is held until everything waits that should.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use super::*;

fn workers(places: usize, of_a_network: usize) -> ReadWorkers {
    let limits = Limits { threads: 1, places: [places; 4], places_of_a_network: [of_a_network; 4] };
    ReadWorkers::start(limits).unwrap()
}

/// Keeps the only thread at work until the sender is dropped.
fn hold(workers: &Arc<ReadWorkers>) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (release, held) = mpsc::channel::<()>();
    let (begun, begins) = mpsc::channel::<()>();
    let workers = Arc::clone(workers);
    let holding = tokio::spawn(async move {
        let work = async move {
            begun.send(()).unwrap();
            // Ends with an error once the sender is gone.
            let _ = held.recv();
        };
        workers.run(Urgency::Past, work).await;
    });
    tokio::task::block_in_place(|| begins.recv()).unwrap();
    (release, holding)
}

/// Waits until so many pieces of work wait for the thread.
async fn until_waiting(workers: &ReadWorkers, count: usize) {
    while workers.queue.waiting() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_more_urgent_goes_first_whatever_came_first() {
    let workers = Arc::new(workers(10, 10));
    let (release, holding) = hold(&workers);
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut asked = Vec::new();
    for urgency in [Urgency::Past, Urgency::Now, Urgency::Form, Urgency::Now, Urgency::Duty] {
        let (there, order) = (Arc::clone(&workers), Arc::clone(&order));
        let waiting = workers.queue.waiting();
        asked.push(tokio::spawn(async move {
            there.run(urgency, async move { order.lock().unwrap().push(urgency) }).await;
        }));
        until_waiting(&workers, waiting + 1).await;
    }
    drop(release);
    holding.await.unwrap();
    for one in asked {
        one.await.unwrap();
    }
    let expected = [Urgency::Duty, Urgency::Form, Urgency::Now, Urgency::Now, Urgency::Past];
    assert_eq!(*order.lock().unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn long_work_gives_way_to_what_is_more_urgent() {
    let workers = Arc::new(workers(10, 10));
    let was_answered = Arc::new(AtomicBool::new(false));
    let (begun, begins) = mpsc::channel();
    let (there, seen) = (Arc::clone(&workers), Arc::clone(&was_answered));
    let long = tokio::spawn(async move {
        let work = async move {
            begun.send(()).unwrap();
            while !seen.load(Ordering::SeqCst) {
                give_way().await;
            }
        };
        there.run(Urgency::Past, work).await;
    });
    tokio::task::block_in_place(|| begins.recv()).unwrap();
    workers.run(Urgency::Now, async move { was_answered.store(true, Ordering::SeqCst) }).await;
    long.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_went_away_is_not_computed_for() {
    let workers = Arc::new(workers(10, 10));
    let (release, holding) = hold(&workers);
    let was_computed = Arc::new(AtomicBool::new(false));
    let (there, computed) = (Arc::clone(&workers), Arc::clone(&was_computed));
    let gone =
        tokio::spawn(
            async move { there.run(Urgency::Now, async move { computed.store(true, Ordering::SeqCst) }).await },
        );
    until_waiting(&workers, 1).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    assert_eq!(workers.queue.waiting(), 0, "nor does it stay in the queue");
    drop(release);
    holding.await.unwrap();
    workers.run(Urgency::Past, async {}).await;
    assert!(!was_computed.load(Ordering::SeqCst));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_under_way_ends_where_it_gives_way_once_nobody_waits() {
    let workers = Arc::new(workers(10, 10));
    let (begun, begins) = mpsc::channel();
    let there = Arc::clone(&workers);
    let endless = tokio::spawn(async move {
        let work = async move {
            begun.send(()).unwrap();
            loop {
                give_way().await;
            }
        };
        there.run(Urgency::Duty, work).await
    });
    tokio::task::block_in_place(|| begins.recv()).unwrap();
    endless.abort();
    assert!(endless.await.is_err());
    workers.run(Urgency::Past, async {}).await;
}

#[tokio::test]
async fn what_it_waits_for_comes_from_the_runtime_and_it_goes_on_on_the_thread() {
    let workers = workers(10, 10);
    let (send, receive) = oneshot::channel::<u32>();
    tokio::spawn(async move { send.send(7).unwrap() });
    let work = async move {
        let before = IS_WORKER.get();
        let got = receive.await.unwrap();
        (before, got, IS_WORKER.get())
    };
    assert_eq!(workers.run(Urgency::Now, work).await, (true, 7, true));
}

#[tokio::test]
async fn a_panic_reaches_who_asked_and_the_thread_goes_on() {
    let workers = Arc::new(workers(10, 10));
    let there = Arc::clone(&workers);
    let asked = tokio::spawn(async move { there.run(Urgency::Now, async { panic!("as it should") }).await });
    assert!(asked.await.unwrap_err().is_panic());
    assert_eq!(workers.run(Urgency::Now, async { 1 }).await, 1);
}

#[test]
fn places_are_bounded_in_all_and_for_a_network_and_come_back() {
    let workers = workers(3, 2);
    let network = |last: u8| Some(format!("10.0.0.{last}"));
    let first = workers.place(Urgency::Past, network(1)).unwrap();
    let second = workers.place(Urgency::Past, network(1)).unwrap();
    assert!(workers.place(Urgency::Past, network(1)).is_err(), "one network has two");
    let third = workers.place(Urgency::Past, network(2)).unwrap();
    let busy = workers.place(Urgency::Past, network(3)).err().unwrap();
    assert!(busy.retry_after_s > 0);
    assert!(workers.place(Urgency::Now, network(1)).is_ok(), "another urgency has places of its own");
    assert_eq!((workers.taken(Urgency::Past), workers.refused(Urgency::Past)), (3, 2));
    drop((first, second, third));
    assert_eq!(workers.taken(Urgency::Past), 0);
    assert!(workers.places.is_empty(), "nothing is remembered of networks that ask for nothing");
}
