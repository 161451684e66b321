/** What could be saved and is not, with what it would save and what it would cost in safety. */
import type { PriceName } from './prices.ts'

export type Uses = Readonly<Partial<Record<PriceName, number>>>

export interface Saving {
  readonly what: string
  /** Of a million payments or refunds, so many millions of each unit less. Logs in GB. */
  readonly uses: Uses
  readonly of: 'payments' | 'refunds'
  /** No promise is given up for it. */
  readonly keeps?: true
  readonly price: string
  readonly chinese: { readonly what: string; readonly price: string }
}

/** A line of the access log, and the line of a call, in KB for each: a million are so many GB. */
const ACCESS_LINE = 0.2
const OWN_LINE = 0.35
/** Of a line that has any. */
const METRICS_IN_A_LINE = 0.23

export const SAVINGS: readonly Saving[] = [
  {
    what: 'A fact as a part of its order instead of an item of its own',
    uses: { dynamoWrite: 2, dynamoRead: 1 },
    of: 'payments',
    price:
      'Notify would write orders: it loses races with every other writer, an order that is not known has no item, and a full one refuses WeChat. Two tellings that differ are no longer told apart by one conditional write.',
    chinese: {
      what: '事实写在订单里，不单独成条',
      price:
        '通知函数要写订单：与其他写入者争抢会输，未知的订单没有可写之处，写满的订单会拒绝微信。两种互相矛盾的说法也不再由一次条件写入分开。',
    },
  },
  {
    what: 'No index of pending facts',
    uses: { dynamoWrite: 2 },
    of: 'payments',
    price:
      'Whoever loses the messages of the queue loses the events: nobody knows which facts are not settled.',
    chinese: {
      what: '不要待处理事实的索引',
      price: '队列的消息一旦丢失，事件也就丢失：没有人知道哪些事实还没有入账。',
    },
  },
  {
    what: 'Prepay does not write what WeChat answered',
    uses: { dynamoWrite: 1, dynamoRead: 1 },
    of: 'payments',
    price:
      'A repeat calls WeChat again instead of answering the same, and an order that WeChat has cannot be told from one whose placing is in doubt.',
    chinese: {
      what: '下单不记录微信的回答',
      price: '重复的请求会再次调用微信，而不是给出同样的回答；微信已有的订单与结果不明的订单无法区分。',
    },
  },
  {
    what: 'No index of days',
    uses: { dynamoWrite: 1 },
    of: 'payments',
    price: 'A payment that only our books have is never found by reconciling.',
    chinese: { what: '不要按日的索引', price: '只有我方账上才有的支付，对账永远发现不了。' },
  },
  {
    what: 'A stream of the facts table instead of the queue',
    uses: { sqsRequest: 3 },
    of: 'payments',
    price:
      'One fact that fails holds up all behind it in its shard, and there is no dead letter that a person can put back.',
    chinese: {
      what: '用事实表的流代替队列',
      price: '一条失败的事实会挡住同一分片中它后面的全部事实，也没有可由人放回的死信。',
    },
  },
  {
    what: 'Notifications at the URL of the function instead of the API',
    uses: { httpApiRequest: 1.05, logGb: 1.05 * ACCESS_LINE },
    of: 'payments',
    price: 'No throttle before the signature is checked, no domain of your own, no access log.',
    chinese: {
      what: '通知走函数的 URL，不走 API',
      price: '验签之前没有限流，没有自己的域名，没有访问日志。',
    },
  },
  {
    what: 'The merchant waits for the event instead of asking',
    uses: { httpApiRequest: 1, lambdaRequest: 1, dynamoRead: 1, logGb: ACCESS_LINE + OWN_LINE },
    of: 'payments',
    price: 'None: it is for the merchant to decide.',
    chinese: { what: '商户等待事件，不来查询', price: '没有：由商户决定。' },
  },
  {
    what: 'Notify invokes settle asynchronously at Lambda instead of by the queue',
    uses: { sqsRequest: 3.1 },
    of: 'payments',
    keeps: true,
    price:
      'No batches and no bound on how many settle at once, so that a burst takes the concurrency of the account; after three tries only the sweep goes on. Notify may invoke a function. The index of pending facts still loses nothing.',
    chinese: {
      what: '通知函数在 Lambda 异步调用入账，不用队列',
      price:
        '没有批次，同时入账的数量没有上限，突发时会占满账户的并发；三次之后只有巡检继续。通知函数要有调用函数的权限。待处理事实的索引仍然不丢任何东西。',
    },
  },
  {
    what: 'The look at an order instead of the index of pending facts: the order keeps its look until its event is published',
    uses: { dynamoWrite: 2 },
    of: 'payments',
    keeps: true,
    price:
      'Notify has to know that the look is there, so it reads the order and writes an entry only where none is: paid after a close, an unknown order, an order of an earlier release. Two indexes decide who drives a fact, whether it is settled is told by its order alone, and what a queue loses is found a look later, with a call to WeChat for each payment.',
    chinese: {
      what: '用订单的询问代替待处理事实的索引：事件发布之前，订单的询问保留',
      price:
        '通知函数要知道询问还在，所以要读订单，只在没有询问时才写索引：关单之后的支付、未知的订单、旧版本的订单。由哪一个索引推动事实有两处来决定，是否入账只由订单说明；队列丢失的消息要晚一次询问才发现，并且每笔都要调用一次微信。',
    },
  },
  {
    what: 'Reads of an order by query and by settle that may lag',
    uses: { dynamoRead: 1 },
    of: 'payments',
    price:
      'Who asks for a refund and then for its order may be shown the order without it. Settle pays for a write that is refused, five times what the read saves, wherever another function was at the order a moment before.',
    chinese: {
      what: '查询与入账读取订单时允许滞后',
      price:
        '申请退款之后立即查询订单，可能看不到那笔退款。别的函数刚写过订单时，入账要付一次被拒绝的写入，是所省的五倍。',
    },
  },
  {
    what: 'A look of the sweep is claimed and planned by one write, which the order is read for first',
    uses: { dynamoWrite: 0.1, dynamoRead: -0.1 },
    of: 'payments',
    price:
      'A run that dies leaves its orders until the look after the one that it did not make, up to a day later, and an order that this release cannot read needs a way of its own.',
    chinese: {
      what: '巡检的询问先读订单，再以一次写入认领并排好下一次',
      price: '中断的运行所认领的订单要等到再下一次询问，最多晚一天；本版本读不了的订单需要另一条路。',
    },
  },
  {
    what: 'Metric filters instead of metrics in the lines',
    uses: { logGb: 2.08 * METRICS_IN_A_LINE },
    of: 'payments',
    keeps: true,
    price:
      'Each metric of each function becomes a resource of the template, and one that a release adds counts nothing until the stack is deployed.',
    chinese: {
      what: '用指标筛选器代替日志行里的指标',
      price: '每个函数的每个指标都成为模板中的一个资源；新版本增加的指标在部署堆栈之前不计数。',
    },
  },
  {
    what: 'Lines without the ids of Lambda, of the certificate and of the notification',
    uses: { logGb: 0.33 },
    of: 'payments',
    keeps: true,
    price: 'Which key signed, which delivery it was, and what AWS knows of a call cannot be looked up.',
    chinese: {
      what: '日志行不写 Lambda、证书与通知的编号',
      price: '由哪把密钥签名、是哪一次投递、AWS 对一次调用知道什么，都查不到。',
    },
  },
  {
    what: 'No access log',
    uses: { logGb: 3.05 * ACCESS_LINE },
    of: 'payments',
    price: 'Who called, and what was refused before a function ran, is not known.',
    chinese: { what: '不要访问日志', price: '谁来调用过，以及函数运行之前拒绝了什么，都不知道。' },
  },
  {
    what: 'No event of WeChat’s answer to a refund',
    uses: { dynamoWrite: 1, snsPublish: 1 },
    of: 'refunds',
    price: 'Whoever waits for `refund.created` has to ask.',
    chinese: { what: '微信对退款的回答不发布事件', price: '等待 `refund.created` 的人要来查询。' },
  },
]
