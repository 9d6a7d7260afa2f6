//! What the page Sources says of the store's soundness.

use super::sources::SoundnessView;
use crate::instant;
use crate::store_watch::{Soundness, counted};
use crate::verification::Verification;

/// How many damages the page lists; the command lists them all.
const MOST_SHOWN: usize = 50;

/// The view of what is known.
pub(super) fn view(known: Soundness) -> SoundnessView {
    let findings = known.findings.into_iter().map(|finding| [instant::long(finding.found_ms), finding.text]).collect();
    let last_known = match (known.failure, known.written_ms) {
        (Some(failure), _) => format!("What was written last can't be kept beside the database: {failure}"),
        (None, Some(written_ms)) => {
            format!("What was written last is kept beside the database, most recently {}.", instant::long(written_ms))
        }
        (None, None) => "What was written last is not kept beside the database yet.".to_owned(),
    };
    let Some(verification) = known.verification else {
        let sentence = "The whole database was not looked at yet; inferno-kpi verify does it at once.".to_owned();
        return SoundnessView { findings, sentence, damages: Vec::new(), more: String::new(), last_known };
    };
    let shown =
        verification.damages.iter().take(MOST_SHOWN).map(|it| {
            [format!("{} {}", it.table, it.row).trim_end().to_owned(), it.problem.clone(), it.affects.clone()]
        });
    let damages: Vec<[String; 3]> = shown.collect();
    let hidden = verification.damage_count.saturating_sub(damages.len() as u64);
    let more = if hidden == 0 { String::new() } else { format!("And {hidden} more: inferno-kpi verify lists them.") };
    SoundnessView { findings, sentence: sentence(&verification), damages, more, last_known }
}

fn sentence(verification: &Verification) -> String {
    let rows = counted(verification.rows(), "row");
    let result = match verification.damage_count {
        0 => "everything is what was written".to_owned(),
        count => format!(
            "{} found",
            if count == 1 { "1 damage was".to_owned() } else { format!("{} were", counted(count, "damage")) }
        ),
    };
    let without = match verification.without_checksum() {
        0 => String::new(),
        count => format!(
            " {} no checksum, because an older version wrote them.",
            if count == 1 { "1 row has".to_owned() } else { format!("{} have", counted(count, "row")) }
        ),
    };
    format!(
        "Looked at as a whole {}, in {}: {rows}, {result}.{without}",
        instant::long(verification.finished_ms),
        instant::duration((verification.finished_ms - verification.started_ms).max(0) / 1_000 * 1_000)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verification::{Checked, Damage};

    #[test]
    fn the_page_says_when_what_and_with_which_result() {
        let mut verification = Verification { started_ms: 0, finished_ms: 5_000, ..Verification::default() };
        verification.checked.push(Checked { table: "payloads".to_owned(), rows: 1_200, without_checksum: 2 });
        let of = |verification: &Verification| {
            view(Soundness { verification: Some(verification.clone()), ..Soundness::default() })
        };
        let sound = of(&verification).sentence;
        assert!(
            sound.contains("1,200 rows, everything is what was written") && sound.contains("2 rows have"),
            "{sound}"
        );
        verification.damage_count = 70;
        verification.damages = (0..60)
            .map(|row: u32| Damage {
                table: "journal".to_owned(),
                row: row.to_string(),
                problem: "other".to_owned(),
                affects: String::new(),
            })
            .collect();
        let damaged = of(&verification);
        assert!(damaged.sentence.contains("70 damages were found"), "{}", damaged.sentence);
        assert_eq!((damaged.damages.len(), damaged.damages[3][0].as_str()), (50, "journal 3"));
        assert!(damaged.more.contains("20 more"));
    }
}
