/** SHA-256 and MD5 of Node.js, as the AWS SDK asks for them. */
import { createHash, createHmac } from 'node:crypto'
import type { Hash, Hmac } from 'node:crypto'

type Data = string | ArrayBuffer | ArrayBufferView

function bytesOf(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8')
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return new Uint8Array(data)
}

/** SHA-256, or its HMAC where there is a secret. */
export class Sha256 {
  readonly digestLength = 32
  readonly #secret: Uint8Array | undefined
  #hash: Hash | Hmac

  constructor(secret?: Data) {
    this.#secret = secret === undefined ? undefined : bytesOf(secret)
    this.#hash = this.#begin()
  }

  update(data: Data): void {
    this.#hash.update(bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return 'copy' in this.#hash ? this.#hash.copy().digest() : this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#begin()
  }

  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret)
  }
}

// By these names a package hands it on that no function asks for them.
export { Sha256 as Sha256Js, Sha256 as Sha256Node }

/** What the client of SQS compares an answer with. */
export class Md5 {
  readonly digestLength = 16
  #hash = createHash('md5')

  update(data: Data): void {
    this.#hash.update(bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.copy().digest()
  }

  reset(): void {
    this.#hash = createHash('md5')
  }
}
