/**
 * What was received: its bytes, or well-formed text that stands for its bytes in UTF-8. A gateway hands most bodies over as text;
 * to turn each into bytes and back again took a twentieth of a notification's time.
 */
export type Received = Uint8Array | string

/** Text with half a character in it stands for no bytes but those that Node makes of it. */
export function receivedText(text: string): Received {
  return text.isWellFormed() ? text : Buffer.from(text, 'utf8')
}

export function bytesOf(received: Received): Uint8Array {
  return typeof received === 'string' ? Buffer.from(received, 'utf8') : received
}

export function byteLength(received: Received): number {
  return typeof received === 'string' ? Buffer.byteLength(received, 'utf8') : received.length
}

/** Header values by lower-case name; several values of one header arrive joined by a comma or as an array. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>
