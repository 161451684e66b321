/** What docs/cost.md tells of payments by Alipay. */
import type { AlipayPlayed } from './alipay-scenario.ts'
import { type BillLine, billOf, fixedBill, type FixedInput } from './bill.ts'
import { billTable, functionTable, stepTable } from './cost-tables.ts'
import { scaled } from './counts.ts'
import type { Memory } from './measure.ts'
import type { TemplateCosts } from './template-costs.ts'

/** Of a stage that has both. */
export interface WithAlipay extends AlipayPlayed {
  readonly fixed: TemplateCosts & { readonly metrics: number }
  readonly memory: Readonly<Record<string, Memory>>
}

const MILLION = 1_000_000

export function aMillionByAlipay({ counts, payments, fixed }: WithAlipay): readonly BillLine[] {
  return billOf(scaled(counts, MILLION / payments), fixed)
}

/** What runs by the clock is as much for two channels as for one. */
export function alipayMonth({ fixed }: WithAlipay, alone: FixedInput): readonly BillLine[] {
  return fixedBill({ ...alone, ...fixed })
}

export function alipaySection(alipay: WithAlipay): string {
  const { counts, payments, memory } = alipay
  return `## A million payments by Alipay

The same by a code that the payer scans, on a stage that has both channels; no payer is late in it. Played: ${payments}. What differs is the
notification: Alipay's function takes it.

${billTable(aMillionByAlipay(alipay))}

Functions, for each payment:

${functionTable(counts, { times: payments, memory })}

Units of DynamoDB, for each payment:

${stepTable(counts, payments)}`
}
