/** What is in the tables, for the demo's proofs and its last page. */
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { LocalStack } from '#local/stack-options.ts'
import { parseOrderKey } from '#shared/orders/order-key.ts'

type Row = Readonly<Record<string, unknown>>

async function rows({ clients }: LocalStack, tableName: string): Promise<readonly Row[]> {
  const { Items: items = [] } = await clients.dynamodb.send(
    new ScanCommand({ TableName: tableName, ConsistentRead: true }),
  )
  const key = ({ order_key: order, fact_key: fact }: Row) => String(order ?? fact)
  return items.map((item) => unmarshall(item)).toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** Orders, with what they show of themselves to whoever looks at the table. */
export async function orderRows(stack: LocalStack): Promise<readonly Row[]> {
  const all = await rows(stack, stack.description.tables.orders)
  return all.flatMap((row) => {
    const key = parseOrderKey(String(row['order_key']))
    if (key === undefined) return []
    return [{ ...row, ...partsOf(row['shown']), mchid: key.mchid, out_trade_no: key.outTradeNo }]
  })
}

function partsOf(shown: unknown): object {
  return typeof shown === 'object' && shown !== null ? shown : {}
}

/** The keys of the orders that refund numbers point to. */
export async function refundedOrders(stack: LocalStack): Promise<readonly string[]> {
  const all = await rows(stack, stack.description.tables.orders)
  const targets = all.map(({ target }) => String(target))
  return [...new Set(targets.filter((key) => parseOrderKey(key) !== undefined))]
}

export function factRows(stack: LocalStack): Promise<readonly Row[]> {
  return rows(stack, stack.description.tables.facts)
}

/** All that is written, as one text: equal texts mean that nothing was written in between. */
export async function everythingWritten(stack: LocalStack): Promise<string> {
  return JSON.stringify([await orderRows(stack), await factRows(stack)])
}

/** A table of text, columns as wide as their widest cell. */
export function textTable(titles: readonly string[], lines: ReadonlyArray<readonly unknown[]>): string {
  const cells = [
    titles,
    ...lines.map((line) =>
      line.map((cell) => (typeof cell === 'string' ? cell : cell === undefined ? '' : JSON.stringify(cell))),
    ),
  ]
  const widths = titles.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  return cells
    .map(
      (line) =>
        `  ${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}`,
    )
    .join('\n')
}
