// What the story needs: a server with scripted services, a line to it that can be cut, a microphone, a browser.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** Longest wait for the server's first line, in ms. */
const START_MS_MAX = 20_000;

/** What the interviewer answers, whatever is said: long enough to be cut into. */
export const ANSWER =
  "That is a sound idea to begin with. How much memory would the map in line two need when the list is very long, " +
  "and what would you say if memory were scarce on that machine?";
/** What is heard, whatever is said. */
export const HEARD = "I would use a hash map and look every number up.";

const CONFIG = `
[stt]
provider = "fake"
[stt.fake]
utterances = [{ text = ${JSON.stringify(HEARD)} }]
[llm]
provider = "fake"
[llm.fake]
answers = [${JSON.stringify(ANSWER)}]
[tts]
provider = "fake"
[vad]
provider = "earshot"
`;

/** Chromium without a screen, whose microphone is a file that it plays round and round. */
const FLAGS = (wav) => [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  `--use-file-for-fake-audio-capture=${wav}`,
];

/** The first of these programs that there is. */
function program(names, hint) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here.
      }
    }
  }
  console.error(`e2e: ${names.join(" or ")} is not installed; ${hint}`);
  process.exit(2);
}

/** Builds the world; `close` takes it down again. */
export async function world() {
  const executablePath = program(["chromium", "chromium-browser", "google-chrome"], "apt-get install chromium");
  const [espeak, sox] = ["espeak-ng", "sox"].map((name) => program([name], `apt-get install ${name}`));
  const folder = mkdtempSync(join(tmpdir(), "viva-e2e-"));
  const closers = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const wav = microphone(folder, espeak, sox);
    const server = await serve(folder);
    closers.push(server.close);
    const line = await cuttable(server.port);
    closers.push(line.close);
    const browser = await chromium.launch({ executablePath, args: FLAGS(wav), headless: true });
    closers.push(() => browser.close());
    /** A server of a story's own, with more in its configuration, and its data folder as `lay` leaves it. */
    const another = async ({ config = "", lay = () => {} }) => {
      const folder = mkdtempSync(join(tmpdir(), "viva-e2e-"));
      closers.push(() => rmSync(folder, { recursive: true, force: true }));
      lay(join(folder, "data"), sox);
      const { port, close, run } = await serve(folder, config);
      closers.push(close);
      return { url: `http://127.0.0.1:${port}`, close, run };
    };
    return { browser, another, url: line.url, cut: line.cut, edits: line.edits, log: server.log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Silence first, so that nothing is said before it is wanted; then a sentence; then time for the turn to end. */
function microphone(folder, espeak, sox) {
  const [spoken, wav] = [join(folder, "spoken.wav"), join(folder, "microphone.wav")];
  execFileSync(espeak, ["-v", "en-us", "-s", "165", "-w", spoken, HEARD]);
  execFileSync(sox, [spoken, "-r", "48000", "-c", "1", "-b", "16", wav, "norm", "-3", "pad", "1", "2"]);
  return wav;
}

async function serve(folder, extra = "") {
  const viva = process.env.VIVA;
  if (!viva) {
    console.error("e2e: say where the server is: VIVA=../target/debug/viva");
    process.exit(2);
  }
  const config = join(folder, "config.toml");
  writeFileSync(config, CONFIG + extra);
  const arguments_ = ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data"), "--config", config];
  const child = spawn(viva, arguments_, { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  const exited = once(child, "exit");
  const close = async () => {
    child.kill();
    await exited;
  };
  const port = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the server did not start in time")), START_MS_MAX);
    child.on("error", reject);
    exited.then(() => reject(new Error(`the server did not start:\n${log.join("\n")}`)));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (text) => {
        log.push(text);
        const found = /^Viva: http:\/\/127\.0\.0\.1:(\d+)/.exec(text);
        if (!found) return;
        clearTimeout(late);
        resolve(Number(found[1]));
      });
    }
  });
  /** Another command of the server's program, on the same data. */
  const run = (words, input) =>
    execFileSync(viva, [...words, "--data", join(folder, "data"), "--config", config], { input, encoding: "utf8" });
  return { port, log, close, run };
}

/** A way to the server that can be cut: all its connections break off, new ones go through unless `closed`. */
async function cuttable(port) {
  const open = new Set();
  /** When something came from the page on a line of the shared editor, in ms since 1970. */
  const edits = [];
  let shut = false;
  const proxy = net.createServer((near) => {
    if (shut) return near.destroy();
    const far = net.connect(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
    let editor = null;
    near.on("data", (bytes) => {
      if (editor) edits.push(performance.timeOrigin + performance.now());
      // A line begins with what it is for.
      editor ??= /^GET \/v1\/sessions\/[^ ]+\/editor/.test(bytes.subarray(0, 200).toString("latin1"));
    });
    near.pipe(far).pipe(near);
  });
  const cut = (stay = false) => {
    shut = stay;
    for (const socket of open) socket.destroy();
  };
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const close = () => {
    cut(true);
    proxy.close();
  };
  return { url: `http://127.0.0.1:${proxy.address().port}`, cut, edits, close };
}
