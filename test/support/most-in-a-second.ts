/** The most events, by their times in epoch ms, that any second holds. */
export function mostInASecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [index, time] of sorted.entries()) {
    while (time - sorted[first]! >= 1000) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
