# verdict = "WA"
# Changes that change nothing take a step of their own.
class Note:
    def __init__(self):
        self.versions, self.at = [""], 0

    def _put(self, text):
        del self.versions[self.at + 1:]
        self.versions.append(text)
        self.at += 1

    def write(self, text):
        self._put(self.versions[self.at] + text)

    def erase(self, count):
        now = self.versions[self.at]
        self._put(now[:max(0, len(now) - count)])

    def undo(self):
        if self.at == 0:
            return False
        self.at -= 1
        return True

    def redo(self):
        if self.at + 1 == len(self.versions):
            return False
        self.at += 1
        return True

    def show(self):
        return self.versions[self.at]
