//! The model's matrices, either plain f32 or stored in a scheme's format.

use std::sync::Arc;

use candle_core::quantized::{QMatMul, QTensor};
use candle_core::{Module, Result, Tensor};

use crate::scheme::Scheme;

/// How a model's matrices are stored, and with that, by which of candle's kernels they are multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    /// Plain f32 with the general matrix product: the reference for outputs, and fast for whole prompts.
    PlainF32,
    /// A scheme's format with dot products by row. For f32 this is fast for one token and slow for prompts.
    Format(Scheme),
}

impl Storage {
    /// The ways to run a scheme, of which the faster counts: else every scheme would be compared with a slow reference.
    pub(crate) fn candidates(scheme: Scheme) -> Vec<Self> {
        match scheme {
            Scheme::F32 => vec![Self::PlainF32, Self::Format(scheme)],
            _ => vec![Self::Format(scheme)],
        }
    }
}

/// A matrix that activations are multiplied with.
pub(crate) enum Matrix {
    /// Inputs by outputs, the layout in which candle's general matrix product is fastest.
    Plain(Tensor),
    /// Stored in a scheme's format, and multiplied in it.
    Stored { product: QMatMul, storage: Arc<QTensor> },
}

impl Matrix {
    /// Takes the f32 values, outputs by inputs, and keeps only what the scheme stores.
    pub(crate) fn new(values: &Tensor, storage: Storage) -> Result<Self> {
        let Storage::Format(scheme) = storage else {
            return values.t()?.contiguous().map(Self::Plain);
        };
        let storage = Arc::new(QTensor::quantize(values, scheme.ggml_type())?);
        // Built by hand: candle's constructor would turn f16 and bf16 back into f32.
        Ok(Self::Stored { product: QMatMul::QTensor(Arc::clone(&storage)), storage })
    }

    /// `input`, tokens by inputs, times the matrix: tokens by outputs.
    pub(crate) fn product(&self, input: &Tensor) -> Result<Tensor> {
        match self {
            Self::Plain(values) => input.matmul(values),
            Self::Stored { product, .. } => product.forward(input),
        }
    }

    /// Bytes of the stored values. Copies that candle lays out anew for speed show in the process's memory only.
    pub(crate) fn storage_bytes(&self) -> u64 {
        match self {
            Self::Plain(values) => plain_bytes(values),
            Self::Stored { storage, .. } => storage.storage_size_in_bytes() as u64,
        }
    }
}

/// A table of rows, of which those of the given tokens are read.
pub(crate) enum Table {
    /// Plain f32.
    Plain(Tensor),
    /// Stored in a scheme's format; rows are turned into f32 as they are read.
    Stored(QTensor),
}

impl Table {
    /// Takes the f32 rows and keeps only what the scheme stores.
    pub(crate) fn new(values: Tensor, storage: Storage) -> Result<Self> {
        let Storage::Format(scheme) = storage else {
            return Ok(Self::Plain(values));
        };
        QTensor::quantize(&values, scheme.ggml_type()).map(Self::Stored)
    }

    /// The rows of the given tokens as f32.
    pub(crate) fn rows(&self, tokens: &Tensor) -> Result<Tensor> {
        match self {
            Self::Plain(values) => values.index_select(tokens, 0),
            Self::Stored(storage) => storage.embedding(tokens),
        }
    }

    /// Bytes of the stored values.
    pub(crate) fn storage_bytes(&self) -> u64 {
        match self {
            Self::Plain(values) => plain_bytes(values),
            Self::Stored(storage) => storage.storage_size_in_bytes() as u64,
        }
    }
}

/// Bytes of a plain tensor's values.
pub(crate) fn plain_bytes(values: &Tensor) -> u64 {
    (values.elem_count() * values.dtype().size_in_bytes()) as u64
}
