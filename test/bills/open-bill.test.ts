import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openBill } from '#shared/bills/open-bill.ts'
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import { inChunks, tradeBill } from './sample-bill.ts'

const text = tradeBill(
  Array.from({ length: 500 }, (_, number) => ({ number, fen: 100 + number, goods: '茶' })),
)
const sha1 = createHash('sha1').update(text).digest('hex')
const MAX = 10_000_000

async function opened(bytes: string | Uint8Array, announced = {}, chunkSize = 1000) {
  const chunks: Uint8Array[] = []
  for await (const chunk of openBill(inChunks(bytes, chunkSize), { sha1, maxBytes: MAX, ...announced }))
    chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('the bytes of a bill', () => {
  it.each<[string, string | Uint8Array]>([
    ['compressed', gzipSync(text)],
    ['as they are', text],
    ['in two members', Buffer.concat([gzipSync(text.slice(0, 1000)), gzipSync(text.slice(1000))])],
  ])('%s are compared with the hash of what they say', async (_, bytes) => {
    expect(await opened(bytes)).toBe(text)
    expect(await opened(bytes, { sha1: sha1.toUpperCase() }, 1)).toBe(text)
  })

  it('go through to the reader', async () => {
    const take = () => {}
    const bill = await readTradeBill(openBill(inChunks(gzipSync(text), 77), { sha1, maxBytes: MAX }), take)
    expect(bill).toEqual({ layout: 'current', rows: 500 })
  })

  it.each<[string, string | Uint8Array, object, string]>([
    ['of another file', gzipSync(`${text} `), {}, 'hash_differs'],
    [
      'of a hash over the compressed file',
      gzipSync(text),
      { sha1: createHash('sha1').update(gzipSync(text)).digest('hex') },
      'hash_differs',
    ],
    ['without a hash', gzipSync(text), { sha1: '' }, 'hash_differs'],
    ['with a hash that is none', text, { sha1: 'zz' }, 'hash_differs'],
    ['with half a hash', text, { sha1: sha1.slice(0, 20) }, 'hash_differs'],
    ['of nothing', '', {}, 'hash_differs'],
    ['of one byte', 'x', {}, 'hash_differs'],
    ['cut short', gzipSync(text).subarray(0, -30), {}, 'not_readable'],
    ['spoiled', gzipSync(text).fill(7, 50, 90), {}, 'not_readable'],
    ['that begin like gzip', Buffer.from([0x1f, 0x8b, 0x00, 0x00, 0x00]), {}, 'not_readable'],
    ['too many', text, { maxBytes: text.length }, 'too_large'],
    ['too many once they are plain', gzipSync(Buffer.alloc(5_000_000)), { maxBytes: 1_000_000 }, 'too_large'],
  ])('%s are refused', async (_, bytes, announced, problem) => {
    await expect(opened(bytes, announced)).rejects.toMatchObject({ problem })
  })

  it.each([gzipSync(text), Buffer.from(text)])(
    'that stop coming keep the error of whoever brings them',
    async (bytes) => {
      async function* broken() {
        yield bytes.subarray(0, 200)
        throw new TypeError('reset')
      }
      const reading = (async () => {
        for await (const _ of openBill(broken(), { sha1, maxBytes: MAX }));
      })()
      await expect(reading).rejects.toThrow(new TypeError('reset'))
    },
  )

  it('are let go when the reader has seen enough', async () => {
    let closed = false
    async function* endless() {
      try {
        for (;;) yield gzipSync(text)
      } finally {
        closed = true
      }
    }
    for await (const _ of openBill(endless(), { sha1, maxBytes: MAX })) break
    await new Promise((resolve) => setImmediate(resolve))
    expect(closed).toBe(true)
  })
})
