/** What a merchant signed instead of what it sent: the usual mistakes, each tried against the hash that its signature holds. */
import { createHash } from 'node:crypto'
import { bodyVariants } from './body-variants.ts'

/** A request as it arrived, with the two fields of `Authorization` that its message holds, as they were written there. */
export interface SentRequest {
  readonly method: string
  /** Path with query, as in the request line. */
  readonly url: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: Buffer
}

export interface SignedInstead {
  /** What was done, in words that hold nothing of the request. */
  readonly problem: string
  readonly message: Buffer
}

/** The message that the signature of a request has to be over. */
export function expectedMessage({ method, url, timestamp, nonce, body }: SentRequest): Buffer {
  return Buffer.concat([Buffer.from(`${method}\n${url}\n${timestamp}\n${nonce}\n`), body, Buffer.from('\n')])
}

/** Finds the message whose SHA-256 (lower-case hex) was signed; undefined when no usual mistake explains it. */
export function findSignedMessage(request: SentRequest, digest: string): SignedInstead | undefined {
  return mistakes(request).find(
    ({ message }) => createHash('sha256').update(message).digest('hex') === digest,
  )
}

function mistakes(request: SentRequest): readonly SignedInstead[] {
  const { method, url, body } = request
  const signed = (problem: string, change: Partial<SentRequest>): SignedInstead => ({
    problem,
    message: expectedMessage({ ...request, ...change }),
  })
  const whole = expectedMessage(request)
  return [
    { problem: 'it was signed without the newline behind the body', message: whole.subarray(0, -1) },
    {
      problem: 'it was signed without the last, empty line that a request without body has',
      message: whole.subarray(0, whole.length - body.length - 1),
    },
    signed('the query was not signed: line 2 is the path and the query', { url: url.replace(/\?.*$/, '') }),
    signed('the URL was signed with its host', { url: `https://api.mch.weixin.qq.com${url}` }),
    signed('the URL was signed before it was percent-encoded', { url: decoded(url) }),
    signed('the URL was signed percent-encoded and sent otherwise', {
      url: encodeURI(url).replaceAll('|', '%7C'),
    }),
    signed('the method was signed in small letters', { method: method.toLowerCase() }),
    signed('the body was not signed', { body: Buffer.alloc(0) }),
    ...bodyVariants(body).map(({ explanation, bytes }) =>
      signed(`${explanation} after it was signed`, { body: bytes }),
    ),
  ]
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}
