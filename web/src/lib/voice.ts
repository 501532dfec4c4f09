// The interviewer's voice by the browser's own speech synthesis, for servers that leave it to the browser.

/** Time between reports of progress. */
const REPORT_MS = 200;
/** Reading pace taken when the browser has no voice: the words are shown, time passes as if they were said. */
const SILENT_MS_PER_CHARACTER = 55;

/** What the voice reports. */
export interface VoiceEvents {
  /** So much of the item has been said, in ms from its start; `done` when all of it was. */
  played(item: string, playedMs: number, done: boolean): void;
  /** Sound comes out, or has stopped. */
  sounding(on: boolean): void;
  /** The browser has no voice; words are shown only. */
  mute(): void;
}

interface Line {
  item: string;
  text: string;
}

/** Speaks texts one after another. */
export class BrowserVoice {
  private queue: Line[] = [];
  private current: Line | null = null;
  private utterance: SpeechSynthesisUtterance | null = null;
  /** Time said of the item so far, lines before this one included. */
  private said = { item: "", ms: 0 };
  private since: number | null = null;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private silent: ReturnType<typeof setTimeout> | undefined;
  /** What is left of a line without a voice, in ms. */
  private silentLeftMs = 0;
  private paused = false;
  private toldMute = false;

  constructor(
    private readonly language: string,
    private readonly events: VoiceEvents,
    private readonly synthesis: SpeechSynthesis | null = globalThis.speechSynthesis ?? null,
  ) {}

  /** Says a text after those before it. */
  speak(item: string, text: string): void {
    this.queue.push({ item, text });
    this.nextLine();
  }

  /** Silence now; goes on at the same place. */
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.stopClock();
    this.report(false);
    // A voice that cannot pause in mid-word (Android) says the line again from its start on resume.
    this.synthesis?.pause();
    clearTimeout(this.silent);
    this.events.sounding(false);
  }

  /** Goes on where it was paused. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.synthesis?.resume();
    if (this.current === null) return this.nextLine();
    this.since = performance.now();
    if (this.utterance === null) this.passSilently();
    this.events.sounding(true);
  }

  /** Silence now; what waits is forgotten. */
  flush(): void {
    const speaking = this.current !== null;
    this.stopClock();
    this.queue = [];
    this.paused = false;
    clearTimeout(this.silent);
    if (!speaking) return;
    this.report(false);
    this.current = null;
    this.utterance = null;
    this.synthesis?.cancel();
    // Some browsers stay paused after a cancel.
    this.synthesis?.resume();
    this.events.sounding(false);
  }

  /** Ends the voice. */
  close(): void {
    this.flush();
    clearInterval(this.ticker);
  }

  private nextLine(): void {
    if (this.current !== null || this.paused) return;
    const line = this.queue.shift();
    if (line === undefined) return;
    this.current = line;
    if (this.said.item !== line.item) this.said = { item: line.item, ms: 0 };
    this.ticker ??= setInterval(() => this.since !== null && this.report(false), REPORT_MS);
    const synthesis = this.synthesis;
    if (synthesis === null || synthesis.getVoices().length === 0) {
      this.silentLeftMs = line.text.length * SILENT_MS_PER_CHARACTER;
      return this.passSilently();
    }
    const utterance = new SpeechSynthesisUtterance(line.text);
    utterance.lang = this.language;
    utterance.onstart = () => this.started(utterance);
    utterance.onend = () => this.ended(utterance);
    utterance.onerror = () => this.ended(utterance);
    // Held in a field: some browsers forget an utterance that nobody holds and never end it.
    this.utterance = utterance;
    synthesis.speak(utterance);
  }

  private started(utterance: SpeechSynthesisUtterance): void {
    if (this.utterance !== utterance) return;
    this.since = performance.now();
    this.report(false);
    this.events.sounding(true);
  }

  private ended(utterance: SpeechSynthesisUtterance): void {
    if (this.utterance === utterance) this.finish();
  }

  private passSilently(): void {
    if (!this.toldMute) this.events.mute();
    this.toldMute = true;
    this.since = performance.now();
    this.report(false);
    this.silent = setTimeout(() => this.finish(), this.silentLeftMs);
  }

  private finish(): void {
    const item = this.current?.item;
    this.stopClock();
    this.current = null;
    this.utterance = null;
    const more = this.queue.some((line) => line.item === item);
    if (item !== undefined) this.events.played(item, Math.round(this.said.ms), !more);
    if (this.queue.length === 0) this.events.sounding(false);
    this.nextLine();
  }

  private stopClock(): void {
    const passed = this.since === null ? 0 : performance.now() - this.since;
    this.said.ms += passed;
    this.silentLeftMs -= passed;
    this.since = null;
  }

  private report(done: boolean): void {
    if (this.current === null) return;
    const running = this.since === null ? 0 : performance.now() - this.since;
    this.events.played(this.current.item, Math.round(this.said.ms + running), done);
  }
}
