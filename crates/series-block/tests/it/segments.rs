//! Segments give back every bit; mutated bytes are refused or read, and never panic.

use kpi::point::{LabelSet, Origin, Point, Superseded};
use proptest::prelude::*;
use series_block::{Segment, summary_from_bytes, summary_to_bytes};

fn point() -> impl Strategy<Value = Point> {
    let value = prop_oneof![any::<f64>().prop_filter("finite", |value| value.is_finite()), Just(1.0), Just(-0.0)];
    let weight = prop_oneof![9 => Just(1_u64), 1 => 1..u64::MAX];
    let time = prop_oneof![0..1_000_i64, any::<i64>()];
    (time, value, -1_000..1_000_000_i64, 0..5_usize, prop_oneof![Just(0_u32), any::<u32>()], weight).prop_map(
        |(time_ms, value, late_ms, origin, set, weight)| Point {
            time_ms,
            value,
            recorded_ms: time_ms.wrapping_add(late_ms),
            origin: Origin::ALL[origin],
            labels: LabelSet(set),
            weight,
        },
    )
}

fn segment() -> impl Strategy<Value = Segment> {
    let superseded = (point(), any::<i64>()).prop_map(|(point, superseded_ms)| Superseded { point, superseded_ms });
    (prop::collection::vec(point(), 0..60), prop::collection::vec(superseded, 0..10)).prop_map(
        |(mut points, mut superseded)| {
            points.sort_by_key(|point| (point.time_ms, point.recorded_ms));
            superseded.sort_by_key(|one| (one.point.time_ms, one.point.recorded_ms));
            Segment { points, superseded }
        },
    )
}

proptest! {
    #[test]
    fn a_segment_reads_back_to_the_last_bit(segment in segment()) {
        let read = Segment::from_bytes(&segment.to_bytes()).unwrap();
        prop_assert_eq!(format!("{read:?}"), format!("{segment:?}"));
        let (extent, summary) = (segment.extent(), segment.summary());
        let (read_extent, read_summary) = summary_from_bytes(&summary_to_bytes(&extent, &summary)).unwrap();
        prop_assert_eq!((read_extent, format!("{read_summary:?}")), (extent, format!("{summary:?}")));
    }

    #[test]
    fn mutated_bytes_never_panic(segment in segment(), places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        for mut bytes in [segment.to_bytes(), summary_to_bytes(&segment.extent(), &segment.summary())] {
            for (place, byte) in &places {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            let _ = Segment::from_bytes(&bytes);
            let _ = summary_from_bytes(&bytes);
            // With the checksum made good, so that what lies behind it is reached.
            if let Some(end) = bytes.len().checked_sub(4) {
                let checksum = crc32(&bytes[..end]);
                bytes[end..].copy_from_slice(&checksum.to_le_bytes());
                let _ = Segment::from_bytes(&bytes);
                let _ = summary_from_bytes(&bytes);
            }
        }
    }
}

/// CRC-32 as gzip has it (IEEE 802.3), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
