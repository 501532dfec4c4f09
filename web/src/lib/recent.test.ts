import { describe, expect, it } from "vitest";
import type { SessionLine } from "./api";
import { isKept, stateText } from "./recent";

const line: SessionLine = {
  id: "sess_1",
  question: { id: "gloves", title: "Lost gloves" },
  minutes: 20,
  language: "en",
  scored: false,
  recording: true,
  state: "ended",
  created_ms: 1,
};

describe("an earlier interview", () => {
  it("says where it stands unless it simply ended", () => {
    expect(stateText(line)).toBe("");
    expect(stateText({ ...line, state: "live" })).toBe("Still going on");
    expect(stateText({ ...line, recording: false })).toBe("Not recorded");
  });

  it("can be looked at when it was recorded and is over", () => {
    expect(isKept(line)).toBe(true);
    expect(isKept({ ...line, recording: false })).toBe(false);
    expect(isKept({ ...line, state: "created" })).toBe(false);
  });
});
