/** `npm run check:node`: installs versions of Node.js and shows which of them keep the promise of package.json. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installNode } from './install-node.ts'
import { table } from './table.ts'
import type { Row } from './table.ts'
import { COMMANDS, tryNode } from './try-node.ts'
import { binaryOf, PACKAGE, PROMISED, REFUSED } from './versions.ts'

const HELP = `npm run check:node [-- --demo]

Installs the oldest and newest version of each promised major of Node.js, and some that are not promised, into .local/nodes
(${PACKAGE} from npm), runs the project's programs with each, and prints a table. Exit code 0 only if every
promised version did all of it, and every other was refused in one sentence.

  --demo    run the demo with each promised version as well
  --help    this text
`

async function tryPromised(
  version: string,
  commands: Readonly<Record<string, readonly string[]>>,
): Promise<Row> {
  const row: Record<string, string> = { version, promised: 'yes' }
  for (const [name, command] of Object.entries(commands)) {
    const { code, stderr } = await tryNode(binaryOf(version), command)
    row[name] = code === 0 ? 'ok' : 'FAILED'
    if (code !== 0) process.stderr.write(`${version} ${name}: ${stderr}\n`)
  }
  return row
}

async function tryRefused(version: string): Promise<Row> {
  const { code, stdout, stderr } = await tryNode(binaryOf(version), COMMANDS.guard)
  const inOneSentence = code === 1 && stdout === '' && stderr.trim().split('\n').length === 1
  return { version, promised: 'no', guard: inOneSentence ? 'refused' : 'FAILED' }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { demo: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) return void process.stdout.write(HELP)
  const output = await mkdtemp(join(tmpdir(), 'wxpay-check-node-'))
  const commands = {
    ...COMMANDS,
    'cdk synth': ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '-c', 'stage=dev', '-o', output],
    ...(values.demo ? { demo: ['local/demo.ts'] } : {}),
  }
  const rows: Row[] = []
  try {
    for (const version of [...PROMISED, ...REFUSED]) {
      process.stdout.write(`Node.js ${version} …\n`)
      await installNode(version)
      rows.push(await (PROMISED.includes(version) ? tryPromised(version, commands) : tryRefused(version)))
    }
  } finally {
    await rm(output, { recursive: true, force: true })
  }
  process.stdout.write(`${table(['version', 'promised', ...Object.keys(commands)], rows)}\n`)
  if (rows.some((row) => Object.values(row).includes('FAILED'))) process.exitCode = 1
}

await main()
