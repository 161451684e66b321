/** The stage `dev` deployed by the CDK command line onto an emulator that others wrote, and used from setup to destroy. */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeKeyFiles } from '#simulator/key-files.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { MINISTACK, startMinistack } from '../engines/ministack.ts'
import type { Context, Outcome, Part } from '../part.ts'
import { clientsAt } from './clients.ts'
import { LEFT_OUT } from './deployments.ts'
import { openRoad } from './road.ts'
import type { Scene } from './scene.ts'
import { STEPS } from './steps.ts'

/** The emulator takes the s off https for 127.0.0.1 and localhost; this is another address of this machine. */
const APART = '127.0.0.2'

/** What the emulator and the functions on it printed, for whoever looks for the cause of a fault. */
const LOG = resolve(import.meta.dirname, '../../.local/conformance/ministack.log')

export const DEPLOY: Part = {
  name: 'deploy',
  engines: () => [MINISTACK],
  proves:
    'cdk bootstrap, deploy, a change and destroy; setup, doctor, payment, refund, dead letter between them',
  breaks: 'the queue of facts does not wake settle up',
  run,
}

async function run({ scratch, broken, say }: Context): Promise<Outcome> {
  const simulator = await startSimulator({
    mchid: '1900000100',
    appids: ['wx0123456789abcdef'],
    https: true,
    host: APART,
    tlsNames: [APART],
    // The emulator gives a new secret an empty value, where AWS gives it none: a public key fills it.
    mode: 'mixed',
    refundDelayMs: 'manual',
  })
  const { folder: keysFolder, caFile = '' } = await writeKeyFiles(simulator, join(scratch, 'keys'))
  const ministack = await startMinistack({ NODE_EXTRA_CA_CERTS: caFile })
  const road = await openRoad(ministack.url)
  try {
    return await runSteps(
      {
        command: { endpoint: ministack.url, caFile },
        clients: clientsAt(ministack.url),
        kept: { outputs: new Map(), subscriber: undefined },
        simulator,
        keysFolder,
        scratch,
        road,
        broken,
      },
      say,
    )
  } finally {
    await road.stop()
    await ministack.stop()
    await writeFile(LOG, ministack.printed())
    await simulator.stop()
  }
}

/** The step whose figure says how much was deployed. */
const DEPLOYED = STEPS.findIndex(({ name }) => name === 'cdk deploy')

/** Each step needs the ones before it: the first fault ends the part. */
async function runSteps(scene: Scene, say: Context['say']): Promise<Outcome> {
  const seen: string[] = []
  for (const { name, run: step } of STEPS) {
    try {
      const figure = await step(scene)
      say(`${name}: ${figure}`)
      seen.push(figure)
    } catch (error) {
      return {
        figures: figuresOf(seen),
        faults: [`${name}: ${error instanceof Error ? error.message : String(error)}`],
      }
    }
    if (name === 'cdk deploy') for (const line of await leftOut(scene)) say(`  left out: ${line}`)
  }
  return { figures: figuresOf(seen), faults: [] }
}

/** How far it came, and of what: each step has said by itself what it saw. */
function figuresOf(seen: readonly string[]): readonly string[] {
  return [`${seen.length} of ${STEPS.length} steps`, ...seen.slice(DEPLOYED, DEPLOYED + 1)]
}

async function leftOut({ scratch }: Scene): Promise<readonly string[]> {
  return JSON.parse(await readFile(join(scratch, LEFT_OUT), 'utf8'))
}
