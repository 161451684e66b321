/** Why a connection failed, told apart by what mends it: one table for the logs of the functions and for `wxpay doctor`. */
import { lazy } from './lazy.ts'

/** The codes of Node.js and OpenSSL behind each fault. */
const CODES = {
  /** The name does not resolve. */
  dns: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ENODATA', 'ESERVFAIL', 'ETIMEOUT'],
  /** There is no way to the address. */
  unreachable: ['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'],
  /** Nobody listens there. */
  refused: ['ECONNREFUSED'],
  /** It was begun and broken off by the other side or something in between. */
  cut: ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET'],
  timeout: ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  /** The certificate does not lead to a root that is trusted. */
  tls_chain: [
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_SIGNATURE_FAILURE',
    'CERT_CHAIN_TOO_LONG',
    'PATH_LENGTH_EXCEEDED',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'CERT_UNTRUSTED',
    'CERT_REJECTED',
    'CERT_REVOKED',
  ],
  /** The certificate is of another name. */
  tls_host: ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
  /** The certificate has run out, by our clock. */
  tls_expired: ['CERT_HAS_EXPIRED'],
  /** The certificate begins later than now: nobody serves such a one, so it is our clock that is behind. */
  clock: ['CERT_NOT_YET_VALID'],
  /** What answers speaks no TLS, or none that both sides have. */
  tls_protocol: ['EPROTO'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ConnectionFault = keyof typeof CODES

export const CONNECTION_FAULTS: readonly ConnectionFault[] = keysOf(CODES)

/** Made with the first failure. */
const faults = lazy(
  (): ReadonlyMap<string, ConnectionFault> =>
    new Map(CONNECTION_FAULTS.flatMap((fault) => CODES[fault].map((code) => [code, fault] as const))),
)
/** OpenSSL has hundreds of names for a handshake that came to nothing. */
const PROTOCOL = /^ERR_(?:SSL|TLS)_/
/** As far as anybody here wraps an error. */
const MAX_CAUSES = 6

/** Looks for a code that is known, through the causes of an error. */
export function connectionFaultOf(error: unknown): ConnectionFault | undefined {
  let at = error
  for (let depth = 0; depth < MAX_CAUSES && at instanceof Error; depth += 1) {
    const fault = faultOf(at)
    if (fault !== undefined) return fault
    at = at.cause
  }
  return undefined
}

function faultOf(error: Error): ConnectionFault | undefined {
  if (error.name === 'TimeoutError') return 'timeout'
  if ('failure' in error && error.failure === 'timeout') return 'timeout'
  if (!('code' in error) || typeof error.code !== 'string') return undefined
  return faults().get(error.code) ?? (PROTOCOL.test(error.code) ? 'tls_protocol' : undefined)
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  const keys: Key[] = []
  for (const key in record) keys.push(key)
  return keys
}
