// Runs in the page before its own scripts: listens to what goes to the loudspeaker.

/** Puts `__ear` into the page: `peak` since the last `listen()`, `loudAt` the last moment something was heard. */
export function ear() {
  /** Loudness below which it counts as silence: -60 dB. */
  const SILENT = 0.001;
  const state = { peak: 0, loudAt: 0 };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && to.context instanceof AudioContext) {
      const analyser = new AnalyserNode(to.context, { fftSize: 2048 });
      connect.call(this, analyser);
      const samples = new Float32Array(analyser.fftSize);
      // Read more often than the analyser's window moves on, so that nothing is missed.
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        state.peak = Math.max(state.peak, peak);
        if (peak > SILENT) state.loudAt = performance.now();
      }, 20);
    }
    return connect.call(this, to, ...rest);
  };
  globalThis.__ear = {
    listen: () => {
      state.peak = 0;
    },
    peak: () => state.peak,
    quietMs: () => performance.now() - state.loudAt,
  };
}
