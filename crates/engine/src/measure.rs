//! The measurement of one scheme in this very process.
//!
//! For honest memory figures each scheme needs a process of its own: see [`crate::child_process`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use candle_core::utils::{barrier_pool, get_num_threads};

use crate::accuracy::{compare, first_choice};
use crate::clock::{MonotonicStopwatch, Stopwatch, as_f64, seconds_between};
use crate::error::EngineError;
use crate::matrix::Storage;
use crate::memory::ProcessMemory;
use crate::model::{Model, Positions};
use crate::plan::Plan;
use crate::report::{Rate, SchemeResult};
use crate::scheme::Scheme;
use crate::weights::WeightSource;

/// Measures `scheme` in this process by the machine's clock.
///
/// # Errors
/// An invalid plan, or a scheme that the inference library cannot run here, with the library's own words.
pub fn measure_scheme(plan: &Plan, scheme: Scheme) -> Result<SchemeResult, EngineError> {
    measure_scheme_with(plan, scheme, &MonotonicStopwatch::start())
}

/// [`measure_scheme`] by a given clock.
///
/// # Errors
/// As [`measure_scheme`].
pub fn measure_scheme_with(plan: &Plan, scheme: Scheme, clock: &dyn Stopwatch) -> Result<SchemeResult, EngineError> {
    plan.validate()?;
    // The library panics on some formats that it cannot run; that is a result to report, not an end.
    catch_unwind(AssertUnwindSafe(|| measure(plan, scheme, clock)))
        .unwrap_or_else(|payload| Err(EngineError::Panicked(panic_text(payload.as_ref()))))
}

fn measure(plan: &Plan, scheme: Scheme, clock: &dyn Stopwatch) -> Result<SchemeResult, EngineError> {
    let vocabulary_size = u32::try_from(plan.shape.vocabulary_size).unwrap_or(u32::MAX);
    let source = WeightSource::new(plan.seed);
    let prompt = source.prompt(plan.prompt_tokens, vocabulary_size);
    let comparison_prompt = source.prompt(plan.comparison_tokens, vocabulary_size);

    let storages = Storage::candidates(scheme);
    let first_storage = *storages.first().ok_or(EngineError::Output("the scheme has no storage"))?;
    let build_start_ns = clock.elapsed_ns();
    let mut model = Model::new(&plan.shape, plan.seed, first_storage, plan.longest_sequence())?;
    let weights_build_seconds = seconds_between(build_start_ns, clock.elapsed_ns());
    let (mut prompt_rate, mut generation_rate) = rates(&mut model, plan, &prompt, clock)?;
    // Before any second model exists, which is no part of what the scheme needs.
    let process_memory = ProcessMemory::of_this_process();
    let weight_bytes = model.weight_bytes();
    model.reset();
    let logits = model.read(&comparison_prompt, Positions::All)?;
    drop(model);

    for storage in storages.into_iter().skip(1) {
        let mut model = Model::new(&plan.shape, plan.seed, storage, plan.longest_sequence())?;
        let (other_prompt_rate, other_generation_rate) = rates(&mut model, plan, &prompt, clock)?;
        prompt_rate = prompt_rate.faster(other_prompt_rate);
        generation_rate = generation_rate.faster(other_generation_rate);
    }
    let mut reference = Model::new(&plan.shape, plan.seed, Storage::PlainF32, plan.longest_sequence())?;
    let difference = compare(&reference.read(&comparison_prompt, Positions::All)?, &logits)?;

    let parameters = plan.shape.parameters();
    Ok(SchemeResult {
        scheme,
        kind: scheme.kind(),
        parameters,
        weight_bytes,
        bits_per_weight: as_f64(weight_bytes) * 8.0 / as_f64(parameters),
        weights_build_seconds,
        prompt: prompt_rate,
        generation: generation_rate,
        process_memory,
        logits_relative_error: difference.relative_error,
        first_choice_agreement_share: difference.first_choice_agreement,
        threads: threads_of(scheme),
    })
}

/// Warms up and measures the prompt's and the generation's speed.
fn rates(model: &mut Model, plan: &Plan, prompt: &[u32], clock: &dyn Stopwatch) -> Result<(Rate, Rate), EngineError> {
    for _ in 0..plan.warm_up_runs {
        generate(model, plan, prompt, clock)?;
    }
    let mut prompt_rates = Vec::with_capacity(plan.repetitions);
    let mut generation_rates = Vec::with_capacity(plan.repetitions);
    for _ in 0..plan.repetitions {
        let (prompt_rate, generation_rate) = generate(model, plan, prompt, clock)?;
        prompt_rates.push(prompt_rate);
        generation_rates.push(generation_rate);
    }
    Rate::of(&prompt_rates).zip(Rate::of(&generation_rates)).ok_or(EngineError::Output("no run was measured"))
}

/// Reads the prompt at once and generates one token after the other, always the likeliest. Returns both rates in tokens
/// a second.
fn generate(model: &mut Model, plan: &Plan, prompt: &[u32], clock: &dyn Stopwatch) -> Result<(f64, f64), EngineError> {
    model.reset();
    let start_ns = clock.elapsed_ns();
    let mut token = likeliest(&model.read(prompt, Positions::Last)?)?;
    let prompt_end_ns = clock.elapsed_ns();
    for _ in 0..plan.generated_tokens {
        token = likeliest(&model.read(&[token], Positions::Last)?)?;
    }
    let end_ns = clock.elapsed_ns();
    let rate = |tokens: usize, start_ns, end_ns| as_f64(tokens as u64) / seconds_between(start_ns, end_ns);
    Ok((rate(prompt.len(), start_ns, prompt_end_ns), rate(plan.generated_tokens, prompt_end_ns, end_ns)))
}

fn likeliest(logits: &candle_core::Tensor) -> Result<u32, EngineError> {
    let logits: Vec<f32> = logits.flatten_all()?.to_vec1()?;
    u32::try_from(first_choice(&logits)).map_err(|_| EngineError::Output("a token's number is too large"))
}

/// Candle multiplies plain f32 on rayon's threads and stored formats on a pool of its own, which the caller's thread joins.
fn threads_of(scheme: Scheme) -> usize {
    if scheme == Scheme::F32 { get_num_threads() } else { barrier_pool().n_workers() + 1 }
}

fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Advances by one millisecond at each reading.
    struct Ticking(Cell<u64>);

    impl Stopwatch for Ticking {
        fn elapsed_ns(&self) -> u64 {
            self.0.set(self.0.get() + 1_000_000);
            self.0.get()
        }
    }

    #[test]
    fn rates_are_tokens_over_the_clocks_seconds() {
        let result = measure_scheme_with(&Plan::tiny(), Scheme::Q8_0, &Ticking(Cell::new(0))).unwrap();
        assert!((result.prompt.median_tokens_per_second - 8_000.0).abs() < 1e-6);
        assert!((result.generation.median_tokens_per_second - 2_000.0).abs() < 1e-6);
        assert!((result.weights_build_seconds - 0.001).abs() < 1e-12);
        assert_eq!(result.prompt.repetitions, 2);
    }

    #[test]
    fn an_invalid_plan_is_refused_before_anything_is_built() {
        let mut plan = Plan::tiny();
        plan.repetitions = 0;
        assert!(matches!(measure_scheme(&plan, Scheme::F32), Err(EngineError::InvalidPlan(_))));
    }

    #[test]
    fn every_scheme_runs_and_errs_less_with_more_bits() {
        let results: Vec<SchemeResult> =
            Scheme::ALL.iter().map(|scheme| measure_scheme(&Plan::tiny(), *scheme).unwrap()).collect();
        let error = |scheme: Scheme| {
            results.iter().find(|result| result.scheme == scheme).map(|result| result.logits_relative_error).unwrap()
        };
        assert!(error(Scheme::F32) < 1e-6);
        let rising = [
            [Scheme::F32, Scheme::F16, Scheme::Bf16, Scheme::Q4_0],
            [Scheme::F16, Scheme::Q8_0, Scheme::Q5_0, Scheme::Q4_0],
            [Scheme::F16, Scheme::Q8_1, Scheme::Q5_1, Scheme::Q4_1],
            [Scheme::Q6K, Scheme::Q5K, Scheme::Q4K, Scheme::Q3K],
            [Scheme::Q8K, Scheme::Q6K, Scheme::Q3K, Scheme::Q2K],
        ];
        for chain in rising {
            for pair in chain.windows(2) {
                let (better, worse) = (error(pair[0]), error(pair[1]));
                assert!(better < worse, "{} {better} is not below {} {worse}", pair[0], pair[1]);
            }
        }
        for result in &results {
            assert!(result.logits_relative_error < 1.0, "{result:?}");
            assert!(result.generation.median_tokens_per_second > 0.0);
        }
    }

    #[test]
    fn weight_bytes_are_those_of_the_formats_blocks() {
        // Bits per weight: the bytes of a block times eight over its values.
        let table = [
            (Scheme::F16, 16.0),
            (Scheme::Bf16, 16.0),
            (Scheme::Q4_0, 4.5),
            (Scheme::Q4_1, 5.0),
            (Scheme::Q5_0, 5.5),
            (Scheme::Q5_1, 6.0),
            (Scheme::Q8_0, 8.5),
            (Scheme::Q8_1, 9.0),
            (Scheme::Q2K, 2.625),
            (Scheme::Q3K, 3.4375),
            (Scheme::Q4K, 4.5),
            (Scheme::Q5K, 5.5),
            (Scheme::Q6K, 6.5625),
            (Scheme::Q8K, 9.125),
        ];
        let plan = Plan::tiny();
        let norms = 3 * plan.shape.hidden_size as u64;
        for (scheme, bits) in table {
            let model = Model::new(&plan.shape, plan.seed, Storage::Format(scheme), 1).unwrap();
            let expected = as_f64(plan.shape.parameters() - norms) * bits / 8.0 + as_f64(norms * 4);
            assert!((as_f64(model.weight_bytes()) - expected).abs() < 0.5, "{scheme}");
        }
    }
}
