/** WeChat adds states without notice: one that we do not know is told, and means "not final, ask again" until somebody teaches it. */
import { CHANNEL_REFUND_STATUSES, TRADE_STATES } from '#shared/facts/telling.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'

const KNOWN: Readonly<Record<'trade_state' | 'status', readonly string[]>> = {
  trade_state: TRADE_STATES,
  status: CHANNEL_REFUND_STATUSES,
}
/** What WeChat's states look like; anything else could be anything, and is not repeated in a log. */
const STATE_WORD = /^[A-Z][A-Z0-9_]{0,63}$/

interface Told {
  readonly field: keyof typeof KNOWN
  readonly state: string
  readonly out_trade_no: string
  readonly out_refund_no?: string
}

export type StateWatch = (told: Told) => void

/** Creates what each answer's state is shown to: one log line and one count for each that is unknown. */
export function createStateWatch({
  logger,
  metrics,
}: {
  readonly logger: Logger
  readonly metrics?: Metrics | undefined
}): StateWatch {
  return ({ field, state, ...numbers }) => {
    if (KNOWN[field].includes(state)) return
    const outcome = STATE_WORD.test(state) ? { outcome: state } : {}
    logger.warn('WECHAT_STATE_UNKNOWN', { field, ...outcome, ...numbers })
    metrics?.put('WechatStateUnknown')
  }
}
