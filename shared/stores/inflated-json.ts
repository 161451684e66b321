/** Reads what a store keeps deflated. */
import { zlib } from './zlib.ts'

/** No order comes near it; what does was not written here. */
const MOST_BYTES = 8 * 1024 * 1024

/**
 * @param dictionary the one that it was deflated with. @default none
 * @returns undefined for what cannot be read: what it held is not for a message.
 */
export function inflatedJson(packed: Uint8Array, dictionary?: Uint8Array): unknown {
  const options = dictionary === undefined ? {} : { dictionary }
  try {
    return JSON.parse(
      zlib()
        .inflateRawSync(packed, { ...options, maxOutputLength: MOST_BYTES })
        .toString('utf8'),
    )
  } catch {
    return undefined
  }
}
