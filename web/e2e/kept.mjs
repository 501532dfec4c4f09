// An interview that was held before: a recording that the repository keeps, with made sound, as a killed server would leave it. The
// server takes it in when it starts.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Its id. */
export const KEPT = `sess_${"e2e".padEnd(32, "0")}`;
const CASE = new URL("../../replay-tests/cases/a-demo-held-over-the-socket/", import.meta.url);
/** About as long as the recording, in s. */
const SOUND_S = 154;

/** Puts it into a server's data folder. */
export function lay(data, sox) {
  const folder = join(data, "recordings", KEPT);
  mkdirSync(folder, { recursive: true });
  for (const file of ["header.json", "steps.jsonl"]) cpSync(new URL(file, CASE), join(folder, file));
  for (const [track, tone] of [
    ["candidate", 180],
    ["interviewer", 260],
  ]) {
    const raw = ["-r", "24000", "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", join(folder, `${track}.pcm`)];
    execFileSync(sox, ["-n", ...raw, "synth", `${SOUND_S}`, "sine", `${tone}`, "tremolo", "3", "80", "vol", "0.3"]);
  }
}
