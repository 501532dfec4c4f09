import { describe, expect, it } from "vitest";
import { addressOf, type Screen, screenAt } from "./route";

describe("addresses", () => {
  it("lead to the screen they came from", () => {
    const screens: Screen[] = [
      { name: "home" },
      { name: "before", question: "lost-gloves", choices: "minutes=20&patience=calm" },
      { name: "before", question: "a/b c", choices: "" },
      { name: "before", question: "", choices: "by=text" },
      { name: "room", session: "sess_1" },
      { name: "live", session: "sess_1" },
      { name: "review", session: "sess_1" },
      { name: "sign-in" },
      { name: "password" },
      { name: "join" },
      { name: "coach" },
      { name: "account" },
    ];
    for (const screen of screens) {
      const { pathname, search } = new URL(addressOf(screen), "http://viva.test");
      expect(screenAt(pathname, search)).toEqual(screen);
    }
  });

  it("do not mind a slash at the end", () => {
    expect(screenAt("/sessions/sess_1/")).toEqual({ name: "review", session: "sess_1" });
  });

  it("that mean nothing lead nowhere", () => {
    for (const path of [
      "/sessions",
      "/sessions/a/b",
      "/sessions/a/room/x",
      "/questions/%E0%A4%A",
      "/elsewhere/1",
      "/account/x",
    ])
      expect(screenAt(path), path).toEqual({ name: "nowhere" });
  });
});
