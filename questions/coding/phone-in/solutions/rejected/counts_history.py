# verdict = "TLE"
class PhoneIn:
    def __init__(self, calls, seconds):
        self.calls = calls
        self.seconds = seconds
        self.history = {}

    def ring(self, number, now):
        times = self.history.setdefault(number, [])
        if sum(1 for then in times if then + self.seconds > now) >= self.calls:
            return False
        times.append(now)
        return True

    def wait_for(self, number, now):
        times = [then for then in self.history.get(number, []) if then + self.seconds > now]
        return times[0] + self.seconds - now if len(times) >= self.calls else 0
