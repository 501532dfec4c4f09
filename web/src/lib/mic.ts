// The candidate's microphone: asks for it, measures its level, gives frames of sound at the wire's rate.
import workletUrl from "./mic.worklet.ts?worker&url";

/** Why there is no microphone. */
export type MicProblem = "denied" | "missing" | "busy" | "insecure" | "unplugged" | "failed";

/** Sentences that say what to do about each. */
export const MIC_HELP: Record<MicProblem, string> = {
  denied: "The browser may not use the microphone. Allow it beside the address bar, then try again — or type instead.",
  missing: "No microphone was found. Plug one in and try again — or type instead.",
  busy: "Another program holds the microphone. Close it and try again — or type instead.",
  insecure:
    "Browsers give the microphone only to pages from https:// or localhost. Open Viva that way — or type instead.",
  unplugged: "The microphone is gone. Plug it in and choose “Reconnect microphone” — or type instead.",
  failed: "The microphone did not start. Try again, or try another one — or type instead.",
};

/** The microphone could not be opened. */
export class MicError extends Error {
  constructor(readonly problem: MicProblem) {
    super(MIC_HELP[problem]);
  }
}

/** What the microphone reports. */
export interface MicEvents {
  /** 20 ms of sound at the wire's rate, silence while muted. */
  frame(pcm: Int16Array): void;
  /** Loudness of the last 20 ms, 0..1 on a scale that suits a meter. */
  level(level: number): void;
  /** It was unplugged or taken away. */
  lost(): void;
}

/** What the browser is asked to do to the sound. */
const PROCESSING = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };

/** Quietest loudness the meter shows, in dB below full scale. */
const METER_FLOOR_DB = -60;

/** An open microphone. */
export class Mic {
  muted = false;

  private constructor(
    private readonly stream: MediaStream,
    private readonly context: AudioContext,
    private readonly node: AudioWorkletNode,
    events: MicEvents,
  ) {
    node.port.onmessage = ({ data }: MessageEvent<{ pcm: Int16Array; level: number }>) => {
      // Silence goes out while muted, not nothing: the server must see time go by to know that the turn has ended.
      events.frame(this.muted ? data.pcm.fill(0) : data.pcm);
      events.level(this.muted ? 0 : meter(data.level));
    };
    stream.getAudioTracks()[0]?.addEventListener("ended", () => events.lost());
  }

  /** Opens the microphone (a given one, or the browser's choice). Throws [`MicError`]. */
  static async open(events: MicEvents, deviceId = ""): Promise<Mic> {
    if (!navigator.mediaDevices?.getUserMedia) throw new MicError("insecure");
    const audio = deviceId === "" ? PROCESSING : { ...PROCESSING, deviceId: { exact: deviceId } };
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio });
    } catch (error) {
      throw new MicError(problemOf(error));
    }
    try {
      return await Mic.attach(stream, events);
    } catch {
      for (const track of stream.getTracks()) track.stop();
      throw new MicError("failed");
    }
  }

  private static async attach(stream: MediaStream, events: MicEvents): Promise<Mic> {
    // The context takes the machine's own rate: not every browser connects a microphone to a context of another rate.
    const context = new AudioContext({ latencyHint: "interactive" });
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, "viva-mic", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(node);
    await context.resume();
    return new Mic(stream, context, node, events);
  }

  /** Which microphone this is. */
  get deviceId(): string {
    return this.stream.getAudioTracks()[0]?.getSettings().deviceId ?? "";
  }

  /** What the browser does to the sound. */
  get settings(): MediaTrackSettings {
    return this.stream.getAudioTracks()[0]?.getSettings() ?? {};
  }

  /** A context that the browser put to sleep is woken. */
  wake(): void {
    if (this.context.state !== "running") void this.context.resume();
  }

  /** Lets the microphone go; the browser's recording sign goes out. */
  async close(): Promise<void> {
    this.node.port.onmessage = null;
    for (const track of this.stream.getTracks()) track.stop();
    await this.context.close();
  }
}

/** The microphones there are; they have names only after one was allowed. */
export async function microphones(): Promise<MediaDeviceInfo[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return all.filter((device) => device.kind === "audioinput" && device.deviceId !== "");
}

function problemOf(error: unknown): MicProblem {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
      return "busy";
    case "SecurityError":
      return "insecure";
    default:
      return "failed";
  }
}

/** Root mean square as 0..1 on a decibel scale. */
export function meter(rms: number): number {
  const db = 20 * Math.log10(Math.max(rms, 1e-6));
  return Math.max(0, Math.min(1, 1 - db / METER_FLOOR_DB));
}
