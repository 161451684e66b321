/** The nonce of requests and of client pay parameters. */
import { randomBytes } from 'node:crypto'

/** Draws 128 random bits as 32 upper-case hex digits, the form of WeChat's own samples (and its limit of 32). */
export function randomNonce(): string {
  return randomBytes(16).toString('hex').toUpperCase()
}
