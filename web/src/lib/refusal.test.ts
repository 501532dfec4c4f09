import { expect, test } from "vitest";
import { refusal } from "./refusal";

test("whoever was refused by a provider reads why, and nobody else reads anything", () => {
  expect(refusal(null)).toBe("");
  expect(refusal("")).toBe("");
  expect(refusal("not_linked")).toContain("invitation");
  expect(refusal("account_disabled")).toContain("disabled");
});

test("what stands in the address is never shown", () => {
  for (const code of ["<b>x</b>", "toString", "__proto__", "anything"]) {
    expect(refusal(code)).toBe("Signing in did not work. Try again.");
  }
});
