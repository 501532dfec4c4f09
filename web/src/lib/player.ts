// Plays the interviewer's sound and tells how much of it was heard.

import { WIRE_RATE_HZ } from "./framing";
import workletUrl from "./player.worklet.ts?worker&url";

/** What the audio thread is told. */
export type ToPlayer =
  | { order: "push"; item: string; sound: Float32Array }
  | { order: "end"; item: string }
  | { order: "pause" | "resume" | "flush" };

type FromPlayer = { item: string; playedMs: number; done: boolean } | { sounding: boolean };

/** What the player reports. */
export interface PlayerEvents {
  /** So much of the item was heard, in ms from its start; `done` when all of it was. */
  played(item: string, playedMs: number, done: boolean): void;
  /** Sound comes out, or has stopped. */
  sounding(on: boolean): void;
}

/** The loudspeaker of one interview. */
export class Player {
  private constructor(
    private readonly context: AudioContext,
    private readonly node: AudioWorkletNode,
    private readonly events: PlayerEvents,
  ) {
    node.port.onmessage = ({ data }: MessageEvent<FromPlayer>) => this.hear(data);
  }

  /** Opens the loudspeaker. To be called from a click, or the browser keeps it silent. */
  static async open(events: PlayerEvents, speakerId = ""): Promise<Player> {
    const context = openContext();
    await direct(context, speakerId);
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, "viva-player", { numberOfInputs: 0, outputChannelCount: [1] });
    node.connect(context.destination);
    await context.resume();
    return new Player(context, node, events);
  }

  /** More sound of an item, in samples of -1..1 at the wire's rate. */
  push(item: string, sound: Float32Array): void {
    this.tell({ order: "push", item, sound }, [sound.buffer]);
  }

  /** No more sound of the item comes. */
  end(item: string): void {
    this.tell({ order: "end", item });
  }

  /** Silence now; what waits is kept. */
  pause(): void {
    this.tell({ order: "pause" });
  }

  /** Goes on where it was paused. */
  resume(): void {
    this.tell({ order: "resume" });
  }

  /** Silence now; what waits is forgotten. */
  flush(): void {
    this.tell({ order: "flush" });
  }

  /** Browsers stop sound of pages in the background of a phone; a touch brings it back. */
  wake(): void {
    if (this.context.state !== "running") void this.context.resume();
  }

  /** Two soft notes, to hear whether the loudspeaker works. */
  static async chime(speakerId = ""): Promise<void> {
    const context = openContext();
    await direct(context, speakerId);
    await context.resume();
    const end = [523.25, 783.99].reduce((at, hz) => note(context, hz, at), context.currentTime + 0.05);
    await new Promise((resolve) => setTimeout(resolve, (end - context.currentTime + 0.6) * 1000));
    await context.close();
  }

  /** Lets the loudspeaker go. */
  async close(): Promise<void> {
    this.node.port.onmessage = null;
    await this.context.close();
  }

  private tell(order: ToPlayer, transfer: Transferable[] = []): void {
    this.node.port.postMessage(order, transfer);
  }

  private hear(message: FromPlayer): void {
    if ("sounding" in message) return this.events.sounding(message.sounding);
    const latencyMs = message.done ? 0 : this.latencyMs();
    // A finished item is reported once its last sample has also left the machine.
    if (message.done) setTimeout(() => this.report(message, 0), this.latencyMs());
    else this.report(message, latencyMs);
  }

  private report(message: { item: string; playedMs: number; done: boolean }, latencyMs: number): void {
    this.events.played(message.item, Math.max(0, Math.round(message.playedMs - latencyMs)), message.done);
  }

  /** Time from the audio thread to the ear, as the browser knows it. */
  private latencyMs(): number {
    return ((this.context.baseLatency || 0) + (this.context.outputLatency || 0)) * 1000;
  }
}

/** A context that can be sent to chosen loudspeakers; not every browser's can. */
type Directed = AudioContext & { setSinkId?: (id: string) => Promise<void> };

/** The browser lets a page choose the loudspeakers. */
export function canChooseSpeakers(): boolean {
  return "AudioContext" in globalThis && "setSinkId" in AudioContext.prototype;
}

/** The loudspeakers there are; they have names only after a microphone was allowed. */
export async function speakers(): Promise<MediaDeviceInfo[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return all.filter((device) => device.kind === "audiooutput" && device.deviceId !== "");
}

/** To loudspeakers that are gone, or may not be used, sound goes where the browser sends it. */
async function direct(context: Directed, speakerId: string): Promise<void> {
  if (speakerId !== "") await context.setSinkId?.(speakerId).catch(() => {});
}

/** At the wire's rate where the browser can, so that it does the resampling itself; the worklet copes with any rate. */
function openContext(): AudioContext {
  try {
    return new AudioContext({ sampleRate: WIRE_RATE_HZ, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}

function note(context: AudioContext, hz: number, at: number): number {
  const tone = new OscillatorNode(context, { type: "sine", frequency: hz });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.22, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0005, at + 0.7);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.75);
  return at + 0.35;
}
