/** Spreads index entries over a fixed number of partitions, so that no index partition is hot. */
import { hash } from 'node:crypto'

/** The shard of a key: `0` to `shards - 1`, the same for ever, because stored items carry it. */
export function shardOf(key: string, shards: number): string {
  return String(Number.parseInt(hash('sha256', key).slice(0, 8), 16) % shards)
}
