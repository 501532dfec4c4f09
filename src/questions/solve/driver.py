# Calls a Python solution: argv is its path and what to call as JSON; inputs come one a line, answers go one a line.
import json, os, sys, threading, time

path, plan = sys.argv[1], json.loads(sys.argv[2])
out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class ListNode:
    def __init__(self, val=0, next=None):
        self.val, self.next = val, next


class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val, self.left, self.right = val, left, right


space = {"ListNode": ListNode, "TreeNode": TreeNode, "__name__": "solution"}


def into(kind, value):
    name, inner = kind[0], kind[1:]
    if name == "list":
        return [into(inner[0], item) for item in value]
    if name == "tuple":
        return tuple(into(inner[0], item) for item in value)
    if name == "map":
        return {key: into(inner[0], item) for key, item in value.items()}
    if name == "optional":
        return None if value is None else into(inner[0], value)
    if name == "linked_list":
        head = None
        for item in reversed(value):
            head = space["ListNode"](item, head)
        return head
    if name == "tree":
        return tree(value)
    return value


def tree(values):
    if not values:
        return None
    root = space["TreeNode"](values[0])
    waiting, at = [root], 1
    for node in waiting:
        for side in ("left", "right"):
            if at < len(values) and values[at] is not None:
                child = space["TreeNode"](values[at])
                setattr(node, side, child)
                waiting.append(child)
            at += 1
    return root


def back(kind, value):
    name, inner = kind[0], kind[1:]
    if name == "null":
        return None
    if name in ("list", "tuple"):
        return [back(inner[0], item) for item in value]
    if name == "map":
        return {key: back(inner[0], item) for key, item in value.items()}
    if name == "optional":
        return None if value is None else back(inner[0], value)
    if name == "linked_list":
        values = []
        while value is not None:
            values.append(value.val)
            value = value.next
        return values
    if name == "tree":
        values, waiting = [], [value]
        for node in waiting:
            values.append(None if node is None else node.val)
            if node is not None:
                waiting += [node.left, node.right]
        while values and values[-1] is None:
            values.pop()
        return values
    return value


def arguments(kinds, values):
    return [into(kind, value) for kind, value in zip(kinds, values)]


def answer(given):
    if plan["mode"] == "function":
        values = arguments(plan["params"], given)
        begun = time.process_time()
        value = space[plan["entry"]](*values)
        return back(plan["returns"], value), time.process_time() - begun
    calls = [(name, arguments(plan["methods"][name][0] if name != "new" else plan["params"], values))
             for name, *values in given]
    begun, values = time.process_time(), [None]
    thing = space[plan["entry"]](*calls[0][1])
    for name, values_in in calls[1:]:
        values.append(getattr(thing, name)(*values_in))
    spent = time.process_time() - begun
    kinds = [["null"]] + [plan["methods"][name][1] for name, _ in calls[1:]]
    return [back(kind, value) for kind, value in zip(kinds, values)], spent


def main():
    try:
        with open(path, encoding="utf-8") as file:
            exec(compile(file.read(), path, "exec"), space)
    except BaseException as error:
        print(json.dumps({"broken": repr(error)[:300]}), file=out, flush=True)
        return
    for line in sys.stdin:
        given = json.loads(line)
        try:
            value, spent = answer(given)
            text = json.dumps({"value": value, "cpu_us": int(spent * 1e6)})
        except BaseException as error:
            text = json.dumps({"error": repr(error)[:300], "cpu_us": 0})
        print(text, file=out, flush=True)


sys.setrecursionlimit(200_000)
threading.stack_size(256 * 1024 * 1024)
thread = threading.Thread(target=main)
thread.start()
thread.join()
