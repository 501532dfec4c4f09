/// <reference types="audioworklet" />
// The microphone's side of the audio thread: takes sound at the machine's rate, gives 20 ms frames at the wire's rate.
import { toPcm16, WIRE_RATE_HZ } from "./framing";
import { Resampler } from "./resample";

/** Samples per frame: 20 ms. Longer frames delay the server's ears, shorter ones cost more per message. */
const FRAME_SAMPLES = (WIRE_RATE_HZ * 20) / 1000;

class MicProcessor extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate, WIRE_RATE_HZ);
  private readonly frame = new Float32Array(FRAME_SAMPLES);
  private filled = 0;

  process(inputs: Float32Array[][]): boolean {
    const channel = inputs[0]?.[0];
    // A microphone that was unplugged gives no channel; silence would be a lie then, so nothing is sent.
    if (channel === undefined) return true;
    for (const sample of this.resampler.push(channel)) {
      this.frame[this.filled++] = sample;
      if (this.filled === FRAME_SAMPLES) this.send();
    }
    return true;
  }

  private send(): void {
    let squares = 0;
    for (const sample of this.frame) squares += sample * sample;
    const pcm = toPcm16(this.frame);
    this.port.postMessage({ pcm, level: Math.sqrt(squares / FRAME_SAMPLES) }, [pcm.buffer]);
    this.filled = 0;
  }
}

registerProcessor("viva-mic", MicProcessor);
