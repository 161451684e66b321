/** A day of many rows: WeChat's bill of it, and an orders table that holds its orders, each written to files as it is made. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { fen } from '#shared/money.ts'
import { orderKey, refundPointerKey } from '#shared/orders/order-key.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import { dayShardOf } from '#shared/stores/order-day.ts'
import { cells, paymentRow, refundRow, TRADE_COLUMNS, TRADE_SUMS, yuan } from '#test/bills/sample-bill.ts'
import { MCHID, paidOrder } from '#test/support/orders.ts'

/** That of the sample rows. */
export const DAY = '2026-11-24'
/** One row in ten is a refund, of an order that was paid days before. */
const REFUND_EVERY = 10
const BATCH = 1000
const TABLE = 'orders'

const isRefund = (number: number) => number % REFUND_EVERY === 0
const amountOf = (number: number) => 100 + (number % 9901)

export async function writeBill(path: string, rows: number): Promise<string> {
  const sha1 = createHash('sha1')
  const hashed = function* () {
    for (const text of billText(rows)) {
      sha1.update(text)
      yield text
    }
  }
  await pipeline(Readable.from(hashed()), createGzip({ level: 1 }), createWriteStream(path))
  return sha1.digest('hex')
}

function* billText(rows: number): Generator<string> {
  const sums = { paid: 0, refunded: 0, fee: 0 }
  yield `\uFEFF${TRADE_COLUMNS}\r\n`
  for (let at = 0; at < rows; at += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, rows - at) }, (_, index) => {
      const number = at + index
      const sold = { number, fen: amountOf(number), goods: '一杯茶, 热的', attach: `shelf ${number % 97}` }
      sums[isRefund(number) ? 'refunded' : 'paid'] += sold.fen
      sums.fee += isRefund(number) ? -100 : 600
      return `${(isRefund(number) ? refundRow : paymentRow)(sold)}\r\n`
    })
    yield lines.join('')
  }
  const [paid, refunded] = [yuan(sums.paid), yuan(sums.refunded)]
  const fee = (sums.fee / 100_000).toFixed(5)
  yield `${TRADE_SUMS}\r\n${cells([rows, paid, refunded, '0.00', fee, paid, refunded])}\r\n`
}

/** Writes the table as an export of DynamoDB, and has the engine take it over. @returns the file of its database */
export async function writeTable(
  directory: string,
  { rows, dynoxide }: { readonly rows: number; readonly dynoxide: string },
): Promise<string> {
  const [source, schema, database] = [
    join(directory, 'export'),
    join(directory, 'schema.json'),
    join(directory, 'table.db'),
  ]
  mkdirSync(join(source, TABLE, 'data'), { recursive: true })
  writeFileSync(schema, JSON.stringify(SCHEMA))
  await pipeline(Readable.from(tableText(rows)), createWriteStream(join(source, TABLE, 'data', 'items.json')))
  const args = ['import', '--source', source, '--schema', schema, '--output', database]
  const { status, stderr } = spawnSync(dynoxide, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the engine did not take the table: ${stderr}`)
  return database
}

/** Placeholders that no other text of an item holds. */
const [NUMBER, AMOUNT] = ['909090909', '707070']

const sold = {
  order_key: orderKey(MCHID, `ORDER-${NUMBER}`),
  out_trade_no: `ORDER-${NUMBER}`,
  transaction_id: `4200000${NUMBER}`,
  description: '一杯茶, 热的',
}
const [PAID, REFUNDED] = [
  paidOrder({
    ...sold,
    amount: { total: fen(Number(AMOUNT)), currency: 'CNY' },
    success_time: `${DAY}T08:35:41+08:00`,
  }),
  paidOrder({
    ...sold,
    amount: { total: fen(999_999), currency: 'CNY' },
    success_time: '2026-11-20T08:35:41+08:00',
    refunds: { [`REFUND-${NUMBER}`]: { status: 'PROCESSING', amount: fen(Number(AMOUNT)) } },
  }),
].map((order) => JSON.stringify(orderToItem(order, { writeId: 'bench', form: 2 })))

function* tableText(rows: number): Generator<string> {
  for (let at = 0; at < rows; at += BATCH) {
    const items = Array.from({ length: Math.min(BATCH, rows - at) }, (_, index) => itemsOf(at + index))
    yield items.join('')
  }
}

function itemsOf(number: number): string {
  const [text = '', day] = isRefund(number) ? [REFUNDED, '2026-11-20'] : [PAID, DAY]
  const key = orderKey(MCHID, `ORDER-${number}`)
  const item = text
    // The amount first, for a number may read like its placeholder.
    .replaceAll(AMOUNT, String(amountOf(number)))
    .replaceAll(NUMBER, String(number))
    .replace(/"day_shard":\{"S":"[^"]*"\}/, `"day_shard":{"S":"${dayShardOf(key, day ?? DAY)}"}`)
  return isRefund(number) ? `{"Item":${item}}\n${pointerOf(number, key)}` : `{"Item":${item}}\n`
}

function pointerOf(number: number, target: string): string {
  const key = refundPointerKey(MCHID, `REFUND-${number}`)
  const item = {
    order_key: { S: key },
    v: { N: '1' },
    target: { S: target },
    day_shard: { S: dayShardOf(key, DAY) },
  }
  return `${JSON.stringify({ Item: item })}\n`
}

const SCHEMA = {
  Table: {
    TableName: TABLE,
    AttributeDefinitions: ['order_key', 'day_shard'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [{ AttributeName: 'order_key', KeyType: 'HASH' }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    GlobalSecondaryIndexes: [
      {
        IndexName: 'day',
        KeySchema: [
          { AttributeName: 'day_shard', KeyType: 'HASH' },
          { AttributeName: 'order_key', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['billed'] },
      },
    ],
  },
}
