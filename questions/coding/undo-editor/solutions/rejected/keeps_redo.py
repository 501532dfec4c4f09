# verdict = "WA"
# A new change does not empty the forward history.
class Note:
    def __init__(self):
        self.versions, self.undone = [""], []

    def write(self, text):
        if text:
            self.versions.append(self.versions[-1] + text)

    def erase(self, count):
        now = self.versions[-1]
        if now and count:
            self.versions.append(now[:max(0, len(now) - count)])

    def undo(self):
        if len(self.versions) == 1:
            return False
        self.undone.append(self.versions.pop())
        return True

    def redo(self):
        if not self.undone:
            return False
        self.versions.append(self.undone.pop())
        return True

    def show(self):
        return self.versions[-1]
