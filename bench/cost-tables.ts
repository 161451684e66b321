/** The tables of docs/cost.md. */
import { type BillLine, total } from './bill.ts'
import type { Counts } from './counts.ts'
import type { Memory } from './measure.ts'
import { PRICES } from './prices.ts'

const MILLION = 1_000_000

export function billTable(bill: readonly BillLine[]): string {
  const rows = bill.map(
    ({ service, what, units, usd: cost }) => `| ${service} | ${what} | ${count(units)} | ${usd(cost)} |`,
  )
  return `| service | what | units | US dollars |\n| --- | --- | ---: | ---: |\n${rows.join('\n')}\n| **together** | | | **${usd(total(bill))}** |`
}

/** One bill beside another, line by line. */
export function comparedTable(usual: readonly BillLine[], least: readonly BillLine[]): string {
  const rows = usual.map((line) => {
    const other = least.find(({ service, what }) => service === line.service && what === line.what)
    const cells = [line.service, line.what, count(line.units), usd(line.usd)]
    return `| ${[...cells, count(other?.units ?? 0), usd(other?.usd ?? 0)].join(' | ')} |`
  })
  const sums = `| **together** | | | **${usd(total(usual))}** | | **${usd(total(least))}** |`
  return `| service | what | units | US dollars | at least: units | US dollars |\n| --- | --- | ---: | ---: | ---: | ---: |\n${rows.join('\n')}\n${sums}`
}

export function functionTable(
  { invocations, gbSeconds }: Counts,
  { times, memory }: { readonly times: number; readonly memory: Readonly<Record<string, Memory>> },
): string {
  const rows = Object.entries(invocations)
    .filter(([, calls]) => calls > 0)
    .map(
      ([operation, calls]) =>
        `| ${operation} | ${(calls / times).toFixed(2)} | ${(((gbSeconds[operation] ?? 0) / times) * 1000).toFixed(1)} | ${memory[operation]?.used ?? 0} of ${memory[operation]?.given ?? 0} |`,
    )
  return `| function | invocations | GB-ms | most memory, MB |\n| --- | ---: | ---: | ---: |\n${rows.join('\n')}`
}

export function stepTable({ dynamoSteps }: Counts, times: number): string {
  const rows = Object.entries(dynamoSteps)
    .filter(([, { requests }]) => requests > 0)
    .map(
      ([name, { requests, units, indexUnits, bytes }]) =>
        `| ${name} | ${(requests / times).toFixed(2)} | ${bytes === 0 ? '' : Math.round(bytes / requests)} | ${(units / times).toFixed(2)} | ${(indexUnits / times).toFixed(2)} |`,
    )
  return `| request | times | bytes | units | of indexes |\n| --- | ---: | ---: | ---: | ---: |\n${rows.join('\n')}`
}

export function priceTable(): string {
  const rows = Object.values(PRICES).map(({ usd: each, unit, source }) => {
    const perMillion = each < 0.001
    return `| ${perMillion ? 'a million times: ' : ''}${unit} | ${perMillion ? String(Number((each * MILLION).toPrecision(6))) : String(each)} | ${source} |`
  })
  return `| unit | US dollars | source |\n| --- | ---: | --- |\n${rows.join('\n')}`
}

export function usd(amount: number): string {
  return amount < 0.005 && amount > 0 ? amount.toFixed(4) : amount.toFixed(2)
}

function count(units: number): string {
  return units >= 100 ? Math.round(units).toLocaleString('en-US') : units.toFixed(2)
}
