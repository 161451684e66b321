/** What the package exports. */

const VALUES = {
  'wechat-payments': ['WechatPayments'],
  'from-environment': ['fromEnvironment'],
  error: ['WechatPaymentsError'],
  'parse-event': ['parseEvent', 'parseEvents'],
  'event-filter': ['createEventFilter'],
}
const TYPES = {
  settings: ['Credentials', 'WechatPaymentsOptions'],
  'call-options': ['CallOptions', 'QueryOptions'],
  'list-query': ['PaymentListQuery', 'RefundListQuery'],
  error: ['FailureCode'],
  'event-filter': ['EventFilter', 'EventMemory'],
}
const CONTRACT = ['requests', 'answers', 'events']

export const MODULES = [...new Set([...Object.keys(VALUES), ...Object.keys(TYPES)])]
export const CONTRACT_MODULES = CONTRACT.map((name) => `contract/${name}`)

export const entrySource = lines(VALUES, 'export')
  .map((line) => `${line}.ts'`)
  .join('\n')

/** @param extension of the module that a declaration stands for. */
export function entryTypes(extension: 'js' | 'cjs'): string {
  const named = [...lines(VALUES, 'export'), ...lines(TYPES, 'export type')]
  const all = CONTRACT_MODULES.map((name) => `export type * from './${name}`)
  return `${[...named, ...all].map((line) => `${line}.${extension}'`).join('\n')}\n`
}

/** Without their ends, which differ. */
function lines(modules: Readonly<Record<string, readonly string[]>>, keyword: string): readonly string[] {
  return Object.entries(modules).map(([file, names]) => `${keyword} { ${names.join(', ')} } from './${file}`)
}
