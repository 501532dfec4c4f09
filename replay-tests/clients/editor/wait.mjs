// Waiting for what must come, and saying what did not.

/** Longest wait for any one thing, in ms. Generous: it is only ever reached when something is broken. */
export const PATIENCE_MS = 20_000;
/** How often a condition is looked at, in ms. */
const LOOK_EVERY_MS = 5;

export class CheckFailed extends Error {}

export function expect(truth, what) {
  if (!truth) throw new CheckFailed(what);
}

/** What `probe` returns once it returns something other than undefined, null or false; `why` says what is there instead. */
export async function until(what, probe, why = () => '', patienceMs = PATIENCE_MS) {
  const started = performance.now();
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() - started > patienceMs) {
      throw new CheckFailed(`waited ${patienceMs / 1000} s in vain for ${what} ${why()}`.trim());
    }
    await pause(LOOK_EVERY_MS);
  }
}

/** Lets time pass. Never a test's reason to believe that something has happened. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
