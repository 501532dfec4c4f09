import { describe, expect, it } from "vitest";
import { type Choices, fromQuery, toQuery } from "./choices";

describe("choices", () => {
  it("go through an address unchanged", () => {
    const all: Choices[] = [
      { minutes: 0, patience: "normal", speaks: true, hears: true },
      { minutes: 45, patience: "calm", speaks: false, hears: false },
      { minutes: 5, patience: "brisk", speaks: true, hears: false },
    ];
    for (const choices of all) expect(fromQuery(toQuery(choices))).toEqual(choices);
  });

  it("leave what is usual unsaid", () => {
    expect(toQuery({ minutes: 0, patience: "normal", speaks: true, hears: true })).toBe("");
  });

  it("are as usual where the address says nonsense", () => {
    for (const query of ["minutes=x&patience=toString", "minutes=-3", "minutes=99999", "minutes=1.5&by=&voice="])
      expect(fromQuery(query), query).toEqual({ minutes: 0, patience: "normal", speaks: true, hears: true });
  });
});
