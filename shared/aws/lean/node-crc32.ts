/** The check sum that the client of S3 sends with an object. A file of its own, for no other client needs `node:zlib`. */
import { crc32 } from 'node:zlib'

export class Crc32 {
  readonly digestLength = 4
  #value = 0

  update(data: Uint8Array | string): void {
    this.#value = crc32(data, this.#value)
  }

  async digest(): Promise<Uint8Array> {
    const bytes = Buffer.alloc(this.digestLength)
    bytes.writeUInt32BE(this.#value)
    return bytes
  }

  reset(): void {
    this.#value = 0
  }
}
