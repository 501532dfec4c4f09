# approach = "ring-of-times"
from collections import defaultdict, deque


class PhoneIn:
    def __init__(self, calls, seconds):
        self.calls = calls
        self.seconds = seconds
        self.times = defaultdict(lambda: deque(maxlen=calls))

    def ring(self, number, now):
        through = self.wait_for(number, now) == 0
        if through:
            self.times[number].append(now)
        return through

    def wait_for(self, number, now):
        times = self.times[number]
        return max(0, times[0] + self.seconds - now) if len(times) == self.calls else 0
