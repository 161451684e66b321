/** Memory of a process, as the kernel counts it. */
import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4096

/** Resident bytes of a process; undefined where there is no /proc, or no such process. */
export function residentBytes(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return Number.isInteger(pages) ? pages * PAGE_BYTES : undefined
  } catch {
    return undefined
  }
}
