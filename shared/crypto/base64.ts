/** Strict base64 (RFC 4648, section 4), because Node's own decoder skips whatever it does not know. */

/** Decodes canonical, padded, standard base64; anything else, non-zero padding bits included, is undefined. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  // Only canonical text survives the way back; Node also reads blanks, url-safe digits and missing padding, and takes a character
  // beyond Latin for the one that its lower byte is: no count of bytes would notice that.
  return bytes.toString('base64') === text ? bytes : undefined
}
