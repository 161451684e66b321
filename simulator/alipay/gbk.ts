/** Text in GBK: Node reads it and does not write it, so that the table is made by reading every pair of bytes once. */

let table: ReadonlyMap<string, number> | undefined

/** What GBK does not have becomes `?`. */
export function gbk(text: string): Buffer {
  table ??= createTable()
  const bytes: number[] = []
  for (const character of text) {
    const code = character.charCodeAt(0)
    const pair = table.get(character)
    if (code < 0x80) bytes.push(code)
    else if (pair === undefined) bytes.push(0x3f)
    else bytes.push(pair >> 8, pair & 0xff)
  }
  return Buffer.from(bytes)
}

function createTable(): ReadonlyMap<string, number> {
  const decoder = new TextDecoder('gbk')
  const pairs = new Map<string, number>()
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const text = decoder.decode(Uint8Array.of(lead, trail))
      if (trail !== 0x7f && text.length === 1 && text !== '\uFFFD' && !pairs.has(text))
        pairs.set(text, (lead << 8) | trail)
    }
  }
  return pairs
}
