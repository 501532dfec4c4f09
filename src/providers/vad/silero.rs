//! Silero VAD v6 at 16 kHz: the forward pass of its network in plain Rust, over the weights of the authors' own file
//! `silero_vad_16k_sequence.onnx` (MIT; in the Python package silero-vad 6.2, fetched by `scripts/fetch-silero.sh`).
//!
//! Per frame of 512 samples, with the 64 before it: magnitudes of four short Fourier transforms (129 bins each), four
//! convolutions over time (129→128→64→64→128) with ReLU, one LSTM cell of 128, one output through a sigmoid. All loops
//! sum in a fixed order, so equal sound gives equal scores; nothing is allocated per frame.

use super::hops::Hops;
use super::onnx::{self, Tensor};
use super::{Vad, VadError, VadProfile};
use crate::units::Permille;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Samples of a frame at 16 kHz, 32 ms.
const FRAME: usize = 512;
/// Samples before a frame that the network sees again.
const CONTEXT: usize = 64;
/// Samples mirrored at the end, as the Fourier transform's window wants.
const MIRRORED: usize = 64;
/// Length and step of the Fourier transforms, and how many of them a frame has.
const WINDOW: usize = 256;
const STEP: usize = 128;
const COLUMNS: usize = 4;
/// Frequencies of a transform.
const BINS: usize = WINDOW / 2 + 1;
/// Outputs that a layer sums up together: their running sums fill half of the vector registers of any 64-bit machine.
const WIDTH: usize = 32;
/// Cells of the LSTM.
const CELLS: usize = 128;
/// A weights file is 1.2 MB; what is longer than this is none.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// The authors' threshold and off threshold; three frames are 96 ms.
pub(super) const PROFILE: VadProfile = VadProfile {
    name: "silero",
    hop_samples: 768,
    on: Permille(500),
    off: Permille(350),
    start_count: 3,
    start_window: 3,
};

/// The network without state, shared by all microphones.
pub(super) struct Weights {
    fft: Arc<dyn RealToComplex<f32>>,
    window: [f32; WINDOW],
    encoder0: Dense<4>,
    encoder1: Dense<2>,
    encoder2: Dense<1>,
    encoder3: Dense<1>,
    /// Input, output, forget and cell gates, over the cell's input and its last output.
    lstm: Dense<1>,
    output: Vec<f32>,
    output_bias: f32,
}

impl Weights {
    /// Reads the weights file.
    pub(super) fn open(path: &Path) -> Result<Weights, VadError> {
        let no_weights = |source| VadError::NoWeights { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(no_weights)?;
        file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(no_weights)?;
        let weights = onnx::tensors(&bytes).and_then(|tensors| Weights::new(&tensors));
        weights.map_err(|reason| VadError::WrongWeights { path: path.to_owned(), reason })
    }

    pub(super) fn new(tensors: &BTreeMap<String, Tensor>) -> Result<Weights, String> {
        let tensor = |name: &str, dims: &[usize]| match tensors.get(name) {
            Some(tensor) if tensor.dims == dims => Ok(tensor.values.as_slice()),
            Some(tensor) => Err(format!("tensor {name} has shape {:?} and not {dims:?}", tensor.dims)),
            None => Err(format!("there is no tensor {name}")),
        };
        let window = std::array::from_fn(|n| hann(n) as f32);
        check_transform(tensor("stft.forward_basis_buffer", &[2 * BINS, 1, WINDOW])?)?;
        let encoder = |layer: usize, outputs: usize, inputs: usize| {
            let weights = tensor(&format!("encoder.{layer}.weight"), &[outputs, inputs, 3])?;
            let bias = tensor(&format!("encoder.{layer}.bias"), &[outputs])?;
            Ok::<_, String>((weights, bias, inputs))
        };
        // The later layers see so few columns that some taps only ever meet padding.
        let (all, last_two, middle) = ([0, 1, 2].as_slice(), [1, 2].as_slice(), [1].as_slice());
        let input_weights = tensor("onnx::LSTM_209", &[1, 4 * CELLS, CELLS])?;
        let state_weights = tensor("onnx::LSTM_210", &[1, 4 * CELLS, CELLS])?;
        let (input_bias, state_bias) = tensor("onnx::LSTM_211", &[1, 8 * CELLS])?.split_at(4 * CELLS);
        let bias: Vec<f32> = input_bias.iter().zip(state_bias).map(|(input, state)| input + state).collect();
        let output_bias = tensor("output.bias", &[1])?;
        Ok(Weights {
            fft: RealFftPlanner::new().plan_fft_forward(WINDOW),
            window,
            encoder0: Dense::convolution(encoder(0, 128, BINS)?, all),
            encoder1: Dense::convolution(encoder(1, 64, 128)?, all),
            encoder2: Dense::convolution(encoder(2, 64, 64)?, last_two),
            encoder3: Dense::convolution(encoder(3, 128, 64)?, middle),
            lstm: Dense::new(&bias, 2 * CELLS, |output, input| match input.checked_sub(CELLS) {
                None => input_weights[output * CELLS + input],
                Some(state) => state_weights[output * CELLS + state],
            }),
            output: tensor("output.weight", &[1, CELLS, 1])?.to_vec(),
            output_bias: output_bias[0],
        })
    }
}

/// The file stores its Fourier transform as a matrix. We compute it the fast way, so it has to be that transform.
fn check_transform(basis: &[f32]) -> Result<(), String> {
    let circle: Vec<(f64, f64)> =
        (0..WINDOW).map(|n| (std::f64::consts::TAU * n as f64 / WINDOW as f64).sin_cos()).collect();
    for (bin, (real, imaginary)) in
        basis[..BINS * WINDOW].chunks(WINDOW).zip(basis[BINS * WINDOW..].chunks(WINDOW)).enumerate()
    {
        for n in 0..WINDOW {
            let (sin, cos) = circle[bin * n % WINDOW];
            let off = (f64::from(real[n]) - hann(n) * cos).abs() + (f64::from(imaginary[n]) + hann(n) * sin).abs();
            if off.is_nan() || off > 1e-4 {
                return Err("its first layer is not the expected Fourier transform".to_owned());
            }
        }
    }
    Ok(())
}

/// The periodic Hann window.
fn hann(n: usize) -> f64 {
    0.5 - 0.5 * (std::f64::consts::TAU * n as f64 / WINDOW as f64).cos()
}

/// A layer in which every output is a weighted sum of all inputs plus a bias, for `COLUMNS` columns of inputs at once.
/// Weights lie in blocks of `WIDTH` outputs, input by input, in the order in which they are used.
struct Dense<const COLUMNS: usize> {
    inputs: usize,
    weights: Vec<[f32; WIDTH]>,
    bias: Vec<[f32; WIDTH]>,
}

impl<const COLUMNS: usize> Dense<COLUMNS> {
    /// A layer of `bias.len()` outputs, a multiple of `WIDTH`; `weight(output, input)` gives its weights.
    fn new(bias: &[f32], inputs: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let bias = bias.as_chunks::<WIDTH>().0.to_vec();
        let weights = (0..bias.len() * inputs)
            .map(|row| std::array::from_fn(|lane| weight(row / inputs * WIDTH + lane, row % inputs)))
            .collect();
        Dense { inputs, weights, bias }
    }

    /// A convolution of three taps of which only `taps` are used; its inputs are ordered channel by channel, tap by tap.
    fn convolution((weights, bias, channels): (&[f32], &[f32], usize), taps: &[usize]) -> Self {
        Dense::new(bias, channels * taps.len(), |output, input| {
            let (channel, tap) = (input / taps.len(), taps[input % taps.len()]);
            weights[(output * channels + channel) * 3 + tap]
        })
    }

    /// Gives each output of each column to `store(output, columns)`.
    fn apply(&self, inputs: &[[f32; COLUMNS]], mut store: impl FnMut(usize, [f32; COLUMNS])) {
        let blocks = self.weights.chunks_exact(self.inputs).zip(&self.bias).enumerate();
        for (block, (weights, bias)) in blocks {
            let mut columns = [*bias; COLUMNS];
            for (column, sums) in columns.iter_mut().enumerate() {
                // A plain array of its own is what the compiler keeps in registers.
                let mut running = *sums;
                for (row, input) in weights.iter().zip(inputs) {
                    for (sum, weight) in running.iter_mut().zip(row) {
                        *sum += weight * input[column];
                    }
                }
                *sums = running;
            }
            for lane in 0..WIDTH {
                store(block * WIDTH + lane, columns.each_ref().map(|sums| sums[lane]));
            }
        }
    }
}

/// The state of one microphone and the room its layers work in.
struct State {
    /// The last `CONTEXT` samples, the frame, and its mirrored end.
    sound: [f32; CONTEXT + FRAME + MIRRORED],
    windowed: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    magnitudes: [[f32; COLUMNS]; BINS],
    /// What each layer reads: for each channel one row per used tap.
    inputs0: [[f32; 4]; 3 * BINS],
    inputs1: [[f32; 2]; 3 * 128],
    inputs2: [[f32; 1]; 2 * 64],
    inputs3: [[f32; 1]; 64],
    /// The cell's input, then its last output.
    recurrent: [[f32; 1]; 2 * CELLS],
    gates: [f32; 4 * CELLS],
    cells: [f32; CELLS],
}

impl State {
    fn new(weights: &Weights) -> State {
        State {
            sound: [0.0; CONTEXT + FRAME + MIRRORED],
            windowed: weights.fft.make_input_vec(),
            spectrum: weights.fft.make_output_vec(),
            scratch: weights.fft.make_scratch_vec(),
            magnitudes: [[0.0; COLUMNS]; BINS],
            inputs0: [[0.0; 4]; 3 * BINS],
            inputs1: [[0.0; 2]; 3 * 128],
            inputs2: [[0.0; 1]; 2 * 64],
            inputs3: [[0.0; 1]; 64],
            recurrent: [[0.0; 1]; 2 * CELLS],
            gates: [0.0; 4 * CELLS],
            cells: [0.0; CELLS],
        }
    }

    fn reset(&mut self) {
        self.sound.fill(0.0);
        self.recurrent.fill([0.0]);
        self.cells.fill(0.0);
    }

    /// The probability that `frame` holds speech.
    fn frame(&mut self, weights: &Weights, frame: &[i16]) -> f32 {
        self.take_in(frame);
        self.transform(weights);
        self.encode(weights);
        self.remember(weights);
        let hidden = self.recurrent[CELLS..].iter().zip(&weights.output);
        sigmoid(weights.output_bias + hidden.map(|([value], weight)| value.max(0.0) * weight).sum::<f32>())
    }

    fn take_in(&mut self, frame: &[i16]) {
        self.sound.copy_within(FRAME..FRAME + CONTEXT, 0);
        for (slot, &sample) in self.sound[CONTEXT..].iter_mut().zip(frame) {
            *slot = f32::from(sample) / 32_768.0;
        }
        let end = CONTEXT + FRAME;
        for mirrored in 0..MIRRORED {
            self.sound[end + mirrored] = self.sound[end - 2 - mirrored];
        }
    }

    fn transform(&mut self, weights: &Weights) {
        for column in 0..COLUMNS {
            let sound = &self.sound[column * STEP..column * STEP + WINDOW];
            for ((slot, sample), factor) in self.windowed.iter_mut().zip(sound).zip(&weights.window) {
                *slot = sample * factor;
            }
            let (input, output) = (&mut self.windowed, &mut self.spectrum);
            // Only buffers of a wrong length are an error, and these were made by the transform itself.
            let _ = weights.fft.process_with_scratch(input, output, &mut self.scratch);
            for (magnitude, bin) in self.magnitudes.iter_mut().zip(&self.spectrum) {
                magnitude[column] = (bin.re * bin.re + bin.im * bin.im).sqrt();
            }
        }
    }

    fn encode(&mut self, weights: &Weights) {
        for (rows, &[a, b, c, d]) in self.inputs0.as_chunks_mut::<3>().0.iter_mut().zip(&self.magnitudes) {
            *rows = [[0.0, a, b, c], [a, b, c, d], [b, c, d, 0.0]];
        }
        let inputs1 = self.inputs1.as_chunks_mut::<3>().0;
        weights.encoder0.apply(&self.inputs0, |channel, columns| {
            let [a, b, c, d] = columns.map(relu);
            inputs1[channel] = [[0.0, b], [a, c], [b, d]];
        });
        let inputs2 = self.inputs2.as_chunks_mut::<2>().0;
        weights.encoder1.apply(&self.inputs1, |channel, columns| {
            let [a, b] = columns.map(relu);
            inputs2[channel] = [[a], [b]];
        });
        let inputs3 = &mut self.inputs3;
        weights.encoder2.apply(&self.inputs2, |channel, column| inputs3[channel] = column.map(relu));
        let recurrent = &mut self.recurrent;
        weights.encoder3.apply(&self.inputs3, |channel, column| recurrent[channel] = column.map(relu));
    }

    /// One step of the LSTM.
    fn remember(&mut self, weights: &Weights) {
        let gates = &mut self.gates;
        weights.lstm.apply(&self.recurrent, |gate, [value]| gates[gate] = value);
        let (input, rest) = self.gates.split_at(CELLS);
        let (output, rest) = rest.split_at(CELLS);
        let (forget, candidate) = rest.split_at(CELLS);
        for cell in 0..CELLS {
            let kept = sigmoid(forget[cell]) * self.cells[cell];
            self.cells[cell] = kept + sigmoid(input[cell]) * tanh(candidate[cell]);
            self.recurrent[CELLS + cell] = [sigmoid(output[cell]) * tanh(self.cells[cell])];
        }
    }
}

fn relu(value: f32) -> f32 {
    value.max(0.0)
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

fn tanh(value: f32) -> f32 {
    2.0 * sigmoid(2.0 * value) - 1.0
}

/// The detector of one microphone.
pub(super) struct Silero {
    hops: Hops,
    weights: Arc<Weights>,
    state: Box<State>,
}

impl Silero {
    pub(super) fn new(weights: Arc<Weights>) -> Silero {
        let state = Box::new(State::new(&weights));
        Silero { hops: Hops::new(FRAME), weights, state }
    }
}

impl Vad for Silero {
    fn score(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>) {
        let (state, weights) = (&mut self.state, &self.weights);
        self.hops.push(samples, scores, |frame| state.frame(weights, frame));
    }

    fn reset(&mut self) {
        self.hops.reset();
        self.state.reset();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::audio::Sound;

    /// The seeded weights that `fixtures/audio/silero_scores.py` makes, too.
    pub(in crate::providers::vad) fn made_up() -> BTreeMap<String, Tensor> {
        let shapes: [(&str, &[usize], f64); 13] = [
            ("encoder.0.bias", &[128], 0.25),
            ("encoder.0.weight", &[128, 129, 3], 0.5),
            ("encoder.1.bias", &[64], 0.25),
            ("encoder.1.weight", &[64, 128, 3], 0.5),
            ("encoder.2.bias", &[64], 0.25),
            ("encoder.2.weight", &[64, 64, 3], 0.5),
            ("encoder.3.bias", &[128], 0.25),
            ("encoder.3.weight", &[128, 64, 3], 0.5),
            ("onnx::LSTM_209", &[1, 512, 128], 0.5),
            ("onnx::LSTM_210", &[1, 512, 128], 0.5),
            ("onnx::LSTM_211", &[1, 1024], 1.0),
            ("output.bias", &[1], 1.0),
            ("output.weight", &[1, 128, 1], 4.0),
        ];
        let mut seed = 1u64;
        let mut tensors = BTreeMap::new();
        for (name, dims, scale) in shapes {
            let mut next = || {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (((seed >> 40) as f64 / 16_777_216.0 - 0.5) * scale) as f32
            };
            let values = (0..dims.iter().product()).map(|_| next()).collect();
            tensors.insert(name.to_owned(), Tensor { dims: dims.to_vec(), values });
        }
        let angle = |bin: usize, n: usize| std::f64::consts::TAU * (bin * n % WINDOW) as f64 / WINDOW as f64;
        let real = (0..BINS * WINDOW).map(|at| hann(at % WINDOW) * angle(at / WINDOW, at % WINDOW).cos());
        let imaginary = (0..BINS * WINDOW).map(|at| -hann(at % WINDOW) * angle(at / WINDOW, at % WINDOW).sin());
        let values = real.chain(imaginary).map(|value| value as f32).collect();
        tensors.insert("stft.forward_basis_buffer".to_owned(), Tensor { dims: vec![2 * BINS, 1, WINDOW], values });
        tensors
    }

    /// The authors' weights, when `scripts/fetch-silero.sh` has been run.
    pub(in crate::providers::vad) fn authors_weights() -> Option<Weights> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(super::super::SILERO_PATH);
        let weights = path.is_file().then(|| Weights::open(&path).unwrap());
        if weights.is_none() {
            eprintln!("not checked against the authors' weights: {} is not there", path.display());
        }
        weights
    }

    fn assert_same_as_onnx_runtime(weights: &Weights, scores: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio");
        let text = std::fs::read_to_string(folder.join("silero-scores.json")).unwrap();
        let expected: BTreeMap<String, Vec<f32>> = serde_json::from_str(&text).unwrap();
        let sound = Sound::open(&folder.join("speech.flac")).unwrap();
        let mut state = State::new(weights);
        let frames = sound.samples.chunks_exact(FRAME);
        assert_eq!(frames.len(), expected[scores].len());
        let mut worst = 0.0f32;
        for (frame, expected) in frames.zip(&expected[scores]) {
            worst = worst.max((state.frame(weights, frame) - expected).abs());
        }
        assert!(worst < 1e-4, "off by up to {worst}");
    }

    #[test]
    fn made_up_weights_give_what_onnx_runtime_gives() {
        let tensors = onnx::tensors(&onnx::tests::model(&made_up())).unwrap();
        assert_same_as_onnx_runtime(&Weights::new(&tensors).unwrap(), "made_up");
    }

    #[test]
    fn the_authors_weights_give_what_onnx_runtime_gives() {
        if let Some(weights) = authors_weights() {
            assert_same_as_onnx_runtime(&weights, "real");
        }
    }

    #[test]
    fn a_model_of_another_make_is_refused_by_name() {
        for name in ["encoder.2.bias", "onnx::LSTM_210", "stft.forward_basis_buffer"] {
            let mut tensors = made_up();
            tensors.remove(name);
            assert!(Weights::new(&tensors).err().unwrap().contains(name));
        }
        let mut tensors = made_up();
        tensors.get_mut("encoder.1.weight").unwrap().dims = vec![64, 3, 128];
        assert!(Weights::new(&tensors).err().unwrap().contains("encoder.1.weight"));
    }

    #[test]
    fn another_transform_in_front_is_refused() {
        let mut tensors = made_up();
        tensors.get_mut("stft.forward_basis_buffer").unwrap().values[5_000] += 0.01;
        assert!(Weights::new(&tensors).err().unwrap().contains("Fourier"));
    }
}
