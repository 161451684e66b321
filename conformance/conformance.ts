/** `npm run conformance`: this project against engines that others wrote. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { helpOf, readChoice, UsageError } from './command-line.ts'
import type { Choice } from './command-line.ts'
import { Missing } from './part.ts'
import type { Context, Outcome, Part } from './part.ts'
import { PARTS } from './parts.ts'
import { report } from './report.ts'
import type { Ended } from './report.ts'

async function outcomeOf(part: Part, context: Context): Promise<Outcome> {
  try {
    return await part.run(context)
  } catch (error) {
    const why = error instanceof Missing ? `it cannot be tried here: ${error.message}` : String(error)
    return { figures: [], faults: [why] }
  }
}

async function runParts({ parts, broken, dynamodb }: Choice): Promise<readonly Ended[]> {
  const ended: Ended[] = []
  for (const part of parts) {
    const scratch = await mkdtemp(join(tmpdir(), `wxpay-conformance-${part.name}-`))
    const say = (line: string): void => void process.stdout.write(`${part.name}: ${line}\n`)
    const engines = part.engines({ dynamodb })
    const began = performance.now()
    try {
      say(engines.join(', '))
      const outcome = await outcomeOf(part, { scratch, broken, dynamodb, say })
      for (const line of outcome.faults) say(`FAULT ${line}`)
      ended.push({ name: part.name, engines, outcome, seconds: (performance.now() - began) / 1000 })
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }
  return ended
}

async function main(): Promise<void> {
  const choice = readChoice(process.argv.slice(2), PARTS)
  if (choice.help) return void process.stdout.write(helpOf(PARTS))
  const ended = await runParts(choice)
  process.stdout.write(`\n${report(ended)}\n`)
  if (ended.some(({ outcome }) => outcome.faults.length > 0)) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`conformance: ${error.message}\n`)
  process.exitCode = 2
}
