// Lines of the code that somebody speaks of, e.g. "in lines three to five".

const SMALL = [
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen",
  "nineteen",
]
  .join(" ")
  .split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const NUMBER = `\\d{1,4}|(?:${TENS.join("|")})(?:[- ](?:${SMALL.slice(1, 10).join("|")}))?|(?:${SMALL.toReversed().join("|")})`;
const MENTION = new RegExp(
  `\\blines?\\s+(?:number\\s+)?(${NUMBER})\\b(?:\\s*(to|through|–|-|and|or)\\s*(?:lines?\\s+)?(${NUMBER})\\b)?`,
  "gi",
);
/** More lines at once say nothing about a place. */
const SPAN_MAX = 40;

/** The lines that a text names, from 1, in order. */
export function linesIn(text: string): number[] {
  const lines = new Set<number>();
  for (const [, first = "", joined, second] of text.matchAll(MENTION)) {
    const from = numberOf(first);
    const to = second === undefined ? from : numberOf(second);
    const whole = joined !== undefined && !/and|or/i.test(joined) && to - from < SPAN_MAX;
    if (whole) for (let line = from; line <= to; line++) lines.add(line);
    else for (const line of [from, to]) lines.add(line);
  }
  return [...lines].filter((line) => line > 0).sort((a, b) => a - b);
}

function numberOf(text: string): number {
  if (/^\d/.test(text)) return Number(text);
  const [first = "", second] = text.toLowerCase().split(/[- ]/);
  const tens = TENS.indexOf(first);
  if (tens < 0) return SMALL.indexOf(first);
  return 10 * (tens + 2) + (second === undefined ? 0 : SMALL.indexOf(second));
}
