/** Strict base64 (RFC 4648, section 4), because Node's own decoder skips whatever it does not know. */

const SHAPE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Decodes canonical, padded, standard base64; anything else, non-zero padding bits included, is undefined. */
export function decodeBase64(text: string): Buffer | undefined {
  if (!SHAPE.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
