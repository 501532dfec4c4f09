# approach = "changes"
class Note:
    def __init__(self):
        self.letters = []
        self.done = []
        self.undone = []

    def _change(self, added, taken):
        if added:
            self.letters.extend(added)
        if taken:
            del self.letters[len(self.letters) - len(taken):]

    def write(self, text):
        if text:
            self._change(text, "")
            self.done.append((text, ""))
            self.undone.clear()

    def erase(self, count):
        taken = self.letters[max(0, len(self.letters) - count):] if count > 0 else []
        if taken:
            self._change("", taken)
            self.done.append(("", taken))
            self.undone.clear()

    def undo(self):
        if not self.done:
            return False
        added, taken = self.done.pop()
        self._change(taken, added)
        self.undone.append((added, taken))
        return True

    def redo(self):
        if not self.undone:
            return False
        added, taken = self.undone.pop()
        self._change(added, taken)
        self.done.append((added, taken))
        return True

    def show(self):
        return "".join(self.letters)
