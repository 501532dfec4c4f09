// Calls the candidate's JavaScript. Tests come in one a line, `id json`; each answer is a line of its own that begins with
// the nonce, which is read before the candidate's code is loaded.
"use strict";
const fs = require("fs");
const path = require("path");
const Module = require("module");

const IN = @IN@, OUT = @OUT@, FILE = path.join(__dirname, @FILE@);
const CONFIG = JSON.parse(@CONFIG@);

class ListNode {
  constructor(val = 0, next = null) { this.val = val; this.next = next; }
}
class TreeNode {
  constructor(val = 0, left = null, right = null) { this.val = val; this.left = left; this.right = right; }
}
class GraphNode {
  constructor(val = 0, neighbors = []) { this.val = val; this.neighbors = neighbors; }
}

function decode([name, inner, second, ...more], value) {
  switch (name) {
    case "optional": return value === null ? null : decode(inner, value);
    case "list": return value.map((member) => decode(inner, member));
    case "tuple": return value.map((member, at) => decode([inner, second, ...more][at], member));
    case "map": return new Map(Object.entries(value).map(([key, member]) => [decodeKey(inner[0], key), decode(second, member)]));
    case "linked_list": return value.reduceRight((next, member) => new ListNode(decode(inner, member), next), null);
    case "tree": return decodeTree(inner, value);
    case "graph": {
      const nodes = value.map((_, at) => new GraphNode(at));
      nodes.forEach((node, at) => { node.neighbors = value[at].map((other) => nodes[other]); });
      return nodes[0] ?? null;
    }
    default: return value;
  }
}

function decodeKey(kind, key) {
  return kind === "int" ? Number(key) : kind === "bool" ? key === "true" : key;
}

function decodeTree(kind, values) {
  if (values.length === 0) return null;
  const root = new TreeNode(decode(kind, values[0]));
  const level = [root];
  let at = 1;
  for (const node of level) {
    for (const side of ["left", "right"]) {
      if (at < values.length) {
        if (values[at] !== null) {
          node[side] = new TreeNode(decode(kind, values[at]));
          level.push(node[side]);
        }
        at += 1;
      }
    }
  }
  return root;
}

// JSON, in ASCII, with names for the numbers that JSON does not have.
function encode(kind, value) {
  const [name, inner] = kind;
  if (name === "linked_list") {
    const members = [], seen = new Set();
    for (let node = value; node; node = node.next) {
      if (seen.has(node)) throw new Error("the linked list that was returned has a cycle");
      seen.add(node);
      members.push(encode(inner, node.val));
    }
    return "[" + members.join(",") + "]";
  }
  if (name === "tree") {
    const members = [], level = [value ?? null];
    for (const node of level) {
      members.push(node === null ? "null" : encode(inner, node.val));
      if (node !== null) level.push(node.left ?? null, node.right ?? null);
      if (members.length > 1e6) throw new Error("the tree that was returned has a cycle");
    }
    while (members.length > 0 && members[members.length - 1] === "null") members.pop();
    return "[" + members.join(",") + "]";
  }
  if (name === "graph") {
    const nodes = [], open = value ? [value] : [];
    while (open.length > 0) {
      const node = open.pop();
      if (nodes[node.val] === undefined) {
        nodes[node.val] = node.neighbors.map((other) => other.val);
        open.push(...node.neighbors);
      }
    }
    return JSON.stringify(Array.from(nodes, (neighbors) => neighbors ?? []));
  }
  if (name === "optional") return value === null || value === undefined ? "null" : encode(inner, value);
  if (name === "list" && Array.isArray(value)) return "[" + value.map((member) => encode(inner, member)).join(",") + "]";
  if (name === "tuple" && Array.isArray(value)) {
    return "[" + value.map((member, at) => encode(kind[at + 1] ?? ["any"], member)).join(",") + "]";
  }
  return plain(value);
}

function plain(value) {
  switch (typeof value) {
    case "number": return Number.isFinite(value) ? String(value === 0 ? 0 : value) : '"' + String(value) + '"';
    case "bigint": case "boolean": return String(value);
    case "string": return ascii(value);
    case "undefined": return "null";
    case "object": break;
    default: throw new TypeError("a result of type " + typeof value + " cannot be compared");
  }
  if (value === null) return "null";
  if (value instanceof Map) return "{" + [...value].map(([key, member]) => ascii(String(key)) + ":" + plain(member)).join(",") + "}";
  if (typeof value[Symbol.iterator] === "function") return "[" + Array.from(value, plain).join(",") + "]";
  return "{" + Object.entries(value).map(([key, member]) => ascii(key) + ":" + plain(member)).join(",") + "}";
}

function ascii(text) {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (letter) => "\\u" + letter.charCodeAt(0).toString(16).padStart(4, "0"));
}

function errorOf(error) {
  const stack = String(error?.stack ?? "");
  const place = stack.split("\n").map((line) => line.indexOf(FILE + ":") >= 0 && Number.parseInt(line.slice(line.indexOf(FILE) + FILE.length + 1), 10)).find(Boolean);
  const isError = error !== null && typeof error === "object" && "message" in error;
  const kind = isError ? String(error.name ?? "Error") : typeof error;
  let message = "";
  try { message = String(isError ? error.message : error); } catch { message = "?"; }
  const syntax = error instanceof SyntaxError && stack.startsWith(FILE);
  return `{"kind":${ascii(kind)},"message":${ascii(message.slice(0, 2000))},"line":${place || "null"},"syntax":${syntax}}`;
}

function load() {
  let text = fs.readFileSync(FILE, "utf8").replace(/^export\s+default\s+(?=class|function|async)/gm, "").replace(/^export\s+(?=class|function|async|const|let|var)/gm, "");
  const wanted = [...CONFIG.names, "Solution"];
  const found = wanted.map((name) => `try { module.__viva[${JSON.stringify(name)}] = ${name}; } catch {}`).join(" ");
  const module = new Module(FILE);
  module.filename = FILE;
  module.paths = [];
  module.__viva = {};
  Object.assign(globalThis, { ListNode, TreeNode, GraphNode });
  module._compile(text + "\n;" + found, FILE);
  return Object.assign({}, module.exports, module.__viva);
}

function pick(where, names, what) {
  for (const name of names) if (where[name] !== undefined) return name;
  throw new ReferenceError("there is no " + what + " named " + names[0]);
}

function functionOf(space) {
  if (!CONFIG.names.some((name) => space[name] !== undefined) && space.Solution !== undefined) {
    const made = new space.Solution();
    const name = pick(made, CONFIG.names, "method");
    return (...args) => made[name](...args);
  }
  return space[pick(space, CONFIG.names, "function")];
}

async function runFunction(space, values) {
  const args = values.map((value, at) => decode(CONFIG.params[at], value));
  return encode(CONFIG.returns, await functionOf(space)(...args));
}

async function runCalls(space, calls) {
  const results = [];
  let made = null;
  for (const [name, ...values] of calls) {
    const method = CONFIG.methods[name] ?? { params: values.map(() => ["any"]), returns: ["any"] };
    const args = values.map((value, at) => decode(method.params[at], value));
    if (name === "new") {
      made = new space[pick(space, CONFIG.names, "class")](...args);
      results.push("null");
    } else {
      const camel = name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
      results.push(encode(method.returns, await made[pick(made, [camel, name], "method")](...args)));
    }
  }
  return "[" + results.join(",") + "]";
}

function* readLines() {
  const piece = Buffer.alloc(1 << 16);
  let parts = [];
  for (;;) {
    let count = 0;
    try { count = fs.readSync(IN, piece, 0, piece.length, null); } catch (error) {
      if (error.code === "EAGAIN") continue;
      if (error.code !== "EOF") return;
    }
    if (count === 0) return;
    let from = 0;
    for (;;) {
      const end = piece.subarray(0, count).indexOf(10, from);
      if (end < 0) break;
      parts.push(Buffer.from(piece.subarray(from, end)));
      yield Buffer.concat(parts).toString();
      parts = [];
      from = end + 1;
    }
    parts.push(Buffer.from(piece.subarray(from, count)));
  }
}

// Printing must be over before the answer is written.
function writeAll(fd, text) {
  let data = Buffer.from(text);
  while (data.length > 0) {
    try { data = data.subarray(fs.writeSync(fd, data)); } catch (error) { if (error.code !== "EAGAIN") throw error; }
  }
}
for (const [stream, fd] of [[process.stdout, 1], [process.stderr, 2]]) {
  stream.write = (data, encoding, done) => {
    writeAll(fd, typeof data === "string" ? data : Buffer.from(data));
    const after = typeof encoding === "function" ? encoding : done;
    if (typeof after === "function") process.nextTick(after);
    return true;
  };
}

async function main() {
  const lines = readLines();
  const nonce = lines.next().value;
  const answer = (text) => writeAll(OUT, (OUT === 1 ? "\n" : "") + nonce + text + "\n");
  const exit = process.exit.bind(process);
  let space;
  try {
    space = load();
    if (CONFIG.mode === "function") functionOf(space); else pick(space, CONFIG.names, "class");
  } catch (error) {
    answer("- error " + errorOf(error));
    exit(0);
  }
  answer("- value null");
  const run = CONFIG.mode === "function" ? runFunction : runCalls;
  for (const line of lines) {
    const end = line.indexOf(" ");
    const name = line.slice(0, end);
    try {
      answer(name + " value " + (await run(space, JSON.parse(line.slice(end + 1)))));
    } catch (error) {
      answer(name + " error " + errorOf(error));
    }
  }
  exit(0);
}
main();
