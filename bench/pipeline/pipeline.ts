/** Notifications a second from HTTP to settled, in terms of the calls of AWS alone that each of them needs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { LocalStack } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import { NOTIFY_PAYMENT_PATH } from '#shared/operations.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import type { Section } from '../suite/figure.ts'
import { startBare } from './bare.ts'
import type { Bare } from './bare.ts'
import type { Written } from './calls.ts'
import { notificationsOf, paymentsFor, writtenOf } from './payments.ts'
import type { Notification, Payment } from './payments.ts'
import { pipelineSection } from './section.ts'
import type { Measured } from './section.ts'
import { watchSettled } from './settled.ts'
import type { SettledWatch } from './settled.ts'
import { timed } from './timed.ts'

/** Not counted: processes start, keys are read, and code is compiled: V8 goes on with that for some five hundred invocations of a process. */
const WARM_UP = 10
const ROUNDS = 11
const A_ROUND = 200
/** As many as there may be processes of one function here. */
const AT_ONCE = 4

export async function benchPipeline(say: (line: string) => void): Promise<Section> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-bench-pipeline-'))
  const stack = await startStack({
    stateDir: directory,
    schedules: false,
    throttle: false,
    concurrency: AT_ONCE,
    environment: process.env,
    onProgress: say,
  })
  const watch = watchSettled()
  try {
    return await measure(stack, watch)
  } finally {
    watch.stop()
    await stack.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measure(stack: LocalStack, watch: SettledWatch): Promise<Section> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const ours = await rounds(stack, 'OURS')
  const theirs = (await rounds(stack, 'BARE')).map((payments) => payments.map(writtenOf))
  const bare = await bareOf(stack, theirs.flat())
  const common = { notifications: A_ROUND, batches: () => watch.batches() }
  const measured: Measured = { through: [], alone: [], after: [] }
  try {
    for (const [round, payments] of ours.entries()) {
      const notifications = notificationsOf(stack, payments)
      const through = () =>
        timed({
          ...common,
          pids: () => ({ taking: stack.lambda.pids('notify'), settling: stack.lambda.pids('settle') }),
          run: () => throughStack({ stack, agent, watch }, notifications),
        })
      const alone = () =>
        timed({
          ...common,
          pids: () => bare.pids,
          run: () => throughCalls({ bare, watch }, theirs[round] ?? []),
        })
      const [ofOurs, ofTheirs] = await inTurns(round, through, alone)
      if (round < WARM_UP) continue
      measured.through.push(ofOurs.taken)
      measured.alone.push(ofTheirs.taken)
      measured.after.push(...ofOurs.result)
    }
  } finally {
    agent.destroy()
    await bare.stop()
  }
  return pipelineSection(measured)
}

/** Who comes first changes from round to round. */
async function inTurns<Ours, Theirs>(
  round: number,
  ours: () => Promise<Ours>,
  theirs: () => Promise<Theirs>,
): Promise<readonly [Ours, Theirs]> {
  if (round % 2 === 0) return [await ours(), await theirs()]
  const first = await theirs()
  return [await ours(), first]
}

async function rounds(stack: LocalStack, prefix: string): Promise<readonly (readonly Payment[])[]> {
  const numbers = (round: number) =>
    Array.from({ length: A_ROUND }, (_, index) => `${prefix}-${round}-${String(index).padStart(5, '0')}`)
  const all = Array.from({ length: WARM_UP + ROUNDS }, (_, round) => paymentsFor(stack, numbers(round)))
  for (const { order } of all.flat())
    await stack.clients.dynamodb.send(
      new PutItemCommand({
        TableName: stack.description.tables.orders,
        Item: orderToItem(order, { writeId: 'bench', form: 1 }),
      }),
    )
  return all
}

async function bareOf({ clients, description }: LocalStack, written: readonly Written[]): Promise<Bare> {
  const { region, endpoints, tables, topic_arn: topicArn } = description
  const { QueueUrl: queueUrl = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'bare' }))
  const place = { region, endpoints, tables, queueUrl, topicArn }
  return startBare({ place, taking: AT_ONCE, settling: AT_ONCE, written })
}

interface Through {
  readonly stack: LocalStack
  readonly agent: Agent
  readonly watch: SettledWatch
}

/** @returns ms from each answer to the event. */
async function throughStack(
  { stack, agent, watch }: Through,
  notifications: readonly Notification[],
): Promise<readonly number[]> {
  const url = stack.apiUrl + NOTIFY_PAYMENT_PATH
  const answered = new Map<string, number>()
  const settled = watch.settled(notifications.length)
  const rest = [...notifications]
  const sender = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const status = await send(url, agent, next)
      if (status !== 204) throw new Error(`a notification was answered with ${status}`)
      answered.set(next.factKey, performance.now())
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  await settled
  return [...answered].map(([key, at]) => Math.max(0, (watch.published.get(key) ?? Number.NaN) - at))
}

async function throughCalls(
  { bare, watch }: { readonly bare: Bare; readonly watch: SettledWatch },
  written: readonly Written[],
): Promise<void> {
  const settled = watch.settled(written.length)
  bare.take(written)
  await Promise.race([settled, bare.failed])
}

function send(url: string, agent: Agent, { headers, body }: Notification): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
