// approach = "sorted-table"
function bestSeason(requests, rest) {
  const engagements = requests.map(([begins, hours, fee]) => [begins + hours + rest, begins, fee]);
  engagements.sort((one, other) => one[0] - other[0]);
  const best = [0];
  for (let at = 0; at < engagements.length; at += 1) {
    const [, begins, fee] = engagements[at];
    let low = 0;
    let high = at;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (engagements[middle][0] <= begins) low = middle + 1;
      else high = middle;
    }
    best.push(Math.max(best[at], best[low] + fee));
  }
  return best[best.length - 1];
}
