//! The one suite of facts that every adapter must show, stamped on each by [`crate::store_contract!`].
//!
//! A fact is a function that is given somewhere to open stores in. What only one database has is tested in its adapter.

#![expect(clippy::missing_errors_doc, reason = "a fact fails as the store it is shown on does")]

mod atomic;
mod benchmarks;
mod blocks;
mod bodies;
mod change_feed;
mod concurrent;
mod digests;
mod documents;
mod duplicates;
pub mod filled;
mod journal;
mod judging;
mod labels;
mod leases;
mod listing;
mod loading;
mod log;
mod outbox;
mod payload_lists;
mod points;
mod rate;
mod read_only;
mod rollups;
mod round_trips;
pub mod samples;
mod sources;
mod superseding;

use std::sync::Arc;

use async_trait::async_trait;

use crate::{Store, StoreError};

pub use atomic::*;
pub use benchmarks::*;
pub use blocks::*;
pub use bodies::*;
pub use change_feed::*;
pub use concurrent::*;
pub use digests::*;
pub use documents::*;
pub use duplicates::*;
pub use journal::*;
pub use judging::*;
pub use labels::*;
pub use leases::*;
pub use listing::*;
pub use loading::*;
pub use log::*;
pub use outbox::*;
pub use payload_lists::*;
pub use points::*;
pub use rate::*;
pub use read_only::*;
pub use rollups::*;
pub use round_trips::*;
pub use sources::*;
pub use superseding::*;

/// How a fact ends.
pub type Outcome = Result<(), StoreError>;

/// Somewhere to keep records for the time of one test, empty at first and shared with no other test.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// Makes the place.
    async fn create() -> Self
    where
        Self: Sized;
    /// Opens a store there; every call sees the same records.
    ///
    /// # Errors
    /// What the adapter gives.
    async fn open(&self) -> Result<Arc<dyn Store>, StoreError>;
    /// Removes the place and all that was kept.
    async fn remove(&self);
}

/// Makes one test of each fact for a type that is a [`contract::Backend`](crate::contract::Backend).
///
/// The crate needs `tokio` with its macros and its threaded runtime.
#[macro_export]
macro_rules! store_contract {
    ($backend:ty) => {
        $crate::store_contract! { @stamp $backend;
            a_payload_comes_back_as_it_went_in
            an_observation_comes_back_as_it_went_in
            text_of_every_script_comes_back
            extreme_numbers_come_back_bit_for_bit
            extreme_times_come_back
            an_empty_store_has_nothing
            records_are_there_after_reopening
            what_no_database_can_hold_is_refused
            an_id_that_can_not_be_is_not_found
            a_reading_sent_again_is_left_alone
            a_reading_sent_twice_in_one_batch_is_kept_once
            the_same_external_id_of_another_source_is_another_reading
            a_payload_without_news_is_kept
            new_ids_come_in_the_order_given
            what_is_superseded_says_since_when_wherever_it_is_read
            what_stands_of_a_report_and_what_brought_it_is_found
            a_reading_that_is_known_supersedes_nothing
            an_observation_is_superseded_once
            a_batch_with_a_repeated_id_leaves_nothing
            a_batch_with_a_taken_id_leaves_nothing
            a_batch_of_an_absent_payload_leaves_nothing
            a_repeated_payload_leaves_its_observations_out
            points_come_in_order_of_id_and_page_on
            ids_are_ordered_by_their_bytes
            a_batch_of_thousands_is_kept_whole
            observations_come_newest_first
            a_cursor_pages_through_equal_times_without_loss
            a_list_keeps_to_its_series_and_times
            a_list_of_many_series_holds_them_all
            each_source_is_summed_up
            a_benchmark_run_goes_from_running_to_done
            benchmark_runs_come_newest_first
            only_running_benchmarks_are_interrupted
            labels_come_back_as_they_went_in
            labels_out_of_order_are_refused
            an_entry_comes_back_as_it_went_in_also_after_reopening
            a_commit_is_kept_whole_or_not_at_all
            a_taken_place_is_a_conflict
            the_journal_pages_on_in_order_of_id
            a_stream_is_read_newest_first
            a_document_is_replaced_by_the_later_one
            of_writers_of_the_same_place_one_wins
            writers_of_many_streams_in_opposite_order_never_stop_each_other
            what_no_journal_can_hold_is_refused
            a_document_is_written_only_over_the_version_that_was_read
            a_commit_over_another_version_leaves_nothing
            writers_of_one_document_lose_no_change
            documents_are_listed_by_name_and_renamed
            what_is_added_is_numbered_from_one
            a_reader_of_greater_numbers_loses_nothing_of_writers_at_once
            who_listens_is_woken_by_what_is_added
            the_log_goes_on_after_reopening
            a_lease_goes_on_under_the_same_number_while_it_is_held
            a_lease_that_was_given_back_is_taken_under_a_greater_number
            leases_of_other_names_are_others
            a_message_is_claimed_by_one_until_the_claim_ends
            claimers_at_once_never_claim_the_same_message
            a_message_is_kept_once
            due_messages_come_oldest_first
            each_channel_has_a_queue_of_its_own
            the_outcome_of_a_delivery_is_kept
            concurrent_writers_lose_nothing
            writers_of_the_same_readings_in_opposite_order_both_succeed
            a_closed_store_is_unavailable
            no_write_is_taken_while_the_store_is_closed_for_writing
            a_probe_gets_through_a_closed_store
            a_refused_record_leaves_the_store_open_for_others
            logged_payloads_come_back_as_they_went_in
            payloads_of_the_formats_asked_for_come_by_number_and_page_on
            a_log_is_kept_whole_or_not_at_all
            a_series_is_kept_once
            series_come_by_number_and_page_on
            labels_of_any_length_make_a_series
            a_payload_without_a_number_is_refused
            writers_of_the_log_lose_nothing_and_the_totals_agree
            a_payload_is_found_by_its_number
            payloads_are_listed_without_bodies_the_greatest_number_first
            payloads_are_listed_by_source_and_state
            a_verdict_is_kept_and_corrects_the_totals
            a_verdict_on_no_payload_is_a_conflict
            judges_of_the_same_payload_leave_totals_that_agree
            old_bodies_are_deleted_and_their_payloads_stay
            bodies_that_are_still_needed_stay
            blocks_come_back_as_they_went_in
            blocks_that_reach_into_a_time_are_found
            a_flush_replaces_blocks
            a_flush_is_kept_whole_or_not_at_all
            blocks_of_every_time_are_kept
            the_watermark_never_falls
            flushes_at_once_lose_nothing
            old_blocks_are_deleted_up_to_the_limit
            a_thousand_blocks_are_flushed_whole
            what_was_settled_comes_back
            segments_are_replaced_whole_or_not_at_all
            buckets_are_replaced_and_read_in_order
            several_series_are_asked_for_together
            a_flush_with_the_same_buckets_twice_is_refused
            old_buckets_of_one_resolution_are_deleted
            every_row_has_a_checksum_that_tells_a_change_of_any_column
            a_row_that_is_written_again_has_a_new_checksum
            what_was_written_last_is_told_and_found_again
            a_store_that_was_filled_does_not_contradict_itself
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "a measurement, for --ignored --nocapture"]
        async fn rate_of_payloads_of_line_protocol() {
            let backend = <$backend as $crate::contract::Backend>::create().await;
            let outcome = $crate::contract::measure_payload_rate(&backend, 1000).await;
            $crate::contract::Backend::remove(&backend).await;
            println!("{}", outcome.expect("a measurement"));
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "a measurement, for --ignored --nocapture"]
        async fn rate_of_ten_thousand_observations_in_batches_of_500() {
            let backend = <$backend as $crate::contract::Backend>::create().await;
            let outcome = $crate::contract::measure_rate(&backend, 10_000, 500).await;
            $crate::contract::Backend::remove(&backend).await;
            println!("{}", outcome.expect("a measurement"));
        }
    };
    (@stamp $backend:ty; $($fact:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $fact() {
                let backend = std::sync::Arc::new(<$backend as $crate::contract::Backend>::create().await);
                let here: std::sync::Arc<dyn $crate::contract::Backend> = backend.clone();
                // In a task of its own, so that the place is removed even when the fact does not hold.
                let outcome = tokio::spawn(async move { $crate::contract::$fact(here.as_ref()).await }).await;
                $crate::contract::Backend::remove(backend.as_ref()).await;
                outcome.expect("the fact holds").expect("the store does its part");
            }
        )*
    };
}
