/** Checks what belongs to the stack itself: API, notify URL, tables, queues, and work that is stuck. */
import { stackOrders } from './stack-orders.ts'
import { counted } from '#cli/terminal/output.ts'
import { attempt, fail, ok, warn, type Check } from './check.ts'
import { unreached } from './connection-advice.ts'
import { countDeadLetters } from './dead-letters.ts'
import { listPending } from './facts-table.ts'
import type { WechatOfStack } from './known-stack.ts'
import type { StackAccess } from './stack-access.ts'
import { skew } from './wechat-checks.ts'
import type { World } from '#cli/terminal/world.ts'

const TIMEOUT_MS = 10_000
/** The sweep dispatches again after one minute, and every minute. */
const STUCK_MS = 5 * 60_000

export async function checkStack(world: World, stack: StackAccess): Promise<readonly Check[]> {
  const groups = await Promise.all([
    attempt('orders table', 'check that the credentials may read it', () => orders(stack)),
    attempt('facts table', 'check that the credentials may query it', () => facts(world, stack)),
    attempt('dead-letter queue', 'check that the credentials may read its attributes', () =>
      deadLetters(stack),
    ),
    stack.wechat === undefined ? [] : notifyUrl(world, stack.wechat),
  ])
  return groups.flat()
}

async function orders({ dynamodb, tables }: StackAccess): Promise<Check> {
  await stackOrders({ dynamodb, tables }).get('wxpay-doctor')
  return ok('orders table', 'readable')
}

async function facts({ clock }: World, stack: StackAccess): Promise<Check> {
  const now = clock.now()
  const stuck = await listPending(stack, { from: 0, to: now - STUCK_MS })
  if (stuck.length === 0)
    return ok('facts table', 'readable; no fact has been waiting for more than 5 minutes')
  return warn(
    'facts table',
    `waiting for more than 5 minutes: ${counted(stuck.length, 'fact')}`,
    'wxpay facts ls shows them; read the logs of settle and sweep',
  )
}

async function deadLetters(stack: StackAccess): Promise<Check> {
  const count = await countDeadLetters(stack)
  return count === 0
    ? ok('dead-letter queue', 'empty')
    : warn(
        'dead-letter queue',
        counted(count, 'message'),
        'wxpay dlq ls shows them; end the cause, then wxpay dlq redrive',
      )
}

/** An unsigned notification must be refused by notify itself, and by nothing in front of it. */
async function notifyUrl({ clock }: World, { notifyUrl: url }: WechatOfStack): Promise<readonly Check[]> {
  const name = 'notify URL'
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (error) {
    return [unreached(name, error, { url, now: clock.now(), side: 'toUs' })]
  }
  await response.arrayBuffer()
  return [verdict(name, url, response.status), ...skew(name, response.headers.get('date'), clock.now())]
}

function verdict(name: string, url: string, status: number): Check {
  if (status === 401) return ok(name, `${url} refuses an unsigned notification with 401`)
  if (status === 200 || status === 204) {
    return fail(
      name,
      `${url} accepted an unsigned notification with ${status}`,
      'it is not this stack that answers there: correct the domain',
    )
  }
  if (status >= 300 && status < 400) {
    return fail(
      name,
      `${url} redirects (${status})`,
      'WeChat does not follow redirects: set notifyBaseUrl to where it leads',
    )
  }
  if (status === 403) {
    return fail(
      name,
      `${url} is closed (403)`,
      'no authorizer, WAF or IP list may stand in front of notify; in China the domain needs its ICP filing',
    )
  }
  if (status === 404) {
    return fail(name, `${url} is not there (404)`, 'check the domain mapping and notifyBaseUrl of the stage')
  }
  return fail(
    name,
    `${url} answers ${status} instead of 401`,
    'read the log of notify: keys that are missing give 503 (wxpay setup --check)',
  )
}
