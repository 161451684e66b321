/** WeChat adds states and ways to pay without notice: one that we do not know is told. What its state means is for `final-looking.ts` to say. */
import { isWord } from '#shared/facts/final-looking.ts'
import { CHANNEL_REFUND_STATUSES, TRADE_STATES } from '#shared/facts/telling.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'

/** Nothing is decided from it: a new one only means that there is a new way to pay. */
const TRADE_TYPES = ['JSAPI', 'NATIVE', 'APP', 'MWEB', 'MICROPAY', 'FACEPAY'] as const

const KNOWN: Readonly<Record<'trade_state' | 'trade_type' | 'status', readonly string[]>> = {
  trade_state: TRADE_STATES,
  trade_type: TRADE_TYPES,
  status: CHANNEL_REFUND_STATUSES,
}

interface Told {
  readonly field: keyof typeof KNOWN
  /** Absent where WeChat told none. */
  readonly state: string | undefined
  readonly out_trade_no: string
  readonly out_refund_no?: string
}

export type StateWatch = (told: Told) => void

/** Creates what each message's state is shown to: one log line and one count for each that is unknown. */
export function createStateWatch({
  logger,
  metrics,
}: {
  readonly logger: Logger
  readonly metrics?: Metrics | undefined
}): StateWatch {
  return (told) => {
    if (told.state === undefined || KNOWN[told.field].includes(told.state)) return
    const { field, state, ...numbers } = told
    const outcome = isWord(state) ? { outcome: state } : {}
    logger.warn('WECHAT_STATE_UNKNOWN', { field, ...outcome, ...numbers })
    metrics?.put('WechatStateUnknown')
  }
}
