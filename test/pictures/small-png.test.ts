import { inflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { smallPng } from './small-png.ts'

/** The contents of a picture by the names of its parts. */
function partsOf(png: Buffer): ReadonlyMap<string, Buffer> {
  const parts = new Map<string, Buffer>()
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    parts.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return parts
}

const grey = (level: number) => [level, level, level, 255]

it('keeps every pixel of a picture of few colours', () => {
  const [red, blue] = [
    [255, 0, 0, 255],
    [0, 0, 255, 255],
  ]
  const data = Uint8Array.from([red, blue, blue, blue, red, blue].flat())
  const parts = partsOf(smallPng({ width: 3, height: 2, data }))
  expect([...parts.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  expect([...parts.get('PLTE')!]).toEqual([0, 0, 255, 255, 0, 0])
  // Each row begins with a byte that says how it is filtered: not at all.
  expect([...inflateSync(parts.get('IDAT')!)]).toEqual([0, 1, 0, 0, 0, 0, 1, 0])
})

it('takes the nearest colour where there are more than a palette holds', () => {
  const seldom = [10, 11, 10, 255]
  const levels = Array.from({ length: 256 }, (_, level) => [grey(level), grey(level)])
  const data = Uint8Array.from([...levels.flat(2), ...seldom])
  const parts = partsOf(smallPng({ width: 513, height: 1, data }))
  const last = inflateSync(parts.get('IDAT')!).at(-1)!
  expect([...parts.get('PLTE')!.subarray(last * 3, last * 3 + 3)]).toEqual([10, 10, 10])
})
