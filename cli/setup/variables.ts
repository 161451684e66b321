/** What `setup` is given: by an option, a variable, a file of variables, or a person who is asked. */
import { parseEnv } from 'node:util'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readInputText } from '#cli/terminal/input-file.ts'
import type { World } from '#cli/terminal/world.ts'

/** From the env file over the environment. */
export type Variables = Readonly<Record<string, string | undefined>>

export async function readVariables(world: World, envFile: string | undefined): Promise<Variables> {
  const file = envFile === undefined ? {} : parseEnv(await readInputText(world, envFile))
  return { ...world.environment, ...file }
}

interface Question {
  readonly option: string
  readonly variable: string
  readonly hidden?: boolean
}

/** @throws CliError `usage` when nobody is there to ask, or nothing is answered. */
export async function asked(
  { terminal }: World,
  question: string,
  { option, variable, hidden = false }: Question,
): Promise<string> {
  const missing = new CliError(
    'usage',
    `${option} is missing`,
    `give it, or set ${variable} (in --env-file too)`,
  )
  if (!terminal.interactive) throw missing
  const answer = (await terminal.ask(question, { hidden })).trim()
  if (answer === '') throw missing
  return answer
}

/** What may be left out: Enter is an answer, and so is nobody. */
export async function askedMaybe({ terminal }: World, question: string): Promise<string | undefined> {
  if (!terminal.interactive) return undefined
  return (await terminal.ask(question)).trim() || undefined
}
