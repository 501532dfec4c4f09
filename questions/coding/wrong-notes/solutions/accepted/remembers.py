# approach = "remembering-recursion"
import sys
from functools import lru_cache

sys.setrecursionlimit(10000)


def penalty_points(sheet, played):
    @lru_cache(maxsize=None)
    def rest(i, j):
        while i < len(sheet) and j < len(played) and sheet[i] == played[j]:
            i, j = i + 1, j + 1
        if i == len(sheet) or j == len(played):
            return 2 * (len(sheet) - i + len(played) - j)
        beside = 1 if abs(sheet[i] - played[j]) == 1 else 3
        return min(beside + rest(i + 1, j + 1), 2 + rest(i + 1, j), 2 + rest(i, j + 1))

    return rest(0, 0)
