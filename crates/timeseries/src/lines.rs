//! Line protocol straight into a batch: a line whose series is known costs no allocation.
//!
//! Gives the rows, row numbers and problems of [`formats::influx::read`], and the problems that only a desk knows of.

use std::collections::BTreeMap;
use std::sync::Arc;

use formats::influx::{Line, Lines, Precision};
use formats::{Limits, Problem, Refusal};
use kpi::point::Origin;

use crate::batch::{Batch, Row};
use crate::refusal::RowRefusal;
use crate::series_cache::{Known, Learned, Taken, field};

/// What becomes of the values of a series.
pub trait Rules {
    /// The factor that its values are multiplied with; asked when a series is met for the first time.
    ///
    /// # Errors
    /// Why they are not taken: the problem's field, code, detail, and what would be right.
    fn factor(&self, name: &str, labels: &[(String, String)]) -> Result<f64, (String, &'static str, String, String)>;
}

/// What a body held beside the rows that are in the batch now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinesTaken {
    /// How many lines it had, good and bad.
    pub lines: usize,
    /// How many samples it had, those included that the desk refused.
    pub samples: usize,
    /// What was refused, in order; rows are line numbers from 1.
    pub problems: Vec<Problem>,
    /// What is not kept and no problem.
    pub left_out: BTreeMap<&'static str, usize>,
}

impl Batch {
    /// Takes the samples of a body of line protocol. Samples without a time are of the instant of the batch.
    ///
    /// # Errors
    /// As [`formats::influx::read`]; the rows up to there are in the batch, which should be dropped.
    pub fn take_lines(
        &mut self,
        body: &[u8],
        precision: Precision,
        limits: &Limits,
        origin: Origin,
        rules: &dyn Rules,
    ) -> Result<LinesTaken, Refusal> {
        let desk = Arc::clone(&self.desk);
        let series_cache = desk.series_cache();
        let mut lines = Lines::new(body, precision, limits)?;
        let mut taker = Taker { batch: self, limits, origin, rules, so_far: LinesTaken::default(), text_bytes: 0 };
        let mut texts = 0;
        let mut found: Vec<&Known> = Vec::new();
        while let Some(line) = lines.next_line() {
            if taker.so_far.lines >= limits.rows {
                return Err(Refusal::TooManyRows { limit: limits.rows });
            }
            taker.so_far.lines += 1;
            let line = match line {
                Ok(line) => line,
                Err(problem) => {
                    taker.so_far.problems.push(problem);
                    continue;
                }
            };
            found.clear();
            let mut numbers = 0;
            if let Some(fields) = series_cache.fields(line.key) {
                for (place, (name, _)) in line.numbers().enumerate() {
                    numbers += 1;
                    found.extend(field(fields, place, name));
                }
            }
            if numbers > 0 && found.len() == numbers {
                texts += line.fields.len() - numbers;
                taker.add(&line, found.iter().copied())?;
            } else {
                texts += line.fields.len() - line.numbers().count();
                taker.add_new(&line)?;
            }
        }
        let mut result = taker.so_far;
        if texts > 0 {
            result.left_out.insert("text field", texts);
        }
        Ok(result)
    }
}

struct Taker<'b> {
    batch: &'b mut Batch,
    limits: &'b Limits,
    origin: Origin,
    rules: &'b dyn Rules,
    so_far: LinesTaken,
    text_bytes: usize,
}

impl Taker<'_> {
    /// Adds the samples of a line of which everything is known.
    fn add<'k>(&mut self, line: &Line<'_, '_>, known: impl Iterator<Item = &'k Known>) -> Result<(), Refusal> {
        let time_ms = line.time_ms.unwrap_or(self.batch.recorded_ms);
        let mut refusal = self.batch.check_time(time_ms).err();
        let is_in_time = refusal.is_none();
        for ((_, value), known) in line.numbers().zip(known) {
            if self.so_far.samples >= self.limits.rows {
                return Err(Refusal::TooManyRows { limit: self.limits.rows });
            }
            self.text_bytes += known.text_bytes;
            if self.text_bytes > self.limits.text_bytes {
                return Err(Refusal::TooMuchText { limit: self.limits.text_bytes });
            }
            let row = u32::try_from(self.so_far.samples).unwrap_or(u32::MAX);
            self.so_far.samples += 1;
            match &known.taken {
                Taken::As(series, factor) if is_in_time => {
                    let value = value * factor;
                    if value.is_finite() {
                        self.batch.rows.push(Row { series: *series, time_ms, value, row, origin: self.origin });
                    } else {
                        refusal = Some(RowRefusal::NotFinite);
                    }
                }
                Taken::As(..) => {}
                Taken::Refused(wrong) => {
                    let (field, code, detail, expected) = wrong.as_ref().clone();
                    self.so_far.problems.push(Problem { row: line.row, field, code, detail, expected });
                }
            }
        }
        self.so_far.problems.extend(refusal.map(|refusal| refusal.problem(line.row)));
        Ok(())
    }

    /// Adds the samples of a line of which something is not known.
    fn add_new(&mut self, line: &Line<'_, '_>) -> Result<(), Refusal> {
        let (labels, names) = match line.identities(self.limits) {
            Ok(found) => found,
            Err(problem) => {
                self.so_far.problems.push(problem);
                return Ok(());
            }
        };
        let label_bytes: usize = labels.iter().map(|(name, value)| name.len() + value.len()).sum();
        let is_in_time = line.time_ms.is_none_or(|time_ms| self.batch.check_time(time_ms).is_ok());
        let mut all = Vec::with_capacity(names.len());
        for ((field, _), name) in line.numbers().zip(names) {
            let known = |taken: Taken| Known { text_bytes: name.len() + label_bytes, taken };
            let learned = |known: &Known| Learned { key: line.key.into(), field: field.into(), known: known.clone() };
            let factor = match self.rules.factor(&name, &labels) {
                Ok(factor) => factor,
                Err(wrong) => {
                    let refused = known(Taken::Refused(Arc::new(wrong)));
                    self.batch.learned.push(learned(&refused));
                    all.push(refused);
                    continue;
                }
            };
            if !is_in_time {
                // No series for samples that are not taken.
                all.push(known(Taken::As(crate::SeriesRef(u32::MAX), factor)));
                continue;
            }
            match self.batch.resolve(&name, &labels) {
                Ok(series) => {
                    let taken = known(Taken::As(series, factor));
                    self.batch.learned.push(learned(&taken));
                    all.push(taken);
                }
                Err(refusal) => {
                    let Problem { field, code, detail, expected, .. } = refusal.problem(line.row);
                    all.push(known(Taken::Refused(Arc::new((field, code, detail, expected)))));
                }
            }
        }
        self.add(line, all.iter())
    }
}
