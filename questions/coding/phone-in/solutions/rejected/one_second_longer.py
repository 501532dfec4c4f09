# verdict = "WA"
# A ring still counts at the second at which it has run out.
from collections import defaultdict, deque


class PhoneIn:
    def __init__(self, calls, seconds):
        self.calls = calls
        self.seconds = seconds
        self.times = defaultdict(deque)

    def ring(self, number, now):
        if self.wait_for(number, now) > 0:
            return False
        self.times[number].append(now)
        return True

    def wait_for(self, number, now):
        times = self.times[number]
        while times and times[0] + self.seconds < now:
            times.popleft()
        return times[0] + self.seconds + 1 - now if len(times) >= self.calls else 0
