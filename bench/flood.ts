/**
 * Floods the notify route of a local stack with requests that must be refused, while genuine notifications go on.
 *
 * `npm run bench -- --only flood [-- --requests 3000 --connections 16]`. Everything stays on this machine. A bare 401 is a request
 * without a signature: the stack answers it before any cryptography, so the ratio is what an attacker adds by trying.
 */
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { startSimulator } from '#simulator/simulator.ts'
import { attackedStack } from '#test/security/attacked-stack.ts'
import type { AttackedStack, Delivery } from '#test/security/attacked-stack.ts'
import { startRecordingProxy } from '#test/security/recording-proxy.ts'
import type { RecordingProxy } from '#test/security/recording-proxy.ts'
import { costInProcess } from './flood-in-process.ts'

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '3000' }, connections: { type: 'string', default: '16' } },
})
const REQUESTS = bounded('requests', values.requests, 50_000)
const CONNECTIONS = bounded('connections', values.connections, 64)
const GENUINE_EVERY_MS = 50

function bounded(name: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value
  process.stderr.write(`--${name} must be a whole number from 1 to ${most}\n`)
  return process.exit(2)
}

/** What each request of a kind is: how to spoil a genuine notification. */
const KINDS: Readonly<Record<string, (headers: Delivery['headers'], index: number) => Delivery['headers']>> =
  {
    'bare 401': (headers) => ({ ...headers, 'wechatpay-signature': undefined }),
    'bad signature': (headers) => ({
      ...headers,
      'wechatpay-signature': Buffer.alloc(256, 7).toString('base64'),
    }),
    'unknown serial': (headers, index) => ({ ...headers, 'wechatpay-serial': `5A${index}` }),
    'stale timestamp': (headers) => ({ ...headers, 'wechatpay-timestamp': '1700000000' }),
  }

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

function send(url: string, { headers, body }: Pick<Delivery, 'headers' | 'body'>): Promise<number> {
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers: given }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

interface Round {
  readonly kind: string
  readonly perSecond: number
  readonly refused: number
  readonly genuine: { readonly sent: number; readonly accepted: number }
}

async function flood(attacked: AttackedStack, kind: string, spoil: (typeof KINDS)[string]): Promise<Round> {
  const { headers, body, path } = attacked.genuine()
  const url = attacked.apiUrl + path
  const genuine = { sent: 0, accepted: 0 }
  const beside = setInterval(() => {
    const delivery = attacked.genuine()
    genuine.sent += 1
    send(attacked.apiUrl + delivery.path, delivery)
      .then((status) => (genuine.accepted += status === 204 ? 1 : 0))
      .catch(() => {})
  }, GENUINE_EVERY_MS)
  let next = 0
  let refused = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let index = next++; index < REQUESTS; index = next++) {
        if ((await send(url, { headers: spoil(headers, index), body })) === 401) refused += 1
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  clearInterval(beside)
  // Those that are still under way.
  while (genuine.accepted < genuine.sent) await send(url, { headers: {}, body })
  return { kind, perSecond: REQUESTS / seconds, refused, genuine }
}

async function facts({ stack }: AttackedStack): Promise<number> {
  let count = 0
  let start: Record<string, never> | undefined
  do {
    const page = await stack.clients.dynamodb.send(
      new ScanCommand({
        TableName: stack.description.tables.facts,
        Select: 'COUNT',
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    count += page.Count ?? 0
    start = page.LastEvaluatedKey as typeof start
  } while (start !== undefined)
  return count
}

const memoryOf = (attacked: AttackedStack): number =>
  Math.max(
    ...attacked
      .lines('notify')
      .slice(-200)
      .map((line) => Number(/Max Memory Used: (\d+) MB/.exec(line)?.[1] ?? 0)),
  )
const secretReads = (attacked: AttackedStack): number =>
  attacked.stack.cloud.secretsManager.requests.get('GetSecretValue') ?? 0

async function run(attacked: AttackedStack, proxy: RecordingProxy): Promise<void> {
  console.log(
    `${REQUESTS} requests a kind over ${CONNECTIONS} connections, a genuine notification every ${GENUINE_EVERY_MS} ms`,
  )
  await flood(attacked, 'warm-up', KINDS['bare 401']!)
  const [before, reads, urls] = [await facts(attacked), secretReads(attacked), proxy.urls.length]
  const [startMemory, rounds] = [memoryOf(attacked), [] as Round[]]
  for (const [kind, spoil] of Object.entries(KINDS)) rounds.push(await flood(attacked, kind, spoil))
  const bare = rounds[0]!.perSecond
  for (const { kind, perSecond, refused, genuine } of rounds) {
    console.log(
      `${kind.padEnd(16)} ${perSecond.toFixed(0).padStart(6)}/s  cost ${(bare / perSecond).toFixed(2)}x of a bare 401` +
        `  refused ${refused}/${REQUESTS}  genuine ${genuine.accepted}/${genuine.sent}`,
    )
  }
  const accepted = rounds.reduce((sum, { genuine }) => sum + genuine.accepted, 0)
  console.log(`facts stored beside the genuine ones: ${(await facts(attacked)) - before - accepted}`)
  console.log(
    `calls to WeChat: ${proxy.urls.length - urls} (refresh of keys: at most one a minute), reads of secrets: ${secretReads(attacked) - reads}`,
  )
  console.log(
    `memory of the busiest notify process: ${startMemory} MB before, ${memoryOf(attacked)} MB after`,
  )
}

await costInProcess(REQUESTS)
let proxy: RecordingProxy | undefined
const attacked = await attackedStack({
  simulator: async (merchant) => {
    const simulator = await startSimulator(merchant)
    proxy = await startRecordingProxy(simulator.url)
    return { ...simulator, url: proxy.url, backupUrl: proxy.url }
  },
})
try {
  await run(attacked, proxy!)
} finally {
  agent.destroy()
  await attacked.stop()
  await proxy?.close()
}
