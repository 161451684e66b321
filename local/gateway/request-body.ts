/** How API Gateway hands a body to a function: as text for a few content types, in base64 for all others. */

/** `auto` as API Gateway decides; the others force one form, for tests of what a handler does with either. */
export type BodyEncoding = 'auto' | 'base64' | 'text'

export interface EncodedBody {
  readonly body?: string
  readonly isBase64Encoded: boolean
}

/** Observed of HTTP APIs: these are text, whatever their charset; forms and requests without a content type are not. */
const TEXT_TYPE = /^(?:text\/.*|application\/(?:json|xml|javascript))$/

/** Encodes a body. An empty one is left out of the event. */
export function encodeBody(
  bytes: Buffer,
  contentType: string | undefined,
  encoding: BodyEncoding,
): EncodedBody {
  if (bytes.length === 0) return { isBase64Encoded: false }
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isText = encoding === 'auto' ? TEXT_TYPE.test(mediaType) : encoding === 'text'
  return isText
    ? { body: bytes.toString('utf8'), isBase64Encoded: false }
    : { body: bytes.toString('base64'), isBase64Encoded: true }
}
