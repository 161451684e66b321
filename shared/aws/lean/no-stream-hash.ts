/** Of the client of S3, for bodies that are streams: no call of a function has one. */
export function readableStreamHasher(): never {
  throw new Error('this bundle hashes no streams')
}
