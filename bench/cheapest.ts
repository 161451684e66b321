/** With which settings payments cost least, what each of them saves, and what it costs elsewhere. */
import { billOf, total } from './bill.ts'
import { type Counts, NOTHING } from './counts.ts'

/** Of a stage. */
export const CHEAPEST = { settleWindowSeconds: 5, logLevel: 'warn' } as const

export interface Setting {
  readonly setting: string
  /** Of what is counted, what the setting changes. */
  readonly part: (counts: Counts) => Partial<Counts>
  readonly price: string
  readonly chinese: { readonly setting: string; readonly price: string }
}

/** The one that takes away what operators look at: the page says what it costs without. */
export const FEWER_LINES: Setting = {
  setting: "`logLevel: 'warn'`",
  part: ({ logBytes }) => ({ logBytes }),
  price:
    'What went well, and what was refused to a caller, leaves only its metrics: `wxpay logs` and the searches of the runbook find warnings and errors, and of a payment that went well nothing. Orders, facts, events and alarms have it all the same.',
  chinese: {
    setting: "`logLevel: 'warn'`",
    price:
      '顺利的调用与被拒绝的请求只留下指标：`wxpay logs` 与运行手册中的搜索只能找到警告与错误，找不到顺利的支付。订单、事实、事件与告警照旧。',
  },
}

export const SETTINGS: readonly Setting[] = [
  {
    setting: 'the client with `functions` instead of `url`',
    part: ({ httpApi }) => ({ httpApi }),
    price:
      'Its calls have no throttle, no domain, no authorization by route, and no line in the access log; the caller needs `lambda:InvokeFunction` on each function, and a language with this client. Notifications still come by the HTTP API.',
    chinese: {
      setting: '客户端用 `functions` 代替 `url`',
      price:
        '这些调用没有限流，没有域名，没有按路由的授权，也没有访问日志；调用方需要对每个函数的 `lambda:InvokeFunction` 权限，并使用有此客户端的语言。通知仍经 HTTP API。',
    },
  },
  {
    setting: '`settleWindowSeconds: 5`',
    part: ({ invocations, gbSeconds, sqsSends, sqsPolls }) => ({
      invocations: ofSettle(invocations),
      gbSeconds: ofSettle(gbSeconds),
      sqsSends,
      sqsPolls,
    }),
    price:
      'Events come up to five seconds later, and so does what an order shows that nobody asks WeChat about. It saves only where facts come close together: ten a second fill batches even with the five pollers that Lambda begins with; one a second leaves each batch with one, and nothing is saved.',
    chinese: {
      setting: '`settleWindowSeconds: 5`',
      price:
        '事件最多晚五秒，无人向微信查询的订单也晚这么久才更新。只有事实来得密集时才省：每秒十条，即使 Lambda 起初有五个轮询器，批次也能装满；每秒一条时每批只有一条，什么也不省。',
    },
  },
  FEWER_LINES,
]

function ofSettle({ settle = 0 }: Counts['invocations']): Counts['invocations'] {
  return { settle }
}

interface Compared {
  readonly usual: Counts
  readonly least: Counts
  readonly accessLogBytes: number
}

/** @returns how much less what the setting changes costs, of a million each */
export function savedBy({ part }: Setting, { usual, least, accessLogBytes }: Compared): number {
  const cost = (counts: Counts) => total(billOf({ ...NOTHING, ...part(counts) }, { accessLogBytes }))
  return cost(usual) - cost(least)
}
