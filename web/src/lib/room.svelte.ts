// One interview as the page holds it: joins the line, the microphone, the voices and what is shown.
import type { ClientMessage, FloorState, Language, RunScope, ServerEvent } from "../wire/wire";
import { ApiError, session as readSession, type SessionView } from "./api";
import { ask } from "./coding";
import type { CodeDocument, DocumentLink } from "./editor/document";
import { bytesToPcm16, fromBase64, fromPcm16, WIRE_RATE_HZ } from "./framing";
import { type Hearing, heardCharacters, UNHEARD, withSound, withWords } from "./heard";
import { MIC_HELP, Mic, MicError } from "./mic";
import { Player } from "./player";
import { RECOGNISER_HELP, Recogniser } from "./recogniser";
import { type Link, socketUrl, VoiceSocket } from "./socket";
import { cutItems, dismiss, notice, type RoomState, reduce, roomOf } from "./state";
import { BrowserVoice } from "./voice";
import { EDITOR_CLOSED } from "./words";

/** Sound already on its way when the interview ends may still be heard for so long. */
const LAST_WORDS_MS = 1_500;
/** Close code of an editor whose interview is over. */
const ENDED_CODE = 4410;
/** Where the browser keeps which interview was going on, so that a reload finds it. */
const STORED = "viva.session";

/** States in which a reply is spoken or on its way. */
const BUSY = new Set<FloorState>(["interviewer_speaking", "interviewer_paused", "preparing"]);

/** How the candidate takes part. */
export interface Manner {
  /** By microphone, or typing only. */
  speaks: boolean;
  /** Chosen microphone; empty for the browser's choice. */
  deviceId: string;
  /** Chosen loudspeakers; empty for the browser's choice. */
  speakerId: string;
}

/** The room. Fields are read by the screens; methods are what its buttons do. */
export class Room {
  shown: RoomState = $state.raw() as RoomState;
  link: Link = $state.raw({ state: "connecting", attempt: 0 });
  /** Loudness of the microphone, 0..1. */
  level = $state(0);
  muted = $state(false);
  micOpen = $state(false);
  /** The interviewer can be heard right now. */
  sounding = $state(false);
  /** Characters heard so far of what is being played, by item; what is not here was heard, or is not spoken. */
  heard: Record<string, number> = $state.raw({});
  /** The line was too slow for sound, so everything goes in writing. */
  inWriting = $state(false);
  /** The shared code; none before it has come for the first time. */
  code: CodeDocument | null = $state.raw(null);
  codeLink: DocumentLink = $state("opening");

  private readonly socket: VoiceSocket;
  private mic: Mic | null = null;
  private player: Player | null = null;
  private voice: BrowserVoice | null = null;
  private recogniser: Recogniser | null = null;
  /** Items that were cut: what still comes of them is not played. */
  private readonly cut = new Set<string>();
  /** Words and sound of what is being played, to tell what was heard. */
  private readonly hearing = new Map<string, Hearing>();
  /** The item whose sound came last. */
  private lastItem = "";
  private document: CodeDocument | null = null;
  private openingCode = false;

  constructor(
    readonly session: SessionView,
    readonly manner: Manner,
  ) {
    this.shown = roomOf(session, performance.now());
    this.socket = new VoiceSocket(socketUrl(session.url), {
      event: (event) => this.take(event),
      sound: () => {},
      link: (link) => this.linked(link),
      slow: (on) => this.slow(on),
      alive: () => this.alive(),
    });
  }

  /** Opens the sound, then the line. To be called from a click. */
  async enter(): Promise<void> {
    sessionStorage.setItem(STORED, JSON.stringify({ id: this.session.id, speaks: this.manner.speaks }));
    const played = (item_id: string, played_ms: number, done: boolean) => {
      this.say({ type: "x.playout", item_id, played_ms, ...(done ? { done } : {}) });
      this.heardUpTo(item_id, played_ms, done);
    };
    const sounding = (on: boolean) => {
      this.sounding = on;
    };
    const language = this.session.language;
    if (this.session.voice === "server") this.player = await Player.open({ played, sounding }, this.manner.speakerId);
    if (this.session.voice === "client") {
      const mute = () => this.notify("no_voice", "This browser has no voice to speak with. Please read along.");
      this.voice = new BrowserVoice(language, { played, sounding, mute });
    }
    if (this.session.words === "client" && this.manner.speaks) {
      this.recogniser = new Recogniser(language, {
        words: (text, final) => this.say({ type: "x.transcript", text, final }),
        problem: (problem) => this.notify("no_words", RECOGNISER_HELP[problem]),
      });
    }
    const { by, topics = [] } = this.session.chosen ?? { by: "" };
    if (by === "job" && topics.length > 0 && this.session.state === "created")
      this.notify("chosen", `This question was chosen for the job you pasted: ${topics.join(", ")}.`);
    if (this.manner.speaks) await this.openMic();
    this.socket.connect();
    addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.wake);
  }

  /** Opens the microphone, or says why not. */
  openMic = async (): Promise<void> => {
    await this.mic?.close();
    try {
      this.mic = await Mic.open(
        {
          frame: (pcm) => this.hears() && this.socket.sendSound(pcm),
          level: (level) => {
            this.level = this.hears() ? Math.max(level, this.level * 0.85) : 0;
          },
          lost: () => this.micLost(),
        },
        this.manner.deviceId,
      );
      this.mic.muted = this.muted;
      this.micOpen = true;
      this.tellMicrophone(this.mic);
      if (this.inWriting) this.speakAgain();
      this.dismiss("microphone");
      this.listen();
    } catch (error) {
      this.micOpen = false;
      this.notify("microphone", error instanceof MicError ? error.message : MIC_HELP.failed);
    }
  };

  /** Mutes the microphone, or opens it again. */
  mute = (): void => {
    this.muted = !this.muted;
    if (this.mic !== null) this.mic.muted = this.muted;
    this.listen();
  };

  /** Goes on in writing: no sound either way, which the worst line can carry. The microphone can be opened again. */
  writeOnly = (): void => {
    this.inWriting = true;
    void this.mic?.close();
    this.mic = null;
    this.micOpen = false;
    this.level = 0;
    this.listen();
    this.dismiss("slow_line");
    this.say({ type: "session.update", session: { type: "realtime", output_modalities: ["text"] } });
    this.notify("microphone", "You write now, and the interviewer does. When the line is better, open the microphone.");
  };

  /** Sends a typed turn. */
  type(text: string): void {
    // Who writes while the interviewer speaks, or is about to, cuts in as by voice: what was written is answered next.
    if (BUSY.has(this.shown.floor)) {
      this.say({ type: "response.cancel" });
      this.flush();
    }
    const content = [{ type: "input_text" as const, text }];
    this.say({ type: "conversation.item.create", item: { type: "message", role: "user", content } });
    this.say({ type: "response.create" });
  }

  /** Pauses the interview, or goes on. */
  pause = (): void => this.say({ type: this.shown.floor === "paused" ? "x.unpause" : "x.pause" });

  /** Ends the interview; the server says when it is over. */
  end = (): void => this.say({ type: "x.end", reason: "candidate" });

  /** Leaves while the line is cut: the server ends the interview when nobody comes back. */
  abandon = (): void => {
    this.shown = { ...this.shown, floor: "ended", ended: "candidate" };
    this.leave();
  };

  /** Asks for a run of the code. */
  run(scope: RunScope, input = ""): void {
    const { coding } = this.shown;
    if (coding === null) return;
    this.shown = { ...this.shown, coding: ask(coding, scope, input) };
    const send = () => this.say({ type: "x.run", scope, ...(scope === "custom" ? { input } : {}) });
    // The code must be there before the run is asked for.
    if (this.document === null) send();
    else void this.document.settled().then(send);
  }

  /** Asks for the next hint. */
  hint = (): void => this.say({ type: "x.hint" });

  /** Goes on in another language; the texts of all stay. */
  chooseLanguage(language: Language): void {
    const { coding } = this.shown;
    if (coding === null || coding.language === language) return;
    this.shown = { ...this.shown, coding: { ...coding, language, refusal: "" } };
    this.say({ type: "x.editor.language", language });
  }

  /** The code has grown to its limit. */
  tooLong = (): void =>
    this.notify("text_too_long", "The editor is full: that change was not taken. Make some room first.");

  /** Opens the shared code anew, as the server has it. */
  reopenCode = (): void => {
    this.document?.leave();
    this.document = null;
    this.code = null;
    this.codeLink = "opening";
    this.dismiss("editor");
    void this.openCode();
  };

  /** Tries the line again now. */
  retry = (): void => {
    if (this.codeLink !== "closed") this.document?.retry();
    if (this.link.state === "waiting" || this.link.state === "refused") this.socket.connect();
  };

  /** Takes a notice away. */
  dismiss = (code: string): void => {
    this.shown = dismiss(this.shown, code);
  };

  /** Leaves the room: all sound off, the line closed. `back`: this tab remembers it, for the way back. */
  leave = (back = false): void => {
    if (!back) sessionStorage.removeItem(STORED);
    removeEventListener("online", this.retry);
    document.removeEventListener("visibilitychange", this.wake);
    this.recogniser?.stop();
    void this.mic?.close();
    this.mic = null;
    this.micOpen = false;
    this.level = 0;
    this.socket.close();
    this.document?.leave();
    const { player, voice } = this;
    setTimeout(() => {
      void player?.close();
      voice?.close();
    }, LAST_WORDS_MS);
  };

  /** Opens the shared code; its program is fetched only then. */
  private openCode = async (): Promise<void> => {
    this.openingCode = true;
    try {
      const { CodeDocument } = await import("./editor/view");
      if (this.shown.ended !== null) return;
      const document = new CodeDocument(`/v1/sessions/${encodeURIComponent(this.session.id)}`, {
        link: (link) => {
          if (this.codeLink !== "opening" || link === "closed") this.codeLink = link;
        },
        closed: (code) => {
          const lost = "The server closed the shared editor. Open it again; changes that it did not take are lost.";
          if (code !== ENDED_CODE) this.notify("editor", EDITOR_CLOSED[code] ?? lost);
        },
        ready: () => {
          this.codeLink = "open";
          this.code = document;
        },
      });
      this.document = document;
    } catch {
      this.codeLink = "closed";
      this.notify("editor", "The editor could not be fetched. Check the line, then open it again; nothing is lost.");
    }
  };

  private say(event: ClientMessage): void {
    if (this.shown.ended === null) this.socket.send(event);
  }

  private take(event: ServerEvent): void {
    const before = this.shown.floor;
    this.shown = reduce(this.shown, event, performance.now());
    if (event.type === "response.output_audio.delta") this.play(event.item_id, event.delta);
    if (event.type === "response.output_audio_transcript.delta" && this.player !== null)
      this.follow(event.item_id, (hearing) => withWords(hearing, event.delta.length));
    if (event.type === "response.output_audio.done") this.soundDone(event.item_id);
    if (event.type === "x.speak") this.speak(event.item_id, event.text);
    if (event.type === "input_audio_buffer.speech_started") this.flush();
    if (event.type === "response.done") this.replyOver(cutItems(event.response));
    if (this.shown.coding !== null && !this.openingCode) void this.openCode();
    if (this.shown.floor !== before) this.floorChanged(this.shown.floor);
    if (this.shown.ended !== null) this.leave();
  }

  /** Opening the microphone again brings the voice back. */
  private speakAgain(): void {
    this.inWriting = false;
    this.say({ type: "session.update", session: { type: "realtime", output_modalities: ["audio"] } });
  }

  /** What the browser really does to the sound belongs into the record: echo that gets through explains much. */
  private tellMicrophone(mic: Mic): void {
    const { echoCancellation, noiseSuppression, autoGainControl, sampleRate } = mic.settings;
    const about = {
      echo_cancellation: echoCancellation ?? null,
      noise_suppression: noiseSuppression ?? null,
      auto_gain_control: autoGainControl ?? null,
      rate_hz: sampleRate ?? null,
    };
    const signal = { type: "x.signal" as const, kind: "microphone", ...about };
    this.say(signal);
  }

  /** Keeps what comes of an item's words and sound, so that the captions can follow the voice. */
  private follow(item: string, change: (hearing: Hearing) => Hearing): void {
    if (this.cut.has(item) || (this.player === null && this.voice === null)) return;
    this.hearing.set(item, change(this.hearing.get(item) ?? UNHEARD));
    if (this.heard[item] === undefined) this.heard = { ...this.heard, [item]: 0 };
  }

  private heardUpTo(item: string, playedMs: number, done: boolean): void {
    const hearing = this.hearing.get(item);
    if (hearing === undefined) return;
    if (done) return this.forget(item);
    const characters = heardCharacters(hearing, playedMs);
    if (characters !== this.heard[item]) this.heard = { ...this.heard, [item]: characters };
  }

  /** Nothing more is heard of an item: its caption stands as it is. */
  private forget(item: string): void {
    if (!this.hearing.delete(item)) return;
    const { [item]: _, ...others } = this.heard;
    this.heard = others;
  }

  private play(item: string, audio: string): void {
    if (this.cut.has(item) || this.player === null) return;
    // The server counts from here; the player's own reports follow while it plays.
    if (this.lastItem !== item) this.say({ type: "x.playout", item_id: item, played_ms: 0 });
    this.lastItem = item;
    const sound = fromPcm16(bytesToPcm16(fromBase64(audio)));
    this.follow(item, (hearing) => withSound(hearing, (sound.length * 1000) / WIRE_RATE_HZ));
    this.player.push(item, sound);
  }

  private soundDone(item: string): void {
    this.player?.end(item);
    const hearing = this.hearing.get(item);
    if (hearing === undefined) return;
    // Words without any sound are not waited for.
    if (hearing.soundMs === 0) this.forget(item);
    else this.hearing.set(item, { ...hearing, complete: true });
  }

  private speak(item: string, text: string): void {
    if (this.cut.has(item) || this.voice === null) return;
    this.follow(item, (hearing) => withWords(hearing, text.length));
    this.voice.speak(item, text);
  }

  private replyOver(cut: string[]): void {
    if (cut.length === 0) return;
    for (const item of cut) {
      this.cut.add(item);
      this.forget(item);
      // What was heard of it is what stays in the captions.
      this.say({ type: "conversation.item.retrieve", item_id: item });
    }
    this.flush();
  }

  private flush(): void {
    this.hearing.clear();
    this.heard = {};
    this.player?.flush();
    this.voice?.flush();
  }

  private floorChanged(state: FloorState): void {
    const silence = state === "interviewer_paused" || state === "paused";
    if (silence) this.player?.pause();
    else this.player?.resume();
    if (silence) this.voice?.pause();
    else this.voice?.resume();
    this.listen();
  }

  /** The microphone's sound and words go out only while somebody is to hear them. */
  private hears(): boolean {
    return this.shown.floor !== "paused" && this.shown.floor !== "ended";
  }

  private listen(): void {
    if (this.micOpen && this.hears() && !this.muted) this.recogniser?.start();
    else this.recogniser?.stop();
  }

  private micLost(): void {
    this.micOpen = false;
    this.level = 0;
    this.listen();
    this.notify("microphone", MIC_HELP.unplugged);
  }

  private linked(link: Link): void {
    this.link = link;
    if (link.state === "gone") {
      this.shown = { ...this.shown, floor: "ended", ended: "gone" };
      this.leave();
    }
  }

  private slow(on: boolean): void {
    if (on) this.notify("slow_line", "The line is too slow for sound right now. If it stays so, go on in writing.");
    else this.dismiss("slow_line");
  }

  private async alive(): Promise<boolean | "unknown"> {
    try {
      return isHeld(await readSession(this.session.id));
    } catch (error) {
      return error instanceof ApiError && (error.status === 404 || error.status === 410) ? false : "unknown";
    }
  }

  private notify(code: string, text: string): void {
    this.shown = notice(this.shown, { code, text });
  }

  private readonly wake = (): void => {
    if (document.visibilityState !== "visible") return;
    this.player?.wake();
    this.mic?.wake();
  };
}

/** The interview can be joined. */
export function isHeld({ state }: SessionView): boolean {
  return state === "created" || state === "live";
}

/** Whether the candidate took part in this interview by microphone, as far as this tab knows. */
export function spoke(id: string): boolean {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "null") as { id: string; speaks: boolean } | null;
    return stored?.id === id ? stored.speaks : true;
  } catch {
    return true;
  }
}

/** The interview that was going on in this tab before it was reloaded, if the server still holds it. */
export async function unfinished(): Promise<{ session: SessionView; speaks: boolean } | null> {
  const stored = sessionStorage.getItem(STORED);
  if (stored === null) return null;
  try {
    const { id, speaks } = JSON.parse(stored) as { id: string; speaks: boolean };
    const session = await readSession(id);
    if (isHeld(session)) return { session, speaks };
  } catch {
    // Gone, or not to be had: a new interview can be started.
  }
  sessionStorage.removeItem(STORED);
  return null;
}
