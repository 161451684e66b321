/** The bill of a day (`alipay.data.dataservice.bill.downloadurl.query`): ask where it is, and load it from there. */
import { hash } from 'node:crypto'
import { DAY_MS, dayStart } from '#shared/beijing-day.ts'
import { exchangeError } from '#shared/http/exchange-error.ts'
import type { Download } from '#shared/http/http-download.ts'
import { TransportError } from '#shared/http/transport.ts'
import type { BillChannel, BillFile, DayBill } from '#shared/orders/bill-channel.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { fields, text } from '#shared/wire-rules.ts'
import { createGateway } from '../gateway.ts'
import type { Gateway, GatewayDeps } from '../gateway.ts'
import { readAnswer } from '../read-answer.ts'
import { archivedFile } from './archived-file.ts'
import { readBusinessBill } from './business-bill.ts'

export interface BillDeps extends GatewayDeps {
  /** What keys and facts call the merchant. */
  readonly account: string
  readonly download: Download
}

/** A day of ten million rows, and more than any merchant has. */
const MAX_BYTES = 4 * 1024 ** 3
/** Alipay advises to come at ten; of a day without business it never has a bill, and says the same. */
const GIVEN_UP_MS = 12 * 3_600_000
/** Beside the business of a day there is a summary of it (业务明细(汇总)). */
const SUMMARY = Buffer.from([0xbb, 0xe3, 0xd7, 0xdc])

const Offer = fields({ bill_download_url: text(2048, /^[\x21-\x7e]+$/) }, {})

/** Creates the port. Nothing is loaded and no connection made before the first call. */
export function createBills(deps: BillDeps): BillChannel {
  const gateway = createGateway(deps)
  return {
    async dayBill(kind, date, { signal } = {}) {
      if (kind !== 'trade') return { state: 'not_offered' }
      const place = await placeOfBill(deps, gateway, { date, signal })
      if ('state' in place) return place
      const chunks = bytesAt(deps.download, { ...place, signal })
      // Alipay publishes no hash: the name of the day stands for it.
      return { state: 'ready', file: { sha1: hash('sha1', `${deps.account} ${date}`), chunks } }
    },
    readTrade: ({ chunks }, take) =>
      readBusinessBill(
        archivedFile(chunks, { isWanted: (name) => !name.includes(SUMMARY), maxBytes: MAX_BYTES }),
        deps.account,
        take,
      ),
  }
}

interface Place {
  readonly origin: string
  readonly path: string
}

async function placeOfBill(
  { clock, gatewayUrl }: BillDeps,
  gateway: Gateway,
  { date, signal }: { readonly date: string; readonly signal: AbortSignal | undefined },
): Promise<Place | DayBill> {
  try {
    const content = await gateway.call({
      operation: 'bill',
      method: 'alipay.data.dataservice.bill.downloadurl.query',
      bizContent: JSON.stringify({ bill_type: 'trade', bill_date: date }),
      repeatable: true,
      signal,
    })
    return placeOf(readAnswer(content, Offer).bill_download_url, gatewayUrl)
  } catch (error) {
    if (!(error instanceof ChannelError) || error.code !== 'not_found') throw error
    const isGivenUp = clock.now() > dayStart(date) + DAY_MS + GIVEN_UP_MS
    return { state: isGivenUp || error.wechatCode === 'NO_BILL_DATA' ? 'none' : 'creating' }
  }
}

const ALIPAYS = /(?:^|\.)(?:alipay\.com|alipaydev\.com|alipayobjects\.com)$/

/** The address is Alipay's word, and still leads to Alipay alone, over TLS: its pages show it without. */
function placeOf(address: string, gatewayUrl: string): Place {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const path = url === undefined ? '' : `${url.pathname}${url.search}`
  if (url !== undefined && url.username === '' && url.origin === new URL(gatewayUrl).origin)
    return { origin: url.origin, path }
  const isPlain = url !== undefined && url.username === '' && url.port === ''
  if (isPlain && /^https?:$/.test(url.protocol) && ALIPAYS.test(url.hostname))
    return { origin: `https://${url.hostname}`, path }
  throw new ChannelError(
    'invalid_answer',
    'the verified answer cannot be used: its bill_download_url leads elsewhere',
    {
      certain: false,
      httpStatus: 200,
    },
  )
}

/** The address is good for half a minute: a download is not repeated, the bill is asked for again. */
async function* bytesAt(
  download: Download,
  { origin, path, signal }: Place & { readonly signal: AbortSignal | undefined },
): BillFile['chunks'] {
  try {
    const answer = await download({ origin, path, headers: { Accept: '*/*' }, signal })
    if (answer.status === 200) yield* answer.chunks
    else throw new ChannelError('server_error', `Alipay answered ${answer.status}`, { certain: false })
  } catch (cause) {
    throw cause instanceof TransportError ? exchangeError(cause, 'Alipay') : cause
  }
}
