/** `npm run conformance:clients`: other people's clients of WeChat Pay against the simulator, in all three key modes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KEY_MODES } from '#simulator/keys.ts'
import { available } from './available.ts'
import { runModes } from './run-modes.ts'
import { failures, table } from './table.ts'
import type { Column } from './table.ts'

const HELP = `npm run conformance:clients [-- options]

Installs clients of WeChat Pay into .local/clients, runs each against the simulator in all three key modes, and prints a table.
What cannot be had here is skipped with one line. Exit code 1 if anything fails that is no known fault of the client.

  --only <name>               this client only; may be given several times
  --checkout <name>=<folder>  a client from a checkout of its repository, where no registry has it: better-wechatpay, wechatpay-go
  --help                      this text
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      checkout: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  const checkouts = new Map(
    (values.checkout ?? []).map((text) => [text.split('=')[0]!, text.replace(/^[^=]*=/, '')]),
  )
  const folder = await mkdtemp(join(tmpdir(), 'wechatpay-clients-'))
  const columns: Column[] = []
  try {
    for (const { name, open } of available(checkouts, folder)) {
      if (values.only !== undefined && !values.only.includes(name)) continue
      const client = await open()
      if (typeof client === 'string') {
        process.stdout.write(`${name} is skipped: ${client}\n`)
        continue
      }
      process.stdout.write(`${name} ${client.version} …\n`)
      columns.push({ client, results: await runModes(client, folder) })
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  if (columns.length > 0) process.stdout.write(`\n${table(columns, KEY_MODES)}\n`)
  if (columns.length === 0 || failures(columns, KEY_MODES).length > 0) process.exitCode = 1
}

await main()
