/** What comes next in time, of many. */

export interface Heap<Value> {
  /** The time of the next. */
  peek(): number | undefined
  pop(): Value | undefined
  push(time: number, value: Value): void
}

export function createHeap<Value>(): Heap<Value> {
  const items: { readonly time: number; readonly value: Value }[] = []

  function timeOf(index: number): number {
    return items[index]?.time ?? Number.POSITIVE_INFINITY
  }
  function swap(a: number, b: number): void {
    const [first, second] = [items[a], items[b]]
    if (first === undefined || second === undefined) return
    items[a] = second
    items[b] = first
  }
  function rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1
      if (timeOf(parent) <= timeOf(at)) return
      swap(parent, at)
      at = parent
    }
  }
  function sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const child = timeOf(left) <= timeOf(right) ? left : right
      if (timeOf(child) >= timeOf(at)) return
      swap(at, child)
      at = child
    }
  }
  return {
    peek: () => items[0]?.time,
    pop() {
      const [first] = items
      const last = items.pop()
      if (first !== undefined && last !== undefined && items.length > 0) {
        items[0] = last
        sink()
      }
      return first?.value
    },
    push(time, value) {
      items.push({ time, value })
      rise(items.length - 1)
    },
  }
}
