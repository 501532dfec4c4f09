import { describe, expect, it } from "vitest";
import { type Choices, fromQuery, toQuery } from "./choices";

const usual: Choices = { minutes: 0, patience: "normal", speaks: true, hears: true, persona: "", language: "" };

describe("choices", () => {
  it("go through an address unchanged", () => {
    const all: Choices[] = [
      usual,
      { ...usual, minutes: 45, patience: "calm", speaks: false, hears: false },
      { ...usual, minutes: 5, patience: "brisk", persona: "matter-of-fact", language: "de-CH" },
    ];
    for (const choices of all) expect(fromQuery(toQuery(choices))).toEqual(choices);
  });

  it("leave what is usual unsaid", () => {
    expect(toQuery(usual)).toBe("");
  });

  it("are as usual where the address says nonsense", () => {
    for (const query of [
      "minutes=x&patience=toString",
      "minutes=-3",
      "minutes=99999",
      "minutes=1.5&by=&voice=",
      "persona=a%20b&language=%3Cb%3E",
    ])
      expect(fromQuery(query), query).toEqual(usual);
  });
});
