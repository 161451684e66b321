/** The Chinese page of what it costs: of docs/cost.md what decides whether to use the stack, with the same figures. */

import { SETTINGS } from './cheapest.ts'
import { TARGETS } from './cost-targets.ts'
import { savingsTableChinese } from './savings.ts'

/** What lines of bills say, in Chinese; a line that none fits is an error. */
const LABELS: readonly (readonly [RegExp, string])[] = [
  [/^a million payments$/, '一百万笔支付'],
  [/^a million refunds$/, '一百万笔退款'],
  [/^a million payments by Alipay$/, '一百万笔支付宝支付'],
  [/^every month, payments or not$/, '每月，无论有无支付'],
  [/^every month, with Alipay beside WeChat Pay$/, '每月，微信支付与支付宝并用'],
  [/^HTTP API requests$/, 'HTTP API 请求'],
  [/^invocations$/, '调用'],
  [/^duration$/, '时长（GB 秒）'],
  [/^writes, indexes included$/, '写入，含索引'],
  [/^reads$/, '读取'],
  [/^sends, receives, deletes$/, '发送、接收、删除'],
  [/^events published$/, '发布的事件'],
  [/^logs of the functions$/, '函数的日志（GB）'],
  [/^access log$/, '访问日志（GB）'],
  [/^scheduled invocations$/, '定时调用'],
  [/^scheduled duration$/, '定时调用的时长（GB 秒）'],
  [/^reads of scheduled runs$/, '定时运行的读取'],
  [/^writes of scheduled runs$/, '定时运行的写入'],
  [/^reports of days$/, '每天的报告'],
  [/^polls of (\d+) event sources$/, '$1 个事件源的轮询'],
  [/^secrets$/, '密钥'],
  [/^reads, one warm container a function$/, '读取，每个函数一个热容器'],
  [/^uses of the key, .*$/, '主密钥的使用：每次读取密钥一次，以及 SNS 的使用'],
  [/^customer-managed keys$/, '客户管理的主密钥'],
  [/^logs of scheduled runs$/, '定时运行的日志（GB）'],
  [/^metrics of (\d+) alarms$/, '$1 个告警的指标'],
  [/^dashboards$/, '仪表盘'],
  [/^custom metrics$/, '自定义指标'],
  [/^\*\*together\*\*$/, '**合计**'],
]

type Rows = readonly (readonly string[])[]

/** @param page docs/cost.md. @throws Error when a line of a bill has no Chinese. */
export function chineseDigest(page: string): string {
  const [totals, least, payments, refunds, month] = [
    tableAfter(page, '# What it costs'),
    tableAfter(page, '## What it costs least'),
    tableAfter(page, '## A million payments'),
    tableAfter(page, '## A million refunds'),
    tableAfter(page, '## Every month'),
  ]
  return `# 费用

[English](../cost.md)

由 \`npm run cost\` 写成：它在本地堆栈上进行支付与退款，统计函数的每一个请求，测量时长，再乘以价目表。请勿手工修改。本页是[英文页](../cost.md)的摘要，数字相同；每个函数与每次写入的明细、内存的选择、支付宝支付的明细、价目表与计算方法见英文页。

${table(['', '美元', '最省的美元', '目标的美元'], totals)}

“最省”见[下文](#最省的设置)；\`npm run cost -- --check\` 与目标（一百万笔支付 ${TARGETS.payments}，一百万笔退款 ${TARGETS.refunds}）比较。

不含免费额度、税、流量、支持计划，也不含微信支付的手续费。中国区域有自己的价格，以人民币计：请用价目表中的单位数乘以该区域的价格。

## 一百万笔支付

一笔支付是：下单，通知（每二十次有一次送达两遍），入账，事件，以及商户的一次查询；每十位付款人中有一位比巡检首次询问之前的等待更久。

${table(BILL_HEAD, payments)}

## 一百万笔退款

一笔退款是：请求，通知，入账，事件。在微信侧需要几分钟的退款，另加巡检的询问。

${table(BILL_HEAD, refunds)}

## 最省的设置

三项选择，各自独立：[客户端](client.md)如何创建，以及环境的两项[设置](deploy.md#环境stage的设置)，或[构件](construct.md)的同名属性：

${settingsTable(least)}

两列以同样的支付实测。一批 _n_ 条事实省去 _n_ 次调用与删除中的 _n_ − 1 次；每条消息仍要发送，并且大多单独接收。每秒能有多少笔、实测每批多少条，见[英文页](../cost.md#what-it-costs-least)。${verdicts(page)}

\`firstLookSeconds: 300\` 让巡检更晚询问未支付的订单：最多省去表中那十分之一的询问，而通知全部丢失的支付也要晚这么久才被得知。有多少付款人超过一分钟、超过五分钟，只有你知道，这里没有计入。

## 没有采用的节省办法

${savingsTableChinese()}

## 每个月

${table(BILL_HEAD, month)}
`
}

const BILL_HEAD = ['服务', '内容', '数量', '美元', '最省的数量', '最省的美元']

const VERDICT =
  /The target of (\d+) for a million (payments|refunds) is (met|missed) with ([\d.]+); with the lines of what went well it is ([\d.]+)\./g

/** What the English page says of the targets. @throws Error when it does not say it of both */
function verdicts(page: string): string {
  const told = [...page.matchAll(VERDICT)].map(([, target, kind, met, least, withLines]) => {
    const what = kind === 'payments' ? '支付' : '退款'
    return `一百万笔${what}的目标 ${target}：以 ${least} ${met === 'met' ? '达到' : '未达到'}；保留顺利调用的日志行则为 ${withLines}。`
  })
  if (told.length !== 2) throw new Error('docs/cost.md does not say whether both targets are met')
  return told.join('')
}

/** The figures of the English page beside words of our own. */
function settingsTable(rows: Rows): string {
  if (rows.length !== SETTINGS.length) throw new Error('docs/cost.md lists other settings')
  const lines = SETTINGS.map(({ chinese: { setting, price } }, index) => {
    const [, payments = '', refunds = ''] = rows[index] ?? []
    return `| ${[setting, payments, refunds, price].join(' | ')} |`
  })
  const head =
    '| 设置 | 一百万笔支付少付，美元 | 一百万笔退款少付，美元 | 代价 |\n| --- | ---: | ---: | --- |'
  return `${head}\n${lines.join('\n')}`
}

/** The rows below the head of the first table after a heading. */
function tableAfter(page: string, heading: string): Rows {
  const lines = page.slice(page.indexOf(`${heading}\n`)).split('\n')
  const first = lines.findIndex((line) => line.startsWith('|'))
  const rows: string[][] = []
  for (const line of lines.slice(first + 2)) {
    if (!line.startsWith('|')) break
    rows.push(cellsOf(line))
  }
  return rows
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

function table(head: readonly string[], rows: Rows): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((title) => (/数量|美元/.test(title) ? '---:' : '---'))
  return [line(head), line(rule), ...rows.map((cells) => line(cells.map(chinese)))].join('\n')
}

/** Numbers and names of services stay. */
function chinese(cell: string): string {
  if (/^[*\d.,]*$/.test(cell) || SERVICES.has(cell)) return cell
  const label = LABELS.find(([pattern]) => pattern.test(cell))
  if (label === undefined) throw new Error(`bench/cost-digest.ts has no Chinese for "${cell}"`)
  return cell.replace(...label)
}

const SERVICES = new Set([
  'API Gateway',
  'Lambda',
  'DynamoDB',
  'SQS',
  'SNS',
  'S3',
  'KMS',
  'CloudWatch',
  'Secrets Manager',
])
