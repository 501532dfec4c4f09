# Calls the candidate's Python. Tests come in one a line, `id json`; each answer is a line of its own that begins with the
# nonce, which is read before the candidate's code is loaded.
import json
import math
import os
import sys

IN, OUT, FILE = @IN@, @OUT@, @FILE@
CONFIG = json.loads(@CONFIG@)
HERE = os.path.dirname(os.path.abspath(__file__))


class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next


class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val = val
        self.left = left
        self.right = right


class GraphNode:
    def __init__(self, val=0, neighbors=None):
        self.val = val
        self.neighbors = neighbors if neighbors is not None else []


def decode(kind, value):
    name = kind[0]
    if name in ("int", "float", "bool", "string", "null", "any"):
        return float(value) if name == "float" else value
    if name == "optional":
        return None if value is None else decode(kind[1], value)
    if name == "list":
        if kind[1][0] in ("int", "bool", "string", "any"):
            return value
        return [decode(kind[1], member) for member in value]
    if name == "tuple":
        return tuple(decode(inner, member) for inner, member in zip(kind[1:], value))
    if name == "map":
        return {decode_key(kind[1][0], key): decode(kind[2], member) for key, member in value.items()}
    if name == "linked_list":
        head = None
        for member in reversed(value):
            head = ListNode(decode(kind[1], member), head)
        return head
    if name == "tree":
        return decode_tree(kind[1], value)
    if name == "graph":
        nodes = [GraphNode(index) for index in range(len(value))]
        for node, neighbors in zip(nodes, value):
            node.neighbors = [nodes[index] for index in neighbors]
        return nodes[0] if nodes else None
    raise ValueError("unknown type " + name)


def decode_key(kind, key):
    return int(key) if kind == "int" else key == "true" if kind == "bool" else key


def decode_tree(kind, values):
    if not values:
        return None
    root = TreeNode(decode(kind, values[0]))
    level, at = [root], 1
    for node in level:
        for side in ("left", "right"):
            if at < len(values):
                if values[at] is not None:
                    child = TreeNode(decode(kind, values[at]))
                    setattr(node, side, child)
                    level.append(child)
                at += 1
    return root


def encode(kind, value):
    name = kind[0]
    if name == "linked_list":
        members, seen = [], set()
        while value is not None:
            if id(value) in seen:
                raise ValueError("the linked list that was returned has a cycle")
            seen.add(id(value))
            members.append(encode(kind[1], value.val))
            value = value.next
        return members
    if name == "tree":
        members, level = [], [value]
        for node in level:
            members.append(None if node is None else encode(kind[1], node.val))
            if node is not None:
                level += [node.left, node.right]
            if len(members) > 1_000_000:
                raise ValueError("the tree that was returned has a cycle")
        while members and members[-1] is None:
            members.pop()
        return members
    if name == "graph":
        if value is None:
            return []
        nodes, open_nodes = {}, [value]
        while open_nodes:
            node = open_nodes.pop()
            if node.val not in nodes:
                nodes[node.val] = node
                open_nodes += node.neighbors
        return [[other.val for other in nodes[at].neighbors] if at in nodes else [] for at in range(max(nodes) + 1)]
    if name == "optional":
        return None if value is None else encode(kind[1], value)
    if name == "list" and isinstance(value, (list, tuple)):
        return [encode(kind[1], member) for member in value]
    if name == "tuple" and isinstance(value, (list, tuple)) and len(value) == len(kind) - 1:
        return [encode(inner, member) for inner, member in zip(kind[1:], value)]
    if name == "map" and isinstance(value, dict):
        return {encode_key(key): encode(kind[2], member) for key, member in value.items()}
    return plain(value)


def encode_key(key):
    return key if isinstance(key, str) else str(key).lower() if isinstance(key, bool) else str(key)


def plain(value):
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {encode_key(key): plain(member) for key, member in value.items()}
    if isinstance(value, (set, frozenset)):
        try:
            return [plain(member) for member in sorted(value)]
        except TypeError:
            return [plain(member) for member in value]
    if hasattr(value, "__iter__"):
        return [plain(member) for member in value]
    raise TypeError("a result of type " + type(value).__name__ + " cannot be compared")


def error_of(error):
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE_PATH:
            line = trace.tb_lineno
        trace = trace.tb_next
    syntax = isinstance(error, SyntaxError) and error.filename == FILE_PATH
    if syntax:
        line = error.lineno
    message = error.msg if syntax else str(error)
    return json.dumps({"kind": type(error).__name__, "message": message[:2000], "line": line, "syntax": syntax})


def pick(where, names, what):
    for name in names:
        if isinstance(where, dict) and name in where:
            return where[name]
        if not isinstance(where, dict) and hasattr(where, name):
            return getattr(where, name)
    raise NameError("there is no " + what + " named " + names[0])


def function_of(space):
    names = CONFIG["names"]
    if not any(name in space for name in names) and "Solution" in space:
        return pick(space["Solution"](), names, "method")
    return pick(space, names, "function")


def run_function(space, arguments):
    arguments = [decode(kind, value) for kind, value in zip(CONFIG["params"], arguments)]
    return encode(CONFIG["returns"], function_of(space)(*arguments))


def run_calls(space, calls):
    made, results = None, []
    for name, *arguments in calls:
        method = CONFIG["methods"].get(name, {"params": [["any"]] * len(arguments), "returns": ["any"]})
        arguments = [decode(kind, value) for kind, value in zip(method["params"], arguments)]
        if name == "new":
            made = pick(space, CONFIG["names"], "class")(*arguments)
            results.append(None)
        else:
            words = name.split("_")
            camel = words[0] + "".join(word.title() for word in words[1:])
            results.append(encode(method["returns"], pick(made, [name, camel], "method")(*arguments)))
    return results


def read_lines(fd):
    rest = b""
    while True:
        end = rest.find(b"\n")
        if end >= 0:
            yield rest[:end].decode()
            rest = rest[end + 1 :]
            continue
        piece = os.read(fd, 1 << 20)
        if not piece:
            return
        rest += piece


def main():
    lines = read_lines(IN)
    nonce = next(lines)
    out = os.dup(OUT) if OUT == 1 else OUT

    def answer(text):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        data = ((("\n" if OUT == 1 else "") + nonce) + text + "\n").encode()
        while data:
            data = data[os.write(out, data) :]

    sys.path.insert(0, HERE)
    sys.setrecursionlimit(20_000)
    space = {"__name__": "solution", "__file__": FILE_PATH, "ListNode": ListNode, "TreeNode": TreeNode, "GraphNode": GraphNode}
    try:
        with open(FILE_PATH, encoding="utf-8") as file:
            exec(compile(file.read(), FILE_PATH, "exec"), space)
        (function_of if CONFIG["mode"] == "function" else lambda space: pick(space, CONFIG["names"], "class"))(space)
    except BaseException as error:
        answer("- error " + error_of(error))
        return
    answer("- value null")
    run = run_function if CONFIG["mode"] == "function" else run_calls
    for line in lines:
        name, _, data = line.partition(" ")
        try:
            answer(name + " value " + json.dumps(run(space, json.loads(data))))
        except BaseException as error:
            answer(name + " error " + error_of(error))


FILE_PATH = os.path.join(HERE, FILE)
try:
    main()
finally:
    try:
        sys.stdout.flush()
    except Exception:
        pass
    os._exit(0)
