import { describe, expect, it } from "vitest";
import { clock, metricText, valueText } from "./score";

describe("a scorecard's numbers", () => {
  it("are told in units that people read", () => {
    expect(valueText(1500, "ms")).toBe("1.5 s");
    expect(valueText(75_000, "ms")).toBe("75 s");
    expect(valueText(480_000, "ms")).toBe("8 min");
    expect(valueText(333, "permille")).toBe("33 %");
    expect(valueText(1, "yes_no")).toBe("yes");
    expect(valueText(42, "count")).toBe("42");
  });
  it("stand behind the metric's name", () => {
    expect(metricText("think_aloud", 520, "permille")).toBe("Think aloud: 52 %");
  });
  it("are times in minutes and seconds", () => {
    expect(clock(61_999)).toBe("01:01");
    expect(clock(3_600_000)).toBe("60:00");
  });
});
