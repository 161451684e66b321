/**
 * What was received: its bytes, or text that stands for its bytes in UTF-8. A gateway hands most bodies over as text; to turn
 * each into bytes and back again took a twentieth of a notification's time.
 *
 * Nobody looks for half a character in it, which took another fortieth: no bytes give one, its own bytes are those of U+FFFD, and
 * what reads JSON has to do with one anyway, which any JSON can say as `\ud800`.
 */
export type Received = Uint8Array | string

export function bytesOf(received: Received): Uint8Array {
  return typeof received === 'string' ? Buffer.from(received, 'utf8') : received
}

export function byteLength(received: Received): number {
  return typeof received === 'string' ? Buffer.byteLength(received, 'utf8') : received.length
}

/** Header values by lower-case name; several values of one header arrive joined by a comma or as an array. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>
