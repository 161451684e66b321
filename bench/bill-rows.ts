/**
 * Reads a generated trade bill: `npm run bench -- --only bill [-- --rows 1000000 --mb 512]`.
 *
 * The bill is made row by row, compressed, opened, hashed and read as it comes; nothing of it is kept. Fails when the process
 * ever held more memory than `--mb`, which is that of the function.
 */
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { openBill } from '#shared/bills/open-bill.ts'
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import { cells, paymentRow, refundRow, TRADE_COLUMNS, TRADE_SUMS, yuan } from '#test/bills/sample-bill.ts'

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, mb: { type: 'string', default: '512' } },
})
const ROWS = whole('rows', values.rows)
const LIMIT_MB = whole('mb', values.mb)
const LIMIT_BYTES = 2 ** 31
const REFUND_EVERY = 10
const BATCH = 500

function whole(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1 && value <= 10_000_000) return value
  process.stderr.write(`--${name} must be a whole number from 1 to 10000000\n`)
  return process.exit(2)
}

/** One row in ten is a refund. */
function* billText(): Generator<string> {
  let [total, refunded, fee] = [0, 0, 0]
  yield `\uFEFF${TRADE_COLUMNS}\r\n`
  for (let at = 0; at < ROWS; at += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, ROWS - at) }, (_, index) => {
      const number = at + index
      const fen = 100 + (number % 9901)
      const sold = { number, fen, goods: '一杯茶, 热的', attach: `shelf ${number % 97}` }
      if (number % REFUND_EVERY === 0) {
        refunded += fen
        fee -= 100
        return `${refundRow(sold)}\r\n`
      }
      total += fen
      fee += 600
      return `${paymentRow(sold)}\r\n`
    })
    yield lines.join('')
  }
  const sums = [
    ROWS,
    yuan(total),
    yuan(refunded),
    '0.00',
    (fee / 100_000).toFixed(5),
    yuan(total),
    yuan(refunded),
  ]
  yield `${TRADE_SUMS}\r\n${cells(sums)}\r\n`
}

/** The most memory that the process has held, in MB. */
const peakMb = () => Math.round(process.resourceUsage().maxRSS / 1024)

const hash = createHash('sha1')
let plainBytes = 0
for (const text of billText()) {
  hash.update(text)
  plainBytes += Buffer.byteLength(text)
}
const sha1 = hash.digest('hex')
const before = peakMb()

const started = performance.now()
const counted = { payment: 0, refund: 0, other: 0 }
const compressed = Readable.from(billText()).pipe(createGzip({ level: 1 }))
const bill = await readTradeBill(openBill(compressed, { sha1, maxBytes: LIMIT_BYTES }), ({ kind }) => {
  counted[kind] += 1
})
const seconds = (performance.now() - started) / 1000

process.stdout.write(
  [
    `rows            ${bill.rows} (${counted.payment} payments, ${counted.refund} refunds), layout ${bill.layout}`,
    `plain           ${Math.round(plainBytes / 2 ** 20)} MiB`,
    `time            ${seconds.toFixed(1)} s, making and compressing the bill included`,
    `rows a second   ${Math.round(bill.rows / seconds)}`,
    `memory at most  ${peakMb()} MB, ${before} MB of them before the first row was read`,
    '',
  ].join('\n'),
)
if (bill.rows !== ROWS || counted.other > 0) throw new Error('rows were lost')
if (peakMb() > LIMIT_MB) throw new Error(`held ${peakMb()} MB, and may hold ${LIMIT_MB}`)
