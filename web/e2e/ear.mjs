// Runs in the page before its own scripts: listens to what goes to the loudspeaker and to what the microphone sends, and
// watches how quick the page is.

/** Puts `__ear` into the page. All times are of the page's clock, in ms. */
export function ear() {
  /** Loudness below which the loudspeaker counts as silent: -60 dB. */
  const SILENT = 0.001;
  /** Loudness above which a sent frame holds a voice. */
  const VOICE = 0.05;
  /** Length of the pieces that sound is looked at in, in ms. */
  const PIECE_MS = 5;
  /** Length of a frame of the microphone, in ms: its sound is that much older than its sending. */
  const FRAME_MS = 20;
  const state = { peak: 0, loudAt: 0, soundMs: 0, heardAt: null };

  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && to.context instanceof AudioContext) {
      const { context } = to;
      const analyser = new AnalyserNode(context, { fftSize: 16_384 });
      connect.call(this, analyser);
      const samples = new Float32Array(analyser.fftSize);
      const piece = Math.round((context.sampleRate * PIECE_MS) / 1000);
      let [looked, left] = [context.currentTime, 0];
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        const now = performance.now();
        // Only what is new since the last look, in whole pieces.
        const fresh = Math.min(samples.length, Math.round((context.currentTime - looked) * context.sampleRate) + left);
        looked = context.currentTime;
        left = fresh % piece;
        for (let at = samples.length - fresh; at + piece <= samples.length; at += piece) {
          let peak = 0;
          for (let i = at; i < at + piece; i++) peak = Math.max(peak, Math.abs(samples[i]));
          state.peak = Math.max(state.peak, peak);
          if (peak <= SILENT) continue;
          state.soundMs += PIECE_MS;
          state.loudAt = now - ((samples.length - at - piece) * 1000) / context.sampleRate;
        }
      }, 20);
    }
    return connect.call(this, to, ...rest);
  };

  const tracks = new Set();
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    tracks.add(this);
    return play.call(this);
  };

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === "string" && state.heardAt === null && data.includes('"input_audio_buffer.append"')) {
      const bytes = Uint8Array.from(atob(JSON.parse(data).audio), (char) => char.charCodeAt(0));
      const loud = new Int16Array(bytes.buffer).some((sample) => Math.abs(sample) > VOICE * 32_768);
      if (loud) state.heardAt = performance.now() - FRAME_MS;
    }
    return send.call(this, data);
  };

  const slow = { paintMs: 0, tasks: [] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) slow.paintMs = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) slow.tasks.push({ at: startTime, ms: duration });
  }).observe({ type: "longtask", buffered: true });

  globalThis.__ear = {
    /** Forgets what was heard: what follows is what counts. */
    listen: () => Object.assign(state, { peak: 0, soundMs: 0, heardAt: null }),
    /** Loudest moment since. */
    peak: () => state.peak,
    /** Length of all sound since that was not silence. */
    soundMs: () => state.soundMs,
    quietMs: () => performance.now() - state.loudAt,
    /** From the first sound of the candidate's voice since to the last sound of the loudspeaker. */
    untilQuietMs: () => (state.heardAt === null ? null : state.loudAt - state.heardAt),
    heard: () => state.heardAt !== null,
    /** Recorded tracks that were played: where they are and how long, in s. */
    tracks: () => [...tracks].map(({ currentTime, duration }) => ({ at: currentTime, seconds: duration })),
    paintMs: () => slow.paintMs,
    /** Tasks that kept the page from answering for more than 50 ms, since `from`; without those of the story's own tools. */
    slowTasks: (from) => {
      const tools = globalThis.__axed ?? [];
      const own = ({ at, ms }) => at >= from && !tools.some((tool) => at < tool.to && at + ms > tool.from);
      return slow.tasks.filter(own).map(({ ms }) => Math.round(ms));
    },
  };
}
