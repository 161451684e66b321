/** Bills that were applied for, until their addresses expire. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { ApiError } from './api-error.ts'
import type { Table } from './bill-table.ts'
import { renderTable } from './bill-table.ts'
import type { BillFault } from './fault-kinds.ts'
import { FileAnswer } from './file-answer.ts'
import type { Ids } from './ids.ts'

const LIFE_MS = 5 * 60_000

export interface BillFiles {
  /** Keeps a bill. @returns where it can be loaded, as a path and query, and its hash. */
  offer(table: Table, options: OfferOptions): { readonly path: string; readonly sha1: string }
  /** @throws ApiError `INVALID_REQUEST` for an address that is unknown or no longer good. */
  load(token: string | null, now: number): FileAnswer
}

export interface OfferOptions {
  readonly isZipped: boolean
  readonly now: number
  readonly faults: readonly BillFault[]
}

interface Offered {
  readonly answer: FileAnswer
  readonly validUntil: number
}

/** Creates an empty shelf. */
export function createBillFiles(ids: Ids): BillFiles {
  const offered = new Map<string, Offered>()
  return {
    offer(table, { isZipped, now, faults }) {
      const has = (kind: BillFault['kind']): boolean => faults.some((fault) => fault.kind === kind)
      for (const [token, { validUntil }] of offered) if (validUntil <= now) offered.delete(token)
      const plain = renderTable(has('bill_wrong_sum') ? withWrongSum(table) : table)
      const packed = isZipped ? gzipSync(plain) : plain
      const bytes = has('bill_cut') ? packed.subarray(0, Math.floor(packed.length / 2)) : packed
      const type = isZipped ? 'application/x-gzip' : 'text/plain'
      const token = ids.text(64)
      offered.set(token, { answer: new FileAnswer(bytes, type), validUntil: now + LIFE_MS })
      return {
        path: `/v3/billdownload/file?token=${token}${isZipped ? '&tartype=gzip' : ''}`,
        // Of the bill itself: whoever has it as gzip unpacks it first.
        sha1: createHash('sha1')
          .update(plain)
          .update(has('bill_wrong_hash') ? 'x' : '')
          .digest('hex'),
      }
    },
    load(token, now) {
      const found = offered.get(token ?? '')
      if (found === undefined || found.validUntil <= now)
        throw new ApiError(400, 'INVALID_REQUEST', '账单下载地址无效或已过期，请重新申请')
      return found.answer
    },
  }
}

/** The last sum is a fen more than its column. */
function withWrongSum(table: Table): Table {
  const last = Number(table.sums.at(-1)?.replace('.', '') ?? 0) + 1
  const digits = String(last).padStart(3, '0')
  return { ...table, sums: [...table.sums.slice(0, -1), `${digits.slice(0, -2)}.${digits.slice(-2)}`] }
}
