/** Spreads index entries over a fixed number of partitions, so that no index partition is hot. */
import { createHash } from 'node:crypto'

/** The shard of a key: `0` to `shards - 1`, the same for ever, because stored items carry it. */
export function shardOf(key: string, shards: number): string {
  return String(createHash('sha256').update(key).digest().readUInt32BE(0) % shards)
}
