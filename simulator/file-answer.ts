/** An answer that is a file: it carries no signature. */
export class FileAnswer {
  readonly bytes: Buffer
  readonly type: string

  constructor(bytes: Buffer, type: string) {
    this.bytes = bytes
    this.type = type
  }
}
