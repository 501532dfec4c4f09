// Times as people say them, in the viewer's zone and language.

/** A moment, e.g. `Today, 15:40`, `Yesterday, 9:05` or `3 May, 15:40`; with the year when it is another one. */
export function whenText(at: number, now = Date.now(), locale?: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const [then, present] = [new Date(at), new Date(now)];
  const time = then.toLocaleTimeString(locale, { timeStyle: "short", ...zone });
  const days = dayOf(present, timeZone) - dayOf(then, timeZone);
  if (days === 0 || days === 1) return `${days === 0 ? "Today" : "Yesterday"}, ${time}`;
  const year = then.getFullYear() === present.getFullYear() ? {} : { year: "numeric" as const };
  return `${then.toLocaleDateString(locale, { day: "numeric", month: "long", ...year, ...zone })}, ${time}`;
}

/** A moment in the middle of a sentence, e.g. `yesterday, 9:05`. */
export const whenWithin = (at: number): string =>
  whenText(at).replace(/^(Today|Yesterday)/, (day) => day.toLowerCase());

/** A length, e.g. `12 min`; below a minute `40 s`. */
export function lengthText(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** Days since 1970 in the viewer's zone. */
function dayOf(moment: Date, timeZone: string | undefined): number {
  const parts = new Intl.DateTimeFormat("en-CA", timeZone === undefined ? {} : { timeZone }).format(moment);
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / 86_400_000);
}
