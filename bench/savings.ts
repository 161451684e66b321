/** The tables of what could be saved. */
import { PRICES, type PriceName } from './prices.ts'
import { type Saving, SAVINGS, type Uses } from './savings-list.ts'

export function savingsTable(): string {
  const rows = SAVINGS.map(
    ({ what, uses, of, price }) => `| ${what} | ${savedUsd(uses).toFixed(2)} of ${of} | ${price} |`,
  )
  return `| saving | US dollars a million | its price |\n| --- | ---: | --- |\n${rows.join('\n')}`
}

/** For docs/zh-CN/cost.md. */
export function savingsTableChinese(): string {
  const rows = SAVINGS.map(
    ({ uses, of, chinese: { what, price } }) =>
      `| ${what} | ${of === 'payments' ? '支付' : '退款'} ${savedUsd(uses).toFixed(2)} | ${price} |`,
  )
  return `| 办法 | 每一百万笔，美元 | 代价 |\n| --- | ---: | --- |\n${rows.join('\n')}\n\n其中不放弃任何承诺的各项，合计为一百万笔支付 ${sumKept('payments')}，一百万笔退款 ${sumKept('refunds')}。`
}

/** How far all of them together would go that give no promise up. */
export function keptSavings(): string {
  return `Those that give no promise up, and cost what stands beside them in work, limits or wait, come to ${sumKept('payments')} of a million payments and ${sumKept('refunds')} of a million refunds.`
}

function sumKept(whose: Saving['of']): string {
  const kept = SAVINGS.filter(({ keeps, of }) => keeps === true && of === whose)
  return kept.reduce((all, { uses }) => all + savedUsd(uses), 0).toFixed(2)
}

/** Logs are priced by the GB, everything else by the unit. */
function savedUsd(uses: Uses): number {
  const names = Object.keys(PRICES).filter((name): name is PriceName => name in uses)
  return names.reduce((sum, name) => {
    const units = uses[name] ?? 0
    return sum + PRICES[name].usd * (name === 'logGb' ? units : units * 1_000_000)
  }, 0)
}
