# approach = "queue-per-number"
from collections import deque


class PhoneIn:
    def __init__(self, calls, seconds):
        self.calls = calls
        self.seconds = seconds
        self.times = {}

    def ring(self, number, now):
        times = self.recent(number, now)
        if len(times) >= self.calls:
            return False
        times.append(now)
        return True

    def wait_for(self, number, now):
        times = self.recent(number, now)
        return times[0] + self.seconds - now if len(times) >= self.calls else 0

    def recent(self, number, now):
        times = self.times.setdefault(number, deque())
        while times and times[0] + self.seconds <= now:
            times.popleft()
        return times
