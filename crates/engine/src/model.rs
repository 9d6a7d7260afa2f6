//! The reference model: a decoder-only transformer with a key-value cache, at batch size 1.
//!
//! Pre-norm layers of `RMSNorm`, causal multi-head attention with rotary positions and `SwiGLU`, as in the Llama family
//! (H. Touvron and others, "`LLaMA`: Open and Efficient Foundation Language Models", 2023), with an output head of its own.
//! Norms, attention scores and the cache are f32 in every scheme; all matrices, the embedding included, are stored in it.

use candle_core::{D, Device, Result, Tensor};
use candle_nn::kv_cache::KvCache;
use candle_nn::ops::{rms_norm, silu, softmax_last_dim};
use candle_nn::rotary_emb::rope;

use crate::clock::as_f64;
use crate::matrix::{Matrix, Storage, Table, plain_bytes};
use crate::plan::ModelShape;
use crate::weights::WeightSource;

const NORM_EPSILON: f32 = 1e-5;
const ROTARY_BASE: f64 = 10_000.0;
/// Streams of random numbers set aside for each layer; more than its matrices.
const STREAMS_PER_LAYER: u32 = 16;

struct Layer {
    attention_norm: Tensor,
    query: Matrix,
    key: Matrix,
    value: Matrix,
    attention_output: Matrix,
    feed_forward_norm: Tensor,
    gate: Matrix,
    up: Matrix,
    down: Matrix,
    cache: KvCache,
}

/// At which positions the logits are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Positions {
    Last,
    All,
}

/// The model in one scheme, with what it has read so far.
pub(crate) struct Model {
    shape: ModelShape,
    embedding: Table,
    layers: Vec<Layer>,
    output_norm: Tensor,
    head: Matrix,
    rotary_cosine: Tensor,
    rotary_sine: Tensor,
    tokens_read: usize,
}

impl Model {
    /// Draws and stores one tensor after the other, so that never more than one of them exists as f32 beside the model.
    pub(crate) fn new(shape: &ModelShape, seed: u32, storage: Storage, longest_sequence: usize) -> Result<Self> {
        let source = WeightSource::new(seed);
        let (hidden, feed_forward) = (shape.hidden_size, shape.feed_forward_size);
        let matrix = |stream: u32, rows: usize, columns: usize| {
            #[expect(clippy::cast_possible_truncation, reason = "a weight needs no more than f32")]
            let deviation = as_f64(columns as u64).sqrt().recip() as f32;
            Matrix::new(&source.normal(stream, rows, columns, deviation)?, storage)
        };
        let norm = || Tensor::ones(hidden, candle_core::DType::F32, &Device::Cpu);
        let layers = (1_u32..)
            .take(shape.layers)
            .map(|index| {
                let first = index * STREAMS_PER_LAYER;
                Ok(Layer {
                    attention_norm: norm()?,
                    query: matrix(first, hidden, hidden)?,
                    key: matrix(first + 1, hidden, hidden)?,
                    value: matrix(first + 2, hidden, hidden)?,
                    attention_output: matrix(first + 3, hidden, hidden)?,
                    feed_forward_norm: norm()?,
                    gate: matrix(first + 4, feed_forward, hidden)?,
                    up: matrix(first + 5, feed_forward, hidden)?,
                    down: matrix(first + 6, hidden, feed_forward)?,
                    cache: KvCache::new(2, longest_sequence),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let (rotary_cosine, rotary_sine) = rotary_table(shape.head_size(), longest_sequence)?;
        Ok(Self {
            shape: shape.clone(),
            // A look-up has a fan-in of one: the residual stream starts with variance 1.
            embedding: Table::new(source.normal(0, shape.vocabulary_size, hidden, 1.0)?, storage)?,
            layers,
            output_norm: norm()?,
            head: matrix(1, shape.vocabulary_size, hidden)?,
            rotary_cosine,
            rotary_sine,
            tokens_read: 0,
        })
    }

    /// Bytes of all stored weights.
    pub(crate) fn weight_bytes(&self) -> u64 {
        let layers = self.layers.iter().map(|layer| {
            let matrices =
                [&layer.query, &layer.key, &layer.value, &layer.attention_output, &layer.gate, &layer.up, &layer.down];
            matrices.map(Matrix::storage_bytes).iter().sum::<u64>()
                + plain_bytes(&layer.attention_norm)
                + plain_bytes(&layer.feed_forward_norm)
        });
        self.embedding.storage_bytes()
            + layers.sum::<u64>()
            + plain_bytes(&self.output_norm)
            + self.head.storage_bytes()
    }

    /// Forgets what was read.
    pub(crate) fn reset(&mut self) {
        self.tokens_read = 0;
        for layer in &mut self.layers {
            layer.cache.reset();
        }
    }

    /// Reads `tokens` after those read before. Returns the logits, positions by vocabulary.
    pub(crate) fn read(&mut self, tokens: &[u32], positions: Positions) -> Result<Tensor> {
        let count = tokens.len();
        let ids = Tensor::from_slice(tokens, count, &Device::Cpu)?;
        let cosine = self.rotary_cosine.narrow(0, self.tokens_read, count)?;
        let sine = self.rotary_sine.narrow(0, self.tokens_read, count)?;
        let mask = causal_mask(self.tokens_read, count)?;
        let mut stream = self.embedding.rows(&ids)?;
        for layer in &mut self.layers {
            let normed = rms_norm(&stream, &layer.attention_norm, NORM_EPSILON)?;
            stream = (stream + layer.attend(&normed, &self.shape, &cosine, &sine, mask.as_ref())?)?;
            let normed = rms_norm(&stream, &layer.feed_forward_norm, NORM_EPSILON)?;
            let gated = (silu(&layer.gate.product(&normed)?)? * layer.up.product(&normed)?)?;
            stream = (stream + layer.down.product(&gated)?)?;
        }
        self.tokens_read += count;
        if positions == Positions::Last {
            stream = stream.narrow(0, count - 1, 1)?.contiguous()?;
        }
        self.head.product(&rms_norm(&stream, &self.output_norm, NORM_EPSILON)?)
    }
}

impl Layer {
    fn attend(
        &mut self,
        input: &Tensor,
        shape: &ModelShape,
        cosine: &Tensor,
        sine: &Tensor,
        mask: Option<&Tensor>,
    ) -> Result<Tensor> {
        let count = input.dim(0)?;
        let by_head = |tensor: Tensor| {
            tensor.reshape((1, count, shape.attention_heads, shape.head_size()))?.transpose(1, 2)?.contiguous()
        };
        let query = rope(&by_head(self.query.product(input)?)?, cosine, sine)?;
        let key = rope(&by_head(self.key.product(input)?)?, cosine, sine)?;
        let value = by_head(self.value.product(input)?)?;
        let (keys, values) = self.cache.append(&key, &value)?;
        let scale = as_f64(shape.head_size() as u64).sqrt().recip();
        let scores = (query.matmul(&keys.transpose(D::Minus2, D::Minus1)?)? * scale)?;
        let scores = match mask {
            Some(mask) => scores.broadcast_add(mask)?,
            None => scores,
        };
        let mixed = softmax_last_dim(&scores)?.matmul(&values)?;
        let joined = mixed.transpose(1, 2)?.contiguous()?.reshape((count, shape.hidden_size))?;
        self.attention_output.product(&joined)
    }
}

/// Cosines and sines of the rotary positions (J. Su and others, "`RoFormer`", 2021): positions by half a head.
fn rotary_table(head_size: usize, positions: usize) -> Result<(Tensor, Tensor)> {
    let half = head_size / 2;
    let angles: Vec<f64> = (0..positions)
        .flat_map(|position| {
            (0..half).map(move |index| {
                as_f64(position as u64) / ROTARY_BASE.powf(as_f64(2 * index as u64) / as_f64(head_size as u64))
            })
        })
        .collect();
    let angles = Tensor::from_vec(angles, (positions, half), &Device::Cpu)?;
    let single = |values: Tensor| values.to_dtype(candle_core::DType::F32);
    Ok((single(angles.cos()?)?, single(angles.sin()?)?))
}

/// What keeps a position from seeing later ones; one token alone sees all that came before and needs none.
fn causal_mask(before: usize, count: usize) -> Result<Option<Tensor>> {
    if count == 1 {
        return Ok(None);
    }
    let total = before + count;
    let values: Vec<f32> = (0..count)
        .flat_map(|row| (0..total).map(move |column| if column > before + row { f32::NEG_INFINITY } else { 0.0 }))
        .collect();
    Tensor::from_vec(values, (count, total), &Device::Cpu).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::Scheme;

    fn tiny(storage: Storage, seed: u32) -> Model {
        Model::new(&ModelShape::tiny(), seed, storage, 16).unwrap()
    }

    fn logits(model: &mut Model, tokens: &[u32]) -> Vec<Vec<f32>> {
        model.reset();
        model.read(tokens, Positions::All).unwrap().to_vec2().unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_logits() {
        for storage in [Storage::PlainF32, Storage::Format(Scheme::F32), Storage::Format(Scheme::Q4K)] {
            let first = logits(&mut tiny(storage, 1), &[1, 2, 3]);
            assert_eq!(first, logits(&mut tiny(storage, 1), &[1, 2, 3]));
            assert_ne!(first, logits(&mut tiny(storage, 2), &[1, 2, 3]));
        }
    }

    #[test]
    fn a_position_never_sees_later_ones() {
        let mut model = tiny(Storage::PlainF32, 1);
        let (left, right) = (logits(&mut model, &[1, 2, 3]), logits(&mut model, &[1, 2, 200]));
        for (left, right) in left.iter().zip(&right).take(2) {
            assert!(largest_difference(left, right) < 1e-5);
        }
        assert!(largest_difference(&left[2], &right[2]) > 0.1);
    }

    #[test]
    fn reading_one_by_one_with_the_cache_equals_reading_at_once() {
        let mut model = tiny(Storage::PlainF32, 1);
        let tokens = [5, 6, 7, 8];
        let at_once = logits(&mut model, &tokens);
        model.reset();
        for (index, token) in tokens.iter().enumerate() {
            let one = model.read(&[*token], Positions::Last).unwrap().to_vec2::<f32>().unwrap();
            assert!(largest_difference(&one[0], &at_once[index]) < 1e-4, "position {index}");
        }
    }

    #[test]
    fn positions_matter() {
        let mut model = tiny(Storage::PlainF32, 1);
        let left = logits(&mut model, &[1, 2, 3]);
        let right = logits(&mut model, &[2, 1, 3]);
        assert!(largest_difference(&left[2], &right[2]) > 1e-3);
    }

    #[test]
    fn both_ways_to_run_f32_give_the_same_output() {
        let plain = logits(&mut tiny(Storage::PlainF32, 1), &[1, 2, 3]);
        let stored = logits(&mut tiny(Storage::Format(Scheme::F32), 1), &[1, 2, 3]);
        for (plain, stored) in plain.iter().zip(&stored) {
            assert!(largest_difference(plain, stored) < 1e-4);
        }
    }

    #[test]
    fn the_f32_model_stores_four_bytes_for_each_parameter() {
        assert_eq!(tiny(Storage::PlainF32, 1).weight_bytes(), 4 * ModelShape::tiny().parameters());
    }

    fn largest_difference(left: &[f32], right: &[f32]) -> f32 {
        left.iter().zip(right).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max)
    }
}
