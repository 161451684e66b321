/** A merchant that signs with the product's own helper and speaks raw HTTP, so that every byte can be chosen. */
import type { EncryptedResource } from '#shared/crypto/aead.ts'
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { Simulator } from '#simulator/simulator.ts'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { authorizationHeader } from '#shared/wechat/trust/signature.ts'

export const MCHID = '1900000100'
export const APPID = 'wx0123456789abcdef'

/** The fields of WeChat's answers that tests look at; which of them are there depends on the answer. */
export interface WireJson {
  readonly code: string
  readonly message: string
  readonly detail: {
    readonly field: string
    readonly location: string
    readonly sign_information: { readonly truncated_sign_message: string }
  }
  readonly data: ReadonlyArray<{
    readonly serial_no: string
    readonly encrypt_certificate: EncryptedResource
  }>
  readonly prepay_id: string
  readonly code_url: string
  readonly h5_url: string
  readonly transaction_id: string
  readonly trade_state: string
  readonly refund_id: string
  readonly success_time: string
  readonly amount: Readonly<Record<string, unknown>>
  readonly status: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Parsed body; without any field when empty. */
  readonly json: WireJson
}

export interface CallOptions {
  /** Replace or, with undefined, leave out headers. */
  readonly headers?: Record<string, string | string[] | undefined>
  readonly baseUrl?: string
  /** Sign something other than what is sent. */
  readonly sign?: {
    method?: string
    url?: string
    body?: string
    timestamp?: number
    serialNo?: string
    mchid?: string
  }
  /** Raw body in place of JSON. */
  readonly raw?: string
  /** The answer may be no JSON. */
  readonly isFile?: boolean
}

export interface Merchant {
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>
  get(path: string, options?: CallOptions): Promise<Answer>
  post(path: string, body: unknown, options?: CallOptions): Promise<Answer>
  authorization(method: string, url: string, body: string, sign?: CallOptions['sign']): string
}

export function createMerchant(simulator: Simulator): Merchant {
  function authorization(method: string, url: string, body: string, sign: CallOptions['sign'] = {}): string {
    const [own] = simulator.keys().merchant
    const signer = {
      mchid: sign.mchid ?? MCHID,
      serialNo: sign.serialNo ?? own!.serial_no,
      privateKey: loadPrivateKey(own!.private_key_pem!),
    }
    return authorizationHeader(signer, {
      method: sign.method ?? method,
      url: sign.url ?? url,
      body: sign.body ?? body,
      timestamp: sign.timestamp ?? Math.floor(Date.now() / 1000),
      nonce: randomBytes(16).toString('hex').toUpperCase(),
    })
  }

  async function call(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Answer> {
    const text = options.raw ?? (body === undefined ? '' : JSON.stringify(body))
    const headers: Record<string, string | string[] | undefined> = {
      Authorization: authorization(method, path, text, options.sign),
      Accept: 'application/json',
      'User-Agent': 'simulator-test/1.0',
      ...(text === '' ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    }
    const present = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
    return send(options.baseUrl ?? simulator.url, {
      method,
      path,
      text,
      headers: present as Record<string, string>,
      isFile: options.isFile ?? false,
    })
  }

  return {
    call,
    authorization,
    get: (path, options) => call('GET', path, undefined, options),
    post: (path, body, options) => call('POST', path, body, options),
  }
}

interface Raw {
  readonly method: string
  readonly path: string
  readonly text: string
  readonly headers: Record<string, string>
  readonly isFile: boolean
}

function send(baseUrl: string, { method, path, text, headers, isFile }: Raw): Promise<Answer> {
  const { hostname, port } = new URL(baseUrl)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        const isOther = isFile && response.statusCode === 200
        const json = JSON.parse(body.length === 0 || isOther ? '{}' : body.toString('utf8')) as WireJson
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json })
      })
    })
    request.on('error', reject)
    request.end(text)
  })
}

let count = 0
/** A merchant order number that no other test has. */
export function newNumber(): string {
  count += 1
  return `T${process.pid}_${count}_${randomBytes(3).toString('hex')}`
}

/** A native prepay body; overlay what a test is about. */
export function prepayBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    appid: APPID,
    mchid: MCHID,
    description: '咖啡 x1',
    out_trade_no: newNumber(),
    // Nobody listens there, which shows at once and without a name server.
    notify_url: 'http://127.0.0.1:1/notify',
    amount: { total: 100, currency: 'CNY' },
    ...change,
  }
}

/** Places a native order and pays it. @returns its number. */
export async function paidOrder(simulator: Simulator, change: Record<string, unknown> = {}): Promise<string> {
  const body = prepayBody(change)
  const answer = await createMerchant(simulator).post('/v3/pay/transactions/native', body)
  if (answer.status !== 200)
    throw new Error(`prepay answered ${answer.status} ${JSON.stringify(answer.json)}`)
  const number = String(body['out_trade_no'])
  await simulator.control.pay({ out_trade_no: number })
  return number
}

/** A refund body for an order of 100 fen; overlay what a test is about. */
export function refundBody(
  outTradeNo: string,
  change: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    out_trade_no: outTradeNo,
    out_refund_no: newNumber(),
    amount: { refund: 30, total: 100, currency: 'CNY' },
    ...change,
  }
}
