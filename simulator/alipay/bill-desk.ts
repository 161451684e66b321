/** Bills of Alipay: an address that is good for half a minute, and behind it the day's business as a ZIP of CSV in GBK. */
import * as v from 'valibot'
import { beijingDay, DAY_MS, dayStart, isDay } from '#shared/beijing-day.ts'
import type { Ids } from '../ids.ts'
import type { Timeline } from '../timeline.ts'
import { billFiles } from './bill-table.ts'
import type { AlipayFaults } from './faults.ts'
import { GatewayError, refused } from './gateway-error.ts'
import type { AlipayLedger } from './ledger.ts'
import { read } from './read-biz.ts'
import { zipFile } from './zip-file.ts'

const PATH = '/downloadBillFile.resource'
const VALID_MS = 30_000
/** Alipay advises to come after ten o'clock of the next day. */
const READY_MS = 10 * 3_600_000

export interface BillDesk {
  /** @returns the address of the bill that `biz_content` asks for. @throws GatewayError */
  offer(biz: unknown): string
  /** The file of an address; undefined for one that is none, or is over. */
  fileAt(path: string): Buffer | undefined
}

export interface BillDeskDeps {
  readonly ledger: AlipayLedger
  readonly faults: AlipayFaults
  readonly timeline: Timeline
  readonly ids: Ids
  readonly sellerId: string
  readonly origin: () => string
}

const schema = v.object({
  bill_type: v.picklist(['trade', 'signcustomer']),
  bill_date: v.pipe(v.string(), v.check(isDay, 'expected yyyy-MM-dd')),
})

export function createBillDesk({ ledger, faults, timeline, ids, sellerId, origin }: BillDeskDeps): BillDesk {
  const offered = new Map<string, { readonly file: Buffer; readonly until: number }>()
  return {
    offer(biz) {
      const { bill_type, bill_date } = read(schema, biz)
      const now = timeline.now()
      if (bill_date >= beijingDay(now))
        throw new GatewayError('40004', 'ACQ.INVALID_PARAMETER', '账单日期不合法')
      if (bill_type !== 'trade') throw new GatewayError('40006', 'isv.insufficient-isv-permissions', '未签约')
      const spoiled = faults.ofBill({ bill_date })
      const late = spoiled.some(({ kind }) => kind === 'bill_late')
      const files = billFiles({ ledger, sellerId, day: bill_date, faults: spoiled, now })
      if (late || now < dayStart(bill_date) + DAY_MS + READY_MS || files === undefined)
        throw refused('isp.bill_not_exist', '账单不存在')
      const whole = zipFile(files)
      const file = spoiled.some(({ kind }) => kind === 'bill_cut')
        ? whole.subarray(0, whole.length >> 1)
        : whole
      const token = ids.text(32)
      offered.set(token, { file, until: timeline.wall() + VALID_MS })
      return `${origin()}${PATH}?bizType=trade&fileType=csv.zip&bizDates=${bill_date.replaceAll('-', '')}&token=${token}`
    },
    fileAt(path) {
      const { pathname, searchParams } = new URL(path, 'http://localhost')
      const found = offered.get(searchParams.get('token') ?? '')
      return pathname === PATH && found !== undefined && timeline.wall() <= found.until
        ? found.file
        : undefined
    },
  }
}
