# verdict = "WA"
# Starts over on every full stretch.
class PhoneIn:
    def __init__(self, calls, seconds):
        self.calls = calls
        self.seconds = seconds
        self.counts = {}

    def ring(self, number, now):
        key = (number, now // self.seconds)
        if self.counts.get(key, 0) >= self.calls:
            return False
        self.counts[key] = self.counts.get(key, 0) + 1
        return True

    def wait_for(self, number, now):
        if self.counts.get((number, now // self.seconds), 0) < self.calls:
            return 0
        return self.seconds - now % self.seconds
