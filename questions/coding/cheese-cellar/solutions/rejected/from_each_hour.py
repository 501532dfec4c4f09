# verdict = "TLE"
def longest_steady(degrees, spread):
    longest = 0
    for start in range(len(degrees)):
        warm = cold = degrees[start]
        end = start
        while end < len(degrees):
            warm, cold = max(warm, degrees[end]), min(cold, degrees[end])
            if warm - cold > spread:
                break
            end += 1
        longest = max(longest, end - start)
    return longest
