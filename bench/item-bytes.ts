/** Sizes of items as DynamoDB counts them ("DynamoDB item sizes and formats", Amazon DynamoDB Developer Guide). */

export type Value = Readonly<Record<string, unknown>>
export type Item = Readonly<Record<string, Value>>

export function itemBytes(item: Item | undefined): number {
  if (item === undefined) return 0
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  )
}

function valueBytes(value: Value): number {
  const [[type, content] = ['', undefined]] = Object.entries(value)
  if (type === 'S') return Buffer.byteLength(String(content))
  // On the wire it is base64.
  if (type === 'B') return Buffer.byteLength(String(content), 'base64')
  if (type === 'N') return Math.ceil(String(content).length / 2) + 1
  if (type === 'L')
    return 3 + (content as readonly Value[]).reduce((sum, entry) => sum + 1 + valueBytes(entry), 0)
  if (type === 'M') return 3 + Object.keys(content as object).length + itemBytes(content as Item)
  return 1
}
