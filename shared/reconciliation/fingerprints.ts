/**
 * What is expected of a bill, in 17 bytes each: a hash of its key, a hash of what it says, and whether the bill had it. A million
 * of them take about 40 MB, where a million texts would take the memory of the function.
 */
import { hash } from 'node:crypto'

export interface Fingerprints {
  /** Expects a key with this content; the first content of a key stays. */
  expect(key: string, content: string): void
  /** Marks a key as seen, if it is expected. @returns whether what is expected of it says the same. */
  see(key: string, content: string): boolean
  /** Whether a key is expected, seen or not. */
  has(key: string): boolean
  /** Whether a key is expected and was not seen. */
  isMissing(key: string): boolean
  readonly missing: number
  readonly size: number
}

const WORDS = 4
const FIRST_SLOTS = 4096
const MOST_FILLED = 0.6

interface Slots {
  /** Two words of the key's hash, two of the content's. */
  readonly words: Uint32Array
  /** 0: free, 1: expected, 2: seen. */
  readonly states: Uint8Array
}

export function createFingerprints(): Fingerprints {
  let slots = emptySlots(FIRST_SLOTS)
  let [size, seen] = [0, 0]

  function grow(): void {
    const old = slots
    slots = emptySlots(old.states.length * 2)
    for (const [index, state] of old.states.entries()) {
      if (state === 0) continue
      const entry = old.words.subarray(index * WORDS, (index + 1) * WORDS)
      write(slots, slotOf(slots, entry[0] ?? 0, entry[1] ?? 0), { entry, state })
    }
  }

  return {
    expect(key, content) {
      const [high, low] = digest(key)
      const slot = slotOf(slots, high, low)
      if (slots.states[slot] !== 0) return
      write(slots, slot, { entry: [high, low, ...digest(content)], state: 1 })
      size += 1
      if (size > slots.states.length * MOST_FILLED) grow()
    },
    see(key, content) {
      const slot = slotOf(slots, ...digest(key))
      if (slots.states[slot] === 0) return false
      if (slots.states[slot] === 1) seen += 1
      slots.states[slot] = 2
      const [high, low] = digest(content)
      return slots.words[slot * WORDS + 2] === high && slots.words[slot * WORDS + 3] === low
    },
    has: (key) => slots.states[slotOf(slots, ...digest(key))] !== 0,
    isMissing: (key) => slots.states[slotOf(slots, ...digest(key))] === 1,
    get missing() {
      return size - seen
    },
    get size() {
      return size
    },
  }
}

function emptySlots(count: number): Slots {
  return { words: new Uint32Array(count * WORDS), states: new Uint8Array(count) }
}

/** The slot of a key, or the free one that it would get. The number of slots is a power of two. */
function slotOf({ words, states }: Slots, high: number, low: number): number {
  const mask = states.length - 1
  let slot = low & mask
  while (states[slot] !== 0 && !(words[slot * WORDS] === high && words[slot * WORDS + 1] === low))
    slot = (slot + 1) & mask
  return slot
}

function write(
  { words, states }: Slots,
  slot: number,
  { entry, state }: { readonly entry: ArrayLike<number>; readonly state: number },
): void {
  words.set(entry, slot * WORDS)
  states[slot] = state
}

/** 64 bits: that two of a million keys share them happens once in ten million days, and is then looked at by their numbers. */
function digest(text: string): readonly [high: number, low: number] {
  const bytes = hash('sha256', text, 'buffer')
  return [bytes.readUInt32BE(0), bytes.readUInt32BE(4)]
}
