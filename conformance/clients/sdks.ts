/** The official SDKs for Go and Java against the simulator, in all key modes. */
import { KEY_MODES } from '#simulator/keys.ts'
import { Missing } from '../part.ts'
import type { Context, Outcome, Part } from '../part.ts'
import { available } from './available.ts'
import { VERSION as GO_VERSION, NAME as GO } from './go-client.ts'
import { VERSION as JAVA_VERSION, NAME as JAVA } from './java-client.ts'
import { runModes } from './run-modes.ts'
import { failures, table } from './table.ts'
import type { Column } from './table.ts'

const OFFICIAL = [GO, JAVA]

export const SDKS: Part = {
  name: 'sdks',
  engines: () => [`${GO} ${GO_VERSION.replace('v', '')}`, `${JAVA} ${JAVA_VERSION}`],
  proves:
    "WeChat's own SDKs take the simulator for WeChat: all operations and key modes, notifications by their handlers",
  breaks: 'the SDKs are told a wrong APIv3 key',
  run,
}

async function run({ scratch, broken, say }: Context): Promise<Outcome> {
  const columns: Column[] = []
  for (const { name, open } of available(new Map(), scratch)) {
    if (!OFFICIAL.includes(name)) continue
    const client = await open()
    if (typeof client === 'string') throw new Missing(`${name}: ${client}`)
    columns.push({ client, results: await runModes(client, scratch, broken) })
  }
  for (const line of table(columns, KEY_MODES).split('\n')) say(line)
  return { figures: columns.map(figure), faults: failures(columns, KEY_MODES) }
}

function figure({ client, results }: Column): string {
  const kinds = results.flatMap((mode) => [...mode.values()].map(({ kind }) => kind))
  const count = (kind: string): number => kinds.filter((one) => one === kind).length
  const { ok, fault } = { ok: count('ok'), fault: count('fault') }
  return `${client.name}: ${ok} right, ${count('not_offered')} not offered, ${fault} known faults of its own`
}
