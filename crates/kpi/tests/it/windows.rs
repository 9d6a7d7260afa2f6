//! Answers do not depend on how points are cut into runs, nor on whether what a run is in sum is known.

use std::borrow::Cow;

use kpi::aggregate::Aggregate;
use kpi::measure::{Rule, Span, Statistic};
use kpi::point::{
    InMemory, LabelSet, Labels, Observations, Origin, Pending, Point, RunExtent, RunSummary, SeriesRuns, SeriesSource,
    Superseded,
};
use kpi::window::{Answer, RunsSource, Samples, WindowAggregate, WindowQuery, WindowSource};
use proptest::prelude::*;

use crate::support::{START_MS, framework};

/// Points of one series as slices.
struct Whole {
    points: Vec<Point>,
    superseded: Vec<Superseded>,
    labels: Vec<Vec<(String, String)>>,
}

impl Observations for Whole {
    fn points(&self, series: &str) -> &[Point] {
        if series == "s" { &self.points } else { &[] }
    }

    fn superseded(&self, series: &str) -> &[Superseded] {
        if series == "s" { &self.superseded } else { &[] }
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.labels.get(usize::try_from(set.0).unwrap()).map_or(&[], Vec::as_slice)
    }
}

type Run = (Vec<Point>, Vec<Superseded>);

/// The same, cut into runs.
struct Cut<'a> {
    whole: &'a Whole,
    runs: Vec<(Run, RunExtent, RunSummary)>,
}

impl<'a> Cut<'a> {
    /// Cut so that each run has a number of points, superseded ones included.
    fn new(whole: &'a Whole, lengths: &[usize]) -> Self {
        let counting = whole.points.iter().map(|point| (*point, None));
        let others = whole.superseded.iter().map(|one| (one.point, Some(one.superseded_ms)));
        let mut all: Vec<(Point, Option<i64>)> = counting.chain(others).collect();
        all.sort_by_key(|(point, _)| (point.time_ms, point.recorded_ms));
        let (mut runs, mut lengths) = (Vec::new(), lengths.iter().cycle());
        while !all.is_empty() {
            let rest = all.split_off((*lengths.next().unwrap()).min(all.len()));
            let points: Vec<Point> = all.iter().filter(|one| one.1.is_none()).map(|one| one.0).collect();
            let superseded: Vec<Superseded> = all
                .iter()
                .filter_map(|(point, superseded_ms)| {
                    Some(Superseded { point: *point, superseded_ms: (*superseded_ms)? })
                })
                .collect();
            let (extent, summary) = (RunExtent::of(&points, &superseded), RunSummary::of(&points, &superseded));
            runs.push(((points, superseded), extent, summary));
            all = rest;
        }
        Self { whole, runs }
    }
}

struct Runs<'a>(&'a [(Run, RunExtent, RunSummary)]);

impl SeriesRuns for Runs<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn extent(&self, run: usize) -> RunExtent {
        self.0[run].1
    }

    fn summary(&self, run: usize) -> Option<&RunSummary> {
        Some(&self.0[run].2)
    }

    fn points(&self, run: usize) -> Result<Cow<'_, [Point]>, Pending> {
        Ok(Cow::Borrowed(&self.0[run].0.0))
    }

    fn superseded(&self, run: usize) -> Result<Cow<'_, [Superseded]>, Pending> {
        Ok(Cow::Borrowed(&self.0[run].0.1))
    }
}

impl SeriesSource for Cut<'_> {
    fn series(&self, name: &str) -> Result<Option<Box<dyn SeriesRuns + '_>>, Pending> {
        Ok((name == "s" && !self.runs.is_empty()).then(|| Box::new(Runs(&self.runs)) as Box<dyn SeriesRuns>))
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.whole.labels(set)
    }
}

/// To the last bit: the text tells each digit and the sign of zero.
fn bits(answer: &Answer) -> String {
    format!("{answer:?}")
}

fn point(time_ms: i64, late_ms: i64, value: f64, set: u32, weight: u64) -> Point {
    Point { time_ms, value, recorded_ms: time_ms + late_ms, origin: Origin::Measured, labels: LabelSet(set), weight }
}

fn points() -> impl Strategy<Value = Vec<(Point, Option<i64>)>> {
    let value = prop_oneof![-1e6..1e6_f64, 0.0..1.0_f64, Just(-0.0), Just(0.1), Just(9.0), Just(1e300)];
    let weight = prop_oneof![8 => Just(1_u64), 1 => 1..5_u64, 1 => Just(1_u64 << 40)];
    let one = (0..200_i64, 0..60_i64, value, 0..24_u32, weight, prop::option::weighted(0.2, 0..90_i64));
    prop::collection::vec(one, 0..120).prop_map(|all| {
        let mut all: Vec<(Point, Option<i64>)> = all
            .into_iter()
            .map(|(time_ms, late_ms, value, set, weight, after_ms)| {
                let point = point(time_ms, late_ms, value, set, weight);
                (point, after_ms.map(|after_ms| point.recorded_ms + after_ms))
            })
            .collect();
        all.sort_by_key(|(point, _)| (point.time_ms, point.recorded_ms));
        all
    })
}

fn whole(all: &[(Point, Option<i64>)]) -> Whole {
    let label = |name: &str, value: u32| (name.to_owned(), value.to_string());
    let labels = (0..24).map(|set| vec![label("half", set % 2), label("who", set / 3)]);
    Whole {
        points: all.iter().filter(|one| one.1.is_none()).map(|one| one.0).collect(),
        superseded: all.iter().filter_map(|one| Some(Superseded { point: one.0, superseded_ms: one.1? })).collect(),
        labels: labels.collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_answer_is_the_same_however_points_are_cut(
        all in points(),
        lengths in prop::collection::vec(1..40_usize, 1..6),
        from_ms in prop_oneof![Just(i64::MIN), 0..200_i64],
        length_ms in 0..220_i64,
        known_at_ms in prop::option::of(0..300_i64),
        places in (0..60_usize, 0..60_usize),
        rank in 0.0..100.0_f64,
    ) {
        let whole = whole(&all);
        let cut = Cut::new(&whole, &lengths);
        let held = InMemory(&whole);
        let (reference, source) = (RunsSource::new(&held), RunsSource::new(&cut));
        let span = Span { from_ms, until_ms: from_ms.max(-1).saturating_add(length_ms) };
        let half = [("half".to_owned(), vec!["1".to_owned()])];
        let (everyone, ones) = (Samples::all("s"), Samples { series: "s", labels: &half });
        let statistics = [Statistic::Mean, Statistic::Percentile(rank)];
        let aggregates = [Aggregate::Last, Aggregate::Sum, Aggregate::Mean, Aggregate::Percentile(rank)];
        let mut asked = vec![
            WindowAggregate::Count,
            WindowAggregate::Sum,
            WindowAggregate::First,
            WindowAggregate::Latest,
            WindowAggregate::LatestAtLeast(9.0),
            WindowAggregate::Distinct("who"),
            WindowAggregate::NthEntity { entity: "who", nth: 3 },
            WindowAggregate::Share { entity: "who", among: ones, among_span: span.before() },
            WindowAggregate::Promoters,
            WindowAggregate::Corrections(100),
            WindowAggregate::PointCount,
            WindowAggregate::Points { first: places.0, most: places.1 },
        ];
        for statistic in statistics {
            asked.push(WindowAggregate::Statistic(statistic));
            asked.push(WindowAggregate::OfEach { entity: "who", statistic });
            asked.push(WindowAggregate::Durations { from: everyone, entity: "who", statistic });
        }
        for aggregate in aggregates {
            asked.push(WindowAggregate::Rolling { aggregate, window_ms: length_ms, first: places.0, most: places.1 });
        }
        for of in [everyone, ones] {
            for aggregate in &asked {
                let query = WindowQuery { of, span, known_at_ms, aggregate: *aggregate };
                let (expected, found) = (reference.answer(&query).unwrap(), source.answer(&query).unwrap());
                prop_assert_eq!(bits(&expected), bits(&found), "{:?}", query);
            }
            // Where a sample came from is not known of a whole run.
            let query = WindowQuery { of, span, known_at_ms, aggregate: WindowAggregate::FirstRecorded };
            let number = |answer: Answer| match answer {
                Answer::Sample(sample) => sample.map(|it| (it.recorded_ms, it.time_ms, it.value.to_bits())),
                _ => None,
            };
            prop_assert_eq!(number(reference.answer(&query).unwrap()), number(source.answer(&query).unwrap()));
        }
    }

    #[test]
    fn what_moves_along_is_what_each_point_gives_alone(all in points(), window_ms in 0..100_i64, rank in 0.0..100.0_f64) {
        let whole = whole(&all);
        let held = InMemory(&whole);
        let source = RunsSource::new(&held);
        let span = Span { from_ms: i64::MIN, until_ms: i64::MAX };
        for aggregate in [Aggregate::Last, Aggregate::Sum, Aggregate::Mean, Aggregate::Percentile(rank)] {
            let rolling = WindowAggregate::Rolling { aggregate, window_ms, first: 0, most: usize::MAX };
            let query = WindowQuery { of: Samples::all("s"), span, known_at_ms: None, aggregate: rolling };
            let expected: Vec<(i64, Option<f64>)> = (0..whole.points.len())
                .map(|place| {
                    let (upto, time_ms) = (&whole.points[..=place], whole.points[place].time_ms);
                    let window = kpi::point::after(upto, time_ms - window_ms);
                    (time_ms, aggregate.value(upto, window))
                })
                .collect();
            prop_assert_eq!(bits(&Answer::Numbers(expected)), bits(&source.answer(&query).unwrap()));
        }
    }
}

/// Answers as another source does and remembers what it was asked.
struct Listening<'a>(RunsSource<'a>, std::cell::RefCell<Vec<String>>);

impl WindowSource for Listening<'_> {
    fn answer(&self, query: &WindowQuery<'_>) -> Result<Answer, Pending> {
        self.1.borrow_mut().push(format!("{query:?}"));
        self.0.answer(query)
    }
}

#[test]
fn a_plan_names_nothing_that_an_evaluation_does_not_ask() {
    let catalogue = framework();
    let mut series = crate::support::Series::default();
    for measure in &catalogue.measures {
        let entity = match &measure.rule {
            Rule::OfEach { entity, .. }
            | Rule::Share { entity, .. }
            | Rule::Distinct { entity, .. }
            | Rule::Duration { entity, .. } => entity.as_str(),
            _ => "",
        };
        for selection in measure.rule.selections() {
            for number in 0..40 {
                let name = format!("entity {number}");
                let conditions = selection.labels.iter();
                let mut labels: Vec<(&str, &str)> =
                    conditions.map(|(label, accepted)| (label.as_str(), accepted[0].as_str())).collect();
                labels.extend(Some((entity, name.as_str())).filter(|(entity, _)| !entity.is_empty()));
                series.add_labelled(&selection.series, START_MS, 1.0, START_MS, &labels);
            }
        }
    }
    let held = InMemory(&series);
    let listening = Listening(RunsSource::new(&held), std::cell::RefCell::default());
    kpi::evaluation::evaluate(&catalogue, &listening, START_MS + 1).unwrap();
    let asked = listening.1.into_inner();
    let plan = kpi::window::plan(&catalogue, START_MS + 1);
    assert!(plan.len() > catalogue.kpis.len());
    let unasked: Vec<String> =
        plan.iter().map(|query| format!("{query:?}")).filter(|query| !asked.contains(query)).collect();
    assert_eq!(unasked, Vec::<String>::new());
}
