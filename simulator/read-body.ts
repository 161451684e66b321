/** Reads the body of an HTTP request up to a limit. */
import type { IncomingMessage } from 'node:http'

/** What the simulator takes. */
export const MAX_BODY_BYTES = 1_048_576

/** The whole body, or `too_large` as soon as it is known to exceed the limit. Rejects when the sender goes away. */
export async function readBody(
  request: IncomingMessage,
  maximumBytes: number,
): Promise<Buffer | 'too_large'> {
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) return 'too_large'
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > maximumBytes) return 'too_large'
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
