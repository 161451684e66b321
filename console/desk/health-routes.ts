/** How the stack does: the doctor's checks, queues, waiting facts, keys, switches. */
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { Health } from '#console/contract-watch.ts'
import type { Routes } from '#console/server/routes.ts'
import { examine } from '#cli/actions/doctor.ts'
import { accountOf, withWechat } from '#cli/stack/accounts.ts'
import { attempt } from '#cli/stack/check.ts'
import type { Check } from '#cli/stack/check.ts'
import { listPending } from '#cli/stack/facts-table.ts'
import { readMerchantSigning, readPlatformKeys } from '#cli/stack/stack-keys.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { createDynamoSwitches } from '#shared/stores/dynamo-switches.ts'
import { SWITCHES } from '#shared/switches.ts'
import type { Desk } from './desk.ts'
import { linesOf, tellsSwept } from './log-lines.ts'

const DAY_MS = 86_400_000
/** The sweep runs every minute. */
const SWEEPS_MS = 10 * 60_000
/** More than this are counted and not gone through. */
const MOST_COUNTED = 10_000

export function healthRoutes(desk: Desk): Routes {
  return { 'GET /health': () => health(desk) }
}

async function health(desk: Desk): Promise<Health> {
  const { world, stack } = desk
  const now = world.clock.now()
  const [checks, queues, pending, keys, switches, circuit] = await Promise.all([
    examine(world, stack, false),
    asked('queues', () => queuesOf(stack)),
    asked('waiting facts', () => pendingOf(stack, now)),
    asked('keys', () => keysOf(stack, now)),
    asked('switches', () => switchesOf(stack)),
    asked('circuit', () => circuitOf(desk, now)),
  ])
  const failures = [queues, pending, keys, switches, circuit].flatMap(({ failed }) => failed)
  return {
    at: new Date(now).toISOString(),
    checks: [...checks, ...failures],
    queues: queues.value ?? [],
    keys: keys.value ?? [],
    ...(pending.value === undefined ? {} : { pending_facts: pending.value }),
    ...(switches.value === undefined ? {} : { switches: switches.value }),
    ...(circuit.value === undefined ? {} : { circuit: circuit.value }),
  }
}

interface Part<Value> {
  readonly value?: Value
  readonly failed: readonly Check[]
}

/** What cannot be asked is a check that failed, and hides nothing else. */
async function asked<Value>(name: string, ask: () => Promise<Value>): Promise<Part<Value>> {
  let value: Value | undefined
  const failed = await attempt(name, 'check that the credentials may read it', async () => {
    value = await ask()
    return []
  })
  return value === undefined ? { failed } : { value, failed }
}

async function queuesOf({ sqs, queues, wechat }: StackAccess): Promise<Health['queues']> {
  const urls = [
    ['facts', queues.facts],
    ['facts_dead_letter', queues.facts_dead_letter],
    ...(wechat === undefined ? [] : [['key_refresh', wechat.keyRefreshUrl] as const]),
  ] as const
  return Promise.all(
    urls.map(async ([name, QueueUrl]) => {
      const { Attributes: attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      )
      const { ApproximateNumberOfMessages: visible = 0, ApproximateNumberOfMessagesNotVisible: taken = 0 } =
        attributes
      return { name, waiting: Number(visible) + Number(taken) }
    }),
  )
}

async function pendingOf(stack: StackAccess, now: number): Promise<NonNullable<Health['pending_facts']>> {
  const facts = await listPending(stack, { from: 0, to: now })
  const [oldest] = facts
  return {
    count: Math.min(facts.length, MOST_COUNTED),
    more: facts.length > MOST_COUNTED,
    ...(oldest === undefined ? {} : { oldest_seconds: Math.round((now - oldest.receivedAt) / 1000) }),
  }
}

/** As the last run of the sweep left it: each begins with a closed one. */
async function circuitOf(desk: Desk, now: number): Promise<NonNullable<Health['circuit']>> {
  const last = (await linesOf(desk, { swept: true, from: now - SWEEPS_MS })).filter(tellsSwept).at(-1)
  if (last === undefined) return { state: 'unknown' }
  return { state: last.outcome === 'circuit_open' ? 'open' : 'closed', since: last.time }
}

async function keysOf(opened: StackAccess, now: number): Promise<Health['keys']> {
  if (opened.wechat === undefined) return []
  const stack = withWechat(opened)
  const [platform, signing] = await Promise.all([readPlatformKeys(stack), readMerchantSigning(stack)])
  const own = signing.certificate
  return [
    ...(own === undefined ? [] : [certificate('merchant_certificate', own, now)]),
    ...platform.map(({ kind, serial, pem }) =>
      kind === 'certificate'
        ? certificate('platform_certificate', pem, now)
        : ({ kind: 'wechatpay_public_key', serial } as const),
    ),
  ]
}

function certificate(kind: 'platform_certificate' | 'merchant_certificate', pem: string, now: number) {
  const { serial, notAfter } = loadCertificate(pem)
  const days_left = Math.floor((notAfter - now) / DAY_MS)
  return { kind, serial, expires_at: new Date(notAfter).toISOString(), days_left }
}

async function switchesOf(stack: StackAccess): Promise<Health['switches']> {
  const { dynamodb: client, tables } = stack
  const { mchid } = accountOf(stack)
  const on = await createDynamoSwitches({ client, tableName: tables.orders, mchid }).readOn()
  return SWITCHES.map((name) => {
    const set = on[name]
    if (set === undefined) return { name, on: false }
    return { name, on: true, by: set.by, note: set.note, since: new Date(set.at).toISOString() }
  })
}
