/** One client against the simulator, in each of WeChat's key modes. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KEY_MODES } from '#simulator/keys.ts'
import type { KeyMode } from '#simulator/keys.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Client } from './client.ts'
import { runClient } from './suite.ts'
import type { Results } from './suite.ts'

const WRONG_KEY = '0'.repeat(32)

interface Place {
  readonly folder: string
  /** Whether the client is told an APIv3 key that the simulator does not encrypt with. */
  readonly broken: boolean
}

/** @returns what came of it, in the order of the modes. */
export async function runModes(client: Client, folder: string, broken = false): Promise<readonly Results[]> {
  const results: Results[] = []
  for (const mode of KEY_MODES) results.push(await runMode(client, mode, { folder, broken }))
  return results
}

async function runMode(client: Client, mode: KeyMode, { folder, broken }: Place): Promise<Results> {
  const simulator = await startSimulator({
    mchid: '1900000100',
    appids: ['wx0123456789abcdef'],
    timers: 'manual',
    refundDelayMs: 'manual',
    proxyPort: 0,
    mode,
  })
  const caFile = join(folder, `${mode}.pem`)
  await writeFile(caFile, simulator.caCertificatePem ?? '')
  try {
    const { url: apiUrl, proxyUrl = '', mchid, appids, control } = simulator
    const notifyUrl = 'http://127.0.0.1:1/notify'
    const setup = {
      mode,
      apiUrl,
      proxyUrl,
      caFile,
      mchid,
      appid: appids[0] ?? '',
      notifyUrl,
      keys: broken ? { ...simulator.keys(), apiv3_key: WRONG_KEY } : simulator.keys(),
    }
    return await runClient(client, setup, control)
  } finally {
    await simulator.stop()
  }
}
