/**
 * In a bundle it stands in place of `@smithy/core/checksum`: every Node.js of Lambda has these digests, so that none of them is
 * written in JavaScript as well.
 */
export { Crc32, Crc32 as Crc32Js, Crc32 as Crc32Node } from './node-crc32.ts'
export { Md5, Sha256, Sha256Js, Sha256Node } from './node-digests.ts'
export { readableStreamHasher } from './no-stream-hash.ts'
