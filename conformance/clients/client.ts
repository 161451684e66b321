/** What a client of WeChat Pay is to the suite: how it is set up, and how it is asked to do one operation. */
import type { KeyBundle } from '#simulator/control-keys.ts'
import type { KeyMode } from '#simulator/keys.ts'

export interface Setup {
  /** `mixed`: the switch from one to the other, with both configured. */
  readonly mode: KeyMode
  readonly apiUrl: string
  readonly proxyUrl: string
  /** File with the authority behind the proxy's HTTPS. */
  readonly caFile: string
  readonly mchid: string
  readonly appid: string
  readonly notifyUrl: string
  readonly keys: KeyBundle
}

export const OPERATIONS = [
  'certificates',
  'prepay_native',
  'prepay_jsapi',
  'prepay_app',
  'prepay_h5',
  'pay_params_jsapi',
  'pay_params_app',
  'query',
  'query_id',
  'query_odd_number',
  'close',
  'refund',
  'query_refund',
  'refusal',
  'notify_payment',
  'notify_refund',
  'notify_tampered',
  'notify_probe',
  'notify_stale',
  'answer_unsigned',
  'answer_forged',
] as const
export type Operation = (typeof OPERATIONS)[number]

/** Calls that a client is asked to make; several operations come down to the same call. */
export type Call =
  | 'certificates'
  | 'prepay_native'
  | 'prepay_jsapi'
  | 'prepay_app'
  | 'prepay_h5'
  | 'pay_params_jsapi'
  | 'pay_params_app'
  | 'query'
  | 'query_id'
  | 'close'
  | 'refund'
  | 'query_refund'
  | 'notification'

export interface Arguments {
  readonly out_trade_no?: string
  readonly transaction_id?: string
  readonly out_refund_no?: string
  readonly openid?: string
  readonly total?: number
  readonly refund?: number
  /** Of a notification, in lower case, and its raw body. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What calls answer, each with the fields that it has: in WeChat's own words. */
export interface Answer {
  readonly serials?: readonly string[]
  readonly code_url?: string
  readonly prepay_id?: string
  readonly h5_url?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly trade_state?: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly status?: string
  readonly refund_status?: string
  readonly refund_id?: string
}

export interface Connection {
  /** Rejects when the client does, with what it said; with NotOffered when it has no such call. */
  call(call: Call, given: Arguments): Promise<Answer>
  close(): Promise<void>
}

export interface Client {
  readonly name: string
  readonly version: string
  connect(setup: Setup): Promise<Connection>
}

/** The client has no such call, which is no fault. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered'
}

export type Calls = Partial<Record<Call, (given: Arguments) => Promise<Answer> | Answer>>

/** A connection to a client that runs in this process. */
export function connection(calls: Calls): Connection {
  return {
    async call(name, given) {
      const call = calls[name]
      if (call === undefined) throw new NotOffered(name)
      return call(given)
    },
    close: async () => undefined,
  }
}
