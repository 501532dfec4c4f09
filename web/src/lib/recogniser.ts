// Words by the browser's own speech recognition, for servers that leave it to the browser.

/** Why the browser gives no words. */
export type RecogniserProblem = "unsupported" | "denied" | "unreachable" | "language";

/** Sentences that say what to do about each. */
export const RECOGNISER_HELP: Record<RecogniserProblem, string> = {
  unsupported:
    "This browser cannot turn speech into words (Chrome, Edge and Safari can). You can hear the interviewer and type your answers.",
  denied:
    "The browser may not recognise speech here. Allow the microphone beside the address bar, or type your answers.",
  unreachable:
    "The browser's speech recognition cannot be reached, so your words do not arrive. Please type your answers.",
  language: "The browser cannot recognise this language. Please type your answers.",
};

/** Wait before listening again after the browser stopped; it stops after every silence. */
const RESTART_MS = 150;
/** Failures in a row after which it is said to be out of reach. */
const FAILURES_MAX = 3;

interface Alternative {
  transcript: string;
}
interface Result {
  readonly isFinal: boolean;
  readonly [index: number]: Alternative;
}
interface RecognitionEvent {
  readonly resultIndex: number;
  readonly results: ArrayLike<Result>;
}
interface Recognition {
  continuous: boolean;
  interimResults: boolean;
  lang: string;
  onresult: ((event: RecognitionEvent) => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  abort(): void;
}
type RecognitionClass = new () => Recognition;

/** What the recogniser reports. */
export interface RecogniserEvents {
  /** Words of the present breath: all so far, or (`final`) settled. */
  words(text: string, final: boolean): void;
  /** It cannot go on. */
  problem(problem: RecogniserProblem): void;
}

/** The browser's class, under either of its names. */
export function recognitionClass(scope: object = globalThis): RecognitionClass | null {
  const names = scope as { SpeechRecognition?: RecognitionClass; webkitSpeechRecognition?: RecognitionClass };
  return names.SpeechRecognition ?? names.webkitSpeechRecognition ?? null;
}

/** Listens until told to stop, over the browser's own pauses. */
export class Recogniser {
  private running: Recognition | null = null;
  private wanted = false;
  private failures = 0;
  private partial = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly language: string,
    private readonly events: RecogniserEvents,
    private readonly make: RecognitionClass | null = recognitionClass(),
  ) {}

  /** Begins to listen. */
  start(): void {
    if (this.wanted) return;
    if (this.make === null) return this.events.problem("unsupported");
    this.wanted = true;
    this.failures = 0;
    this.listen(this.make);
  }

  /** Stops listening; words of the present breath are settled as they stand. */
  stop(): void {
    this.wanted = false;
    clearTimeout(this.timer);
    const running = this.running;
    this.running = null;
    running?.abort();
    this.settle();
  }

  private listen(make: RecognitionClass): void {
    const recognition = new make();
    this.running = recognition;
    recognition.continuous = true;
    recognition.interimResults = true;
    recognition.lang = this.language;
    recognition.onresult = (event) => this.heard(event);
    recognition.onerror = ({ error }) => this.failed(error);
    recognition.onend = () => {
      if (this.running !== recognition) return;
      this.running = null;
      this.settle();
      if (this.wanted) this.timer = setTimeout(() => this.wanted && this.listen(make), RESTART_MS);
    };
    try {
      recognition.start();
    } catch {
      this.failed("network");
    }
  }

  private heard(event: RecognitionEvent): void {
    this.failures = 0;
    let partial = "";
    for (let i = event.resultIndex; i < event.results.length; i++) {
      const result = event.results[i];
      const text = (result?.[0]?.transcript ?? "").trim();
      if (result?.isFinal) {
        if (text !== "") this.events.words(text, true);
        this.partial = "";
      } else partial = `${partial} ${text}`.trim();
    }
    if (partial === "" || partial === this.partial) return;
    this.partial = partial;
    this.events.words(partial, false);
  }

  private settle(): void {
    if (this.partial !== "") this.events.words(this.partial, true);
    this.partial = "";
  }

  private failed(error: string): void {
    if (error === "no-speech" || error === "aborted") return;
    const problem = problemOf(error);
    if (problem === "unreachable" && ++this.failures < FAILURES_MAX) return;
    this.wanted = false;
    this.events.problem(problem);
  }
}

function problemOf(error: string): RecogniserProblem {
  if (error === "not-allowed" || error === "service-not-allowed") return "denied";
  return error === "language-not-supported" ? "language" : "unreachable";
}
