// Changes the rate of a stream of sound by a windowed-sinc filter. Pure; runs inside the worklets.

/** Zero crossings of the sinc on each side at the lower rate: more is steeper and dearer. */
const CROSSINGS = 16;
/** Where the passband ends, as a share of the lower rate's half: the rest is the filter's slope. */
const PASSBAND = 0.92;
/** Entries of the filter's table per input sample. */
const TABLE_STEPS = 512;

/** Streams sound from one rate to another; how the input is cut into pieces does not change the output. */
export class Resampler {
  private readonly step: number;
  private readonly reach: number;
  private readonly kernel: Float32Array;
  private history: Float32Array;
  /** Position of the next output sample, in input samples from the start of `history`. */
  private position: number;

  /** Rates in samples per second, both above zero. */
  constructor(fromHz: number, toHz: number) {
    this.step = fromHz / toHz;
    const cutoff = Math.min(1, toHz / fromHz) * PASSBAND;
    this.reach = Math.ceil(CROSSINGS / cutoff);
    this.kernel = kernelTable(cutoff, this.reach);
    this.history = new Float32Array(this.reach);
    this.position = this.reach;
  }

  /** The output that this input makes possible; the filter's reach stays behind for the next call. */
  push(input: Float32Array): Float32Array {
    if (this.step === 1) return input.slice();
    const all = new Float32Array(this.history.length + input.length);
    all.set(this.history);
    all.set(input, this.history.length);
    const last = all.length - this.reach - 1;
    const output = new Float32Array(Math.max(0, Math.ceil((last - this.position) / this.step) + 1));
    let count = 0;
    while (this.position <= last && count < output.length) {
      output[count++] = this.at(all, this.position);
      this.position += this.step;
    }
    const drop = Math.max(0, Math.floor(this.position) - this.reach);
    this.history = all.slice(drop);
    this.position -= drop;
    return output.subarray(0, count);
  }

  private at(all: Float32Array, position: number): number {
    const whole = Math.floor(position);
    let sum = 0;
    let weight = 0;
    for (let i = whole - this.reach + 1; i <= whole + this.reach; i++) {
      const w = this.kernel[Math.round(Math.abs(i - position) * TABLE_STEPS)] ?? 0;
      sum += w * (all[i] ?? 0);
      weight += w;
    }
    // Dividing by the taps' sum keeps the level exact at every fraction.
    return sum / weight;
  }
}

/** One side of the filter, from its middle outwards: a sinc under a Blackman window. */
function kernelTable(cutoff: number, reach: number): Float32Array {
  const table = new Float32Array(reach * TABLE_STEPS);
  for (let i = 0; i < table.length; i++) {
    const x = Math.PI * (i / TABLE_STEPS) * cutoff;
    const edge = Math.PI * (i / table.length);
    const window = 0.42 + 0.5 * Math.cos(edge) + 0.08 * Math.cos(2 * edge);
    table[i] = (x === 0 ? 1 : Math.sin(x) / x) * window;
  }
  return table;
}
