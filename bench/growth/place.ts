/** An engine with its tables, filled, and the steps on them. */
import { createDynamoDbClient } from '#shared/aws/clients.ts'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import { findDynoxide, startDynoxide } from '#test/stores/dynoxide.ts'
import type { DynamoMeter } from '../dynamo-units.ts'
import { countedBy } from './counting.ts'
import { stepsOn } from './steps.ts'
import type { Steps } from './steps.ts'
import { createTables, fill } from './tables.ts'

export interface Place {
  readonly engine: string
  /** Of the engine, where it is a process of its own. */
  readonly pid: readonly number[]
  readonly meter: DynamoMeter
  readonly steps: Steps
  stop(): Promise<void>
}

/** On this machine some requests wait long while others fill the tables. */
const ATTEMPT_MS = 30_000

export async function startPlace(orders: number, say: (line: string) => void = () => {}): Promise<Place> {
  const engine = await startEngine()
  const client = createDynamoDbClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    attemptMs: ATTEMPT_MS,
  })
  const names = await createTables(client)
  say(`storing ${orders.toLocaleString('en-US')} orders on ${engine.name}`)
  await fill(client, names, orders)
  // What was filled in is not counted.
  const meter = countedBy(client)
  return {
    engine: engine.name,
    pid: engine.pid,
    meter,
    steps: stepsOn(client, names),
    async stop() {
      client.destroy()
      await engine.stop()
    },
  }
}

async function startEngine() {
  const dynoxide = findDynoxide()
  if (dynoxide === undefined) return { name: 'dynalite', pid: [], ...(await startDynamoDb()) }
  return { name: 'dynoxide', ...(await startDynoxide(dynoxide)) }
}
