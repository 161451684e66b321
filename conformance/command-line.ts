/** What `npm run conformance` can be told. */
import { parseArgs } from 'node:util'
import type { Part } from './part.ts'

export interface Choice {
  readonly help: boolean
  readonly parts: readonly Part[]
  readonly broken: boolean
  readonly dynamodb: string | undefined
}

export class UsageError extends Error {}

export function helpOf(parts: readonly Part[]): string {
  return `npm run conformance [-- options]

Installs engines that others wrote into .local/conformance, with pinned versions, and holds this project against them.
docs/conformance.md says what each part proves and what it cannot.

  --only <names>    these parts only, with commas between them
  --skip <names>    all parts but these
  --dynamodb <url>  the store part on an engine that runs already, as DynamoDB Local, which takes any credentials
  --break           breaks the subject of each part on purpose: the part has to fail
  --help            this text

${parts.map(({ name, proves, breaks }) => `  ${name.padEnd(8)} ${proves}\n           --break: ${breaks}`).join('\n')}
`
}

/** @throws UsageError for a part or an option that there is not. */
export function readChoice(args: readonly string[], parts: readonly Part[]): Choice {
  const { only, skip, dynamodb, help, broken } = read(args)
  const names = parts.map(({ name }) => name)
  const named = (text: string | undefined): readonly string[] | undefined => {
    const wanted = text?.split(',').filter((name) => name !== '')
    const unknown = wanted?.find((name) => !names.includes(name))
    if (unknown !== undefined)
      throw new UsageError(`there is no part "${unknown}": there are ${names.join(', ')}`)
    return wanted
  }
  const [wanted = names, unwanted = []] = [named(only), named(skip)]
  const chosen = parts.filter(({ name }) => wanted.includes(name) && !unwanted.includes(name))
  if (chosen.length === 0) throw new UsageError('no part is left: --only and --skip leave none')
  return { help, parts: chosen, broken, dynamodb }
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        skip: { type: 'string' },
        dynamodb: { type: 'string' },
        break: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return { ...values, broken: values.break }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
