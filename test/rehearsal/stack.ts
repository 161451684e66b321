/** A stack with something of everything that the runbook is about: a paid order that is held, an open refund, a dead letter. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { operatorVariables } from '#local/cloud/service-endpoints.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import type { OrderView } from '#shared/api/order-view.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Subjects } from './runbook.ts'

export interface RehearsedStack {
  /** All that a shell gets. */
  readonly variables: Readonly<Record<string, string>>
  /** Made anew where a command used them up. */
  subjects(): Promise<Subjects>
  stop(): Promise<void>
}

const ORDER = 'REHEARSED-1'
const REFUND = 'REHEARSED-1-R'
const TABLE = 'rehearsed'
const ALIPAY_ORDER = 'REHEARSED_2'
const ALIPAY_REFUND = 'REHEARSED_2_R'
const OF_ALIPAY = '?provider=alipay'

interface ToolsInput {
  readonly aws: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

export async function startRehearsedStack(input: ToolsInput): Promise<RehearsedStack> {
  const stateDir = await mkdtemp(join(tmpdir(), 'wxpay-rehearsal-'))
  const stack = await startStack({
    stateDir,
    schedules: false,
    withAlipay: true,
    environment: input.environment,
    // The refund stays open: the runbook has one looked at.
    simulator: (merchant) => startSimulator({ ...merchant, refundDelayMs: 'manual' }),
  })
  await paidAndRefunded(stack)
  await paidByAlipay(stack)
  await deadLetter(stack)
  const file = join(stateDir, 'alipay.crt')
  await writeFile(file, stack.simulator?.alipay?.keys().alipay_certificate_pem ?? '')
  const fact = await notice(stack)
  return {
    variables: shellVariables(stack, { ...input, stateDir }),
    subjects: async () => {
      await scratchTable(stack)
      const alipay = {
        order: ALIPAY_ORDER,
        refund: ALIPAY_REFUND,
        hold: await openHold(stack, ALIPAY_ORDER, OF_ALIPAY),
        file,
      }
      return { order: ORDER, refund: REFUND, hold: await openHold(stack, ORDER), fact, table: TABLE, alipay }
    },
    async stop() {
      await stack.stop()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}

function shellVariables(
  { description }: LocalStack,
  { aws, environment, stateDir }: ToolsInput & { readonly stateDir: string },
): Record<string, string> {
  const { credentials } = description
  const named = aws.includes('/') ? [dirname(aws)] : []
  return {
    ...operatorVariables({
      ...description,
      credentials: {
        accessKeyId: credentials.access_key_id,
        secretAccessKey: credentials.secret_access_key,
      },
    }),
    PATH: [...named, environment['PATH'] ?? ''].join(delimiter),
    HOME: stateDir,
    NODE: process.execPath,
    STATE_DIR: stateDir,
    // Nothing of this user's own, and no page by page.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PAGER: '',
  }
}

/** A notification that is about no order. @returns the key under which it is stored */
async function notice({ apiUrl, description, simulator }: LocalStack): Promise<string> {
  const control = simulator?.control
  const event_type = 'COMPLAINT.CREATE'
  await control?.send({ url: `${apiUrl}/wechatpay/notify/payment`, event_type })
  const delivered = await control?.waitForNotification({ event_type })
  return `notification#${description.mchid}#${delivered?.id ?? ''}`
}

async function api(stack: LocalStack, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`${path}: ${response.status} ${String(answer['code'])}`)
  return answer
}

async function paidAndRefunded(stack: LocalStack): Promise<void> {
  await api(stack, '/v1/payments', {
    channel: 'native',
    out_trade_no: ORDER,
    description: 'tea',
    amount: { total: 100 },
  })
  await stack.simulator?.control.pay({ out_trade_no: ORDER })
  await stack.logs.waitFor(({ line }) => line.includes('"FACT_SETTLED"') && line.includes(ORDER))
  await api(stack, `/v1/payments/${ORDER}/refunds`, { out_refund_no: REFUND, amount: { refund: 10 } })
}

async function paidByAlipay(stack: LocalStack): Promise<void> {
  await api(stack, '/v1/payments', {
    provider: 'alipay',
    channel: 'precreate',
    out_trade_no: ALIPAY_ORDER,
    description: 'tea',
    amount: { total: 100 },
  })
  await stack.simulator?.alipay?.control.pay({ out_trade_no: ALIPAY_ORDER })
  await stack.logs.waitFor(({ line }) => line.includes('"FACT_SETTLED"') && line.includes(ALIPAY_ORDER))
  await api(stack, `/v1/payments/${ALIPAY_ORDER}/refunds${OF_ALIPAY}`, {
    out_refund_no: ALIPAY_REFUND,
    amount: { refund: 10 },
  })
}

/** About a fact that is settled long ago: to move it back changes nothing. */
async function deadLetter({ clients, description }: LocalStack): Promise<void> {
  const { mchid, queues } = description
  const MessageBody = JSON.stringify({ fact_key: paymentFactKey(mchid, ORDER, 'SUCCESS') })
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: queues.facts_dead_letter, MessageBody }))
}

async function openHold(stack: LocalStack, order: string, query = ''): Promise<string> {
  const held = async () => {
    const { holds } = (await api(stack, `/v1/payments/${order}${query}`)) as unknown as OrderView
    return holds.find(({ dismissed }) => !dismissed)?.hold
  }
  const open = await held()
  if (open !== undefined) return open
  await api(stack, `/v1/payments/${order}/hold${query}`, {
    by: 'rehearsal',
    note: `to be decided ${Date.now()}`,
  })
  const placed = await held()
  if (placed === undefined) throw new Error('the hold that was just placed is not shown')
  return placed
}

/** Protected, as the tables of a stage are. */
async function scratchTable({ clients: { dynamodb } }: LocalStack): Promise<void> {
  const there = await dynamodb.send(new DescribeTableCommand({ TableName: TABLE })).catch(() => undefined)
  if (there !== undefined) return
  await dynamodb.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    }),
  )
}
