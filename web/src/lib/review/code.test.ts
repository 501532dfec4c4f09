import { describe, expect, it } from "vitest";
import type { CodeSeen } from "../../wire/review";
import { CodePlayer, difference, units } from "./code";

function typed(count: number): CodeSeen {
  const edits = Array.from({ length: count }, (_, i) => ({
    at_ms: 1_000 + i * 100,
    seq: 10 + i,
    place: i,
    inserted: "x",
  }));
  return {
    starters: { python3: "", go: "package x\n" },
    languages: [
      { at_ms: 0, language: "python3" },
      { at_ms: 900_000, language: "go" },
    ],
    edits: edits.map((edit, i) => (i === 0 ? { ...edit, language: "python3" as const } : edit)),
    merged_within_ms: 0,
  };
}

describe("the code at a time", () => {
  const player = new CodePlayer(typed(1_000));
  it("is what was typed until then, wherever one comes from", () => {
    for (const at of [99_000, 0, 1_000, 21_000, 20_999, 500]) {
      const count = at < 1_000 ? 0 : Math.min(1_000, Math.floor((at - 1_000) / 100) + 1);
      expect(player.at(at)).toMatchObject({ language: "python3", text: "x".repeat(count), made: count });
    }
  });
  it("is that of the language in use", () => {
    expect(player.at(900_000)).toMatchObject({ language: "go", text: "package x\n" });
  });
  it("is found by the step that a scorecard cites", () => {
    expect(player.atStep(12, 0).text).toBe("xxx");
    expect(player.atStep(9, 0).text).toBe("");
  });
  it("marks what changed lately, moved along with what came before it", () => {
    const code = typed(0);
    code.starters.python3 = "a\nb\n";
    code.edits = [
      { at_ms: 1_000, seq: 1, language: "python3", place: 2, deleted: "b", inserted: "bee" },
      { at_ms: 2_000, seq: 2, place: 0, inserted: "# " },
      { at_ms: 3_000, seq: 3, place: 2, deleted: "a" },
    ];
    const seen = new CodePlayer(code).at(3_000);
    expect(seen.text).toBe("# \nbee\n");
    expect(seen.changed).toEqual([
      { from: 0, to: 2 },
      { from: 3, to: 6 },
    ]);
    expect(new CodePlayer(code).at(60_000).changed).toEqual([]);
  });
  it("counts characters as the server does", () => {
    const code = typed(0);
    code.starters.python3 = "🧤🧤 = 2\n";
    code.edits = [{ at_ms: 1, seq: 1, language: "python3", place: 5, deleted: "2", inserted: "3" }];
    expect(new CodePlayer(code).at(1).text).toBe("🧤🧤 = 3\n");
    expect([units("a🧤b", 2), units("ab", 9)]).toEqual([3, 2]);
  });
});

it("tells one text from another by one change", () => {
  expect(difference("abc", "abc")).toBeNull();
  expect(difference("abc", "abXc")).toEqual({ from: 2, to: 2, insert: "X" });
  expect(difference("aaa", "aa")).toEqual({ from: 2, to: 3, insert: "" });
});
