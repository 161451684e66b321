/** Endpoints of bills (doc merchant/4013071235, 4013071236, 4013071238): apply for a day's, then load it. */
import { ApiError } from './api-error.ts'
import { noStatement, readBillDay, statementCreating } from './bill-day.ts'
import type { BillDay } from './bill-day.ts'
import type { BillFiles } from './bill-files.ts'
import type { Table } from './bill-table.ts'
import type { Endpoint } from './endpoints.ts'
import type { BillFault } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import { flowsOf, fundFlowTable } from './fund-flow-table.ts'
import { fundFlows } from './fund-flows.ts'
import type { Ledger } from './ledger.ts'
import type { Call, Route } from './route.ts'
import type { Timeline } from './timeline.ts'
import { LAYOUTS, OLD_LAYOUT, tradeTable } from './trade-layouts.ts'
import type { BillType } from './trade-layouts.ts'
import { tradeRows } from './trade-rows.ts'
import type { TradeRow } from './trade-rows.ts'
import type { Wire } from './views.ts'

export interface BillDeps {
  readonly mchid: string
  readonly ledger: Ledger
  readonly timeline: Timeline
  readonly faults: Faults
  readonly files: BillFiles
}

const ACCOUNTS = ['BASIC', 'OPERATION', 'FEES'] as const

/** Which rows stand in which bill: money that was recharged has a bill of its own. */
const HOLDS: Readonly<Record<BillType, (row: TradeRow) => boolean>> = {
  ALL: (row) => !isRecharge(row),
  SUCCESS: ({ kind }) => kind === 'payment',
  REFUND: (row) => row.kind === 'refund' && !isRecharge(row),
  RECHARGE_REFUND: isRecharge,
}

function isRecharge(row: TradeRow): boolean {
  return row.kind === 'refund' && row.refund.request.funds_account === 'AVAILABLE'
}

/** What a kind of bill writes for a day. */
type Write = (call: Call, day: BillDay, faults: readonly BillFault[]) => Table | undefined

/** Creates the endpoints. */
export function createBillRoutes({ mchid, ledger, timeline, faults, files }: BillDeps): readonly Route[] {
  const writeTrade: Write = ({ query }, day, planned) => {
    const type = oneOf('bill_type', query.get('bill_type') ?? 'ALL', [
      'ALL',
      'SUCCESS',
      'REFUND',
      'RECHARGE_REFUND',
    ])
    const whose = { mchid, subMchid: query.get('sub_mchid') ?? undefined }
    const rows = tradeRows(ledger, day, whose).filter(HOLDS[type])
    const isOld = type === 'ALL' && planned.some(({ kind }) => kind === 'bill_old_layout')
    return rows.length === 0
      ? undefined
      : tradeTable(withoutFirst(rows, planned), isOld ? OLD_LAYOUT : LAYOUTS[type])
  }
  const writeFundFlow: Write = ({ query }, day, planned) => {
    const account = oneOf('account_type', query.get('account_type') ?? 'BASIC', ACCOUNTS)
    const flows = flowsOf(fundFlows(ledger, query.get('sub_mchid') ?? mchid), day)
    // Nothing here moves money of the other accounts.
    return flows.length === 0 || account !== 'BASIC' ? undefined : fundFlowTable(withoutFirst(flows, planned))
  }

  function apply(call: Call, endpoint: Endpoint, write: Write): Wire {
    const now = timeline.now()
    const day = readBillDay(call.query.get('bill_date'), now)
    const tar = call.query.get('tar_type')
    if (tar !== null) oneOf('tar_type', tar, ['GZIP'])
    const planned = faults.take('bill', { endpoint, bill_date: day.date })
    if (planned.some(({ kind }) => kind === 'bill_late')) throw statementCreating()
    const table = write(call, day, planned)
    if (table === undefined || planned.some(({ kind }) => kind === 'bill_absent')) throw noStatement()
    const { path, sha1 } = files.offer(table, { isZipped: tar !== null, now, faults: planned })
    return { hash_type: 'SHA1', hash_value: sha1, download_url: `${call.origin}${path}` }
  }

  return [
    {
      endpoint: 'tradebill',
      method: 'GET',
      pattern: /^\/v3\/bill\/tradebill$/,
      dialect: 'others',
      handle: (call) => apply(call, 'tradebill', writeTrade),
    },
    {
      endpoint: 'fundflowbill',
      method: 'GET',
      pattern: /^\/v3\/bill\/fundflowbill$/,
      dialect: 'others',
      handle: (call) => apply(call, 'fundflowbill', writeFundFlow),
    },
    {
      endpoint: 'billdownload',
      method: 'GET',
      pattern: /^\/v3\/billdownload\/file$/,
      dialect: 'others',
      handle: ({ query }) => files.load(query.get('token'), timeline.now()),
    },
  ]
}

function withoutFirst<T>(rows: readonly T[], planned: readonly BillFault[]): readonly T[] {
  return planned.some(({ kind }) => kind === 'bill_row_missing') ? rows.slice(1) : rows
}

function oneOf<Word extends string>(name: string, given: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === given)
  if (word !== undefined) return word
  throw new ApiError(400, 'PARAM_ERROR', `${name}取值必须为 ${words.join('、')} 之一`, {
    detail: { field: name, value: given, issue: 'unknown value', location: 'query' },
  })
}
