// approach = "counted-balances"
function stretchesWithChange(changes, amount) {
  const seen = new Map([[0, 1]]);
  let balance = 0;
  let count = 0;
  for (const change of changes) {
    balance += change;
    count += seen.get(balance - amount) ?? 0;
    seen.set(balance, (seen.get(balance) ?? 0) + 1);
  }
  return count;
}
