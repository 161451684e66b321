/** A lease in memory, for tests of those who hold one. */
import type { Lease } from '#shared/lease.ts'

export function memoryLease(): Lease {
  let held = { holder: '', until: 0 }
  return {
    async take(holder, { now, until }) {
      if (held.until > now && held.holder !== holder) return false
      held = { holder, until }
      return true
    },
    async end(holder, at) {
      if (held.holder === holder) held = { holder, until: at }
    },
  }
}
