// approach = "ring-of-times"
class PhoneIn {
  constructor(calls, seconds) {
    this.calls = calls;
    this.seconds = seconds;
    this.numbers = new Map();
  }

  ring(number, now) {
    if (this.waitFor(number, now) > 0) return false;
    const own = this.numbers.get(number);
    own.times[own.count % this.calls] = now;
    own.count += 1;
    return true;
  }

  waitFor(number, now) {
    if (!this.numbers.has(number)) this.numbers.set(number, { times: [], count: 0 });
    const own = this.numbers.get(number);
    if (own.count < this.calls) return 0;
    const oldest = own.times[own.count % this.calls];
    return Math.max(0, oldest + this.seconds - now);
  }
}
