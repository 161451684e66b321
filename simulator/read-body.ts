/** Reads the body of an HTTP request up to a limit. */
import type { IncomingMessage } from 'node:http'

/** What the simulator takes. */
export const MAX_BODY_BYTES = 1_048_576

/** The whole body, or `too_large` as soon as it is known to exceed the limit. Rejects when the sender goes away. */
export function readBody(request: IncomingMessage, maximumBytes: number): Promise<Buffer | 'too_large'> {
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) return Promise.resolve('too_large')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    // By events: an iterator would take longer than everything else that is done with a short request.
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maximumBytes) resolve('too_large')
        else chunks.push(chunk)
      })
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject)
      .once('close', () => reject(new Error('the sender went away')))
  })
}
