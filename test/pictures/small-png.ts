/** Pictures of a page as PNG with a palette: a page has few colours, and a picture of it half the size. */
import { crc32, deflateSync } from 'node:zlib'

export interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green, blue and how opaque, one byte each. */
  readonly data: Uint8Array
}

const MOST_COLOURS = 256
const MOST_FREQUENT = 192
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
/** Eight bits a pixel, each the place of a colour in the palette. */
const INDEXED = [8, 3, 0, 0, 0]

/** The colours of the palette are kept as they are; any other becomes the nearest of them. */
export function smallPng({ width, height, data }: Pixels): Buffer {
  const colours = coloursOf(data)
  const palette = paletteOf(colours)
  const places = new Map(palette.map((colour, at) => [colour, at]))
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = colours[y * width + x] ?? 0
      rows[y * (width + 1) + 1 + x] = places.get(colour) ?? remember(places, colour, palette)
    }
  }
  const head = Buffer.alloc(8)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([head, Buffer.from(INDEXED)])),
    chunk('PLTE', Buffer.from(palette.flatMap(partsOf))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function coloursOf(data: Uint8Array): Uint32Array {
  const colours = new Uint32Array(data.length / 4)
  for (let at = 0; at < colours.length; at += 1)
    colours[at] = (data[at * 4]! << 16) | (data[at * 4 + 1]! << 8) | data[at * 4 + 2]!
  return colours
}

/** Three quarters are the most frequent ones; the rest are those that differ most from them, as of a small mark. */
function paletteOf(colours: Uint32Array): readonly number[] {
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byCount = [...counts]
    .toSorted(([a, many], [b, more]) => more - many || a - b)
    .map(([colour]) => colour)
  const palette = byCount.slice(0, MOST_FREQUENT)
  const left = new Map(
    byCount.slice(MOST_FREQUENT).map((colour) => [colour, nearest(palette, colour).distance]),
  )
  while (palette.length < MOST_COLOURS && left.size > 0) {
    const [farthest] = [...left].reduce((one, other) => (other[1] > one[1] ? other : one))
    palette.push(farthest)
    left.delete(farthest)
    for (const [colour, distance] of left)
      left.set(colour, Math.min(distance, distanceOf(partsOf(colour), partsOf(farthest))))
  }
  return palette
}

function nearest(
  palette: readonly number[],
  colour: number,
): { readonly place: number; readonly distance: number } {
  const distances = palette.map((other) => distanceOf(partsOf(colour), partsOf(other)))
  const distance = Math.min(...distances)
  return { place: distances.indexOf(distance), distance }
}

function remember(places: Map<number, number>, colour: number, palette: readonly number[]): number {
  const { place } = nearest(palette, colour)
  places.set(colour, place)
  return place
}

type Parts = readonly [red: number, green: number, blue: number]

const partsOf = (colour: number): Parts => [colour >> 16, (colour >> 8) & 255, colour & 255]

const distanceOf = (a: Parts, b: Parts) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2

function chunk(type: string, content: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(content.length)
  typed.copy(framed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}
