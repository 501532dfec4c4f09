/// <reference types="audioworklet" />
// The loudspeaker's side of the audio thread: plays the jitter buffer and reports how far each item has come.
import { WIRE_RATE_HZ } from "./framing";
import { JitterBuffer } from "./jitter";
import type { ToPlayer } from "./player";
import { Resampler } from "./resample";

/** Time between reports of progress. The wire asks for four a second or more. */
const REPORT_MS = 150;

class PlayerProcessor extends AudioWorkletProcessor {
  private readonly buffer = new JitterBuffer(sampleRate);
  private resampler = new Resampler(WIRE_RATE_HZ, sampleRate);
  private untilReport = 0;
  private sounding = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayer>) => this.obey(data);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const channels = outputs[0] ?? [];
    const first = channels[0];
    if (first === undefined) return true;
    for (const progress of this.buffer.pull(first)) this.report(progress);
    for (const other of channels.slice(1)) other.set(first);
    if (this.sounding !== this.buffer.sounding) {
      this.sounding = this.buffer.sounding;
      this.port.postMessage({ sounding: this.sounding });
    }
    this.untilReport -= first.length;
    if (this.untilReport <= 0 && this.sounding) {
      this.untilReport = (REPORT_MS * sampleRate) / 1000;
      this.report(this.buffer.progress());
    }
    return true;
  }

  private obey(order: ToPlayer): void {
    switch (order.order) {
      case "push":
        return this.buffer.push(order.item, this.resampler.push(order.sound));
      case "end":
        // A fresh filter, so that the next item does not begin with this one's last samples.
        this.resampler = new Resampler(WIRE_RATE_HZ, sampleRate);
        return this.buffer.end(order.item);
      case "pause":
        this.buffer.pause();
        return this.report(this.buffer.progress());
      case "resume":
        return this.buffer.resume();
      case "flush":
        return this.report(this.buffer.flush());
    }
  }

  private report(progress: { item: string; samples: number; done: boolean } | null): void {
    if (progress === null) return;
    const playedMs = (progress.samples * 1000) / sampleRate;
    this.port.postMessage({ item: progress.item, playedMs, done: progress.done });
  }
}

registerProcessor("viva-player", PlayerProcessor);
