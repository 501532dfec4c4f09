// How the page is built: hashed files under /assets/, nothing inline (a strict Content-Security-Policy stands), worklets
// as files of their own.
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** Where `npm run dev` finds a running server. */
const server = "http://127.0.0.1:8080";

/** Most that the start page may load, and most that a coding interview or a review may load in all; compressed, in bytes. */
const LOAD_BYTES_MAX = 300_000;

/** Files beside the program that the page opens with. */
const PUBLIC = ["/favicon.svg", "/manifest.webmanifest", "/icon-192.png"];

type Bundle = Parameters<Extract<Plugin["generateBundle"], (...all: never[]) => unknown>>[1];

/** What `chunk` loads: itself, its styles, and what it imports; `lazily` what it may fetch later, too. */
function loads(bundle: Bundle, name: string, lazily: boolean, found = new Set<string>()): Set<string> {
  const chunk = bundle[name];
  if (found.has(name) || chunk === undefined) return found;
  found.add(name);
  if (chunk.type !== "chunk") return found;
  const styles = (chunk as { viteMetadata?: { importedCss?: Set<string> } }).viteMetadata?.importedCss ?? [];
  for (const style of styles) found.add(style);
  for (const next of [...chunk.imports, ...(lazily ? chunk.dynamicImports : [])]) loads(bundle, next, lazily, found);
  return found;
}

function bytes(bundle: Bundle, names: Iterable<string>): number {
  return [...names].reduce((sum, name) => {
    const part = bundle[name];
    return part === undefined ? sum : sum + gzipSync(part.type === "chunk" ? part.code : part.source).length;
  }, 0);
}

/** Fails the build when the page would load too much, and tells the service worker what it opens with. */
function limited(): Plugin {
  return {
    name: "limited",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const chunkOf = (file: RegExp) =>
        chunks.find(({ facadeModuleId }) => file.test(facadeModuleId ?? ""))?.fileName ?? "";
      const first = loads(bundle, chunkOf(/index\.html$/), false);
      // What the page opens with may fetch every screen; each is counted by itself.
      const [room, review] = [/screens\/Room\.svelte$/, /screens\/Review\.svelte$/].map((screen) =>
        loads(bundle, chunkOf(screen), true, new Set(first)),
      ) as [Set<string>, Set<string>];
      const worklets = Object.keys(bundle).filter((name) => name.includes("worklet"));
      // Of the languages only the largest counts: one is used.
      const grammars = chunks.filter(({ facadeModuleId }) => /@codemirror\/lang-/.test(facadeModuleId ?? ""));
      for (const { fileName } of grammars) {
        room.delete(fileName);
        review.delete(fileName);
      }
      const grammar = Math.max(0, ...grammars.map(({ fileName }) => bytes(bundle, [fileName])));
      const whole = bytes(bundle, new Set([...room, ...worklets])) + grammar;
      for (const [what, load] of [
        ["the start page", bytes(bundle, first)],
        ["a coding interview", whole],
        ["a review", bytes(bundle, review) + grammar],
      ] as const) {
        this.info(`${what} loads ${Math.round(load / 1000)} kB compressed`);
        if (load > LOAD_BYTES_MAX) this.error(`${what} would load ${load} bytes; the limit is ${LOAD_BYTES_MAX}`);
      }
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") return this.error("there is no service worker");
      if (worker.imports.length > 0) this.error("the service worker must be one file");
      const files = [...PUBLIC, ...[...first].map((name) => `/${name}`)];
      worker.code = worker.code.replaceAll("VIVA_FILES", JSON.stringify(files));
    },
  };
}

export default defineConfig({
  plugins: [svelte(), limited()],
  worker: { format: "es" },
  build: {
    target: ["chrome111", "firefox114", "safari16.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: "index.html", sw: "src/sw.ts" },
      // The service worker's address is its place: it must not change, and covers what lies below it.
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  server: { proxy: { "/v1": { target: server, ws: true } } },
});
