/** SHA-256 in the form that the AWS SDK's request signer asks for. */
import { createHash, createHmac, type BinaryLike } from 'node:crypto'

export class Sha256 {
  readonly #hash
  constructor(secret?: BinaryLike) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }
  update(data: BinaryLike): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {}
}
