# verdict = "TLE"
import sys

sys.setrecursionlimit(10000)


def penalty_points(sheet, played):
    def rest(i, j):
        if i == len(sheet) or j == len(played):
            return 2 * (len(sheet) - i + len(played) - j)
        off = abs(sheet[i] - played[j])
        if off == 0:
            return rest(i + 1, j + 1)
        return min((1 if off == 1 else 3) + rest(i + 1, j + 1), 2 + rest(i + 1, j), 2 + rest(i, j + 1))

    return rest(0, 0)
