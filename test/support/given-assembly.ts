/** The cloud assembly that is synthesized once for all tests, as it is or with its template changed. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GivenAssembly } from './assembly.ts'
import { given } from './given.ts'

const asked = async () => (await given('assembly')) as GivenAssembly

/** The directory of the stage dev, for the local stack. */
export async function givenAssembly(): Promise<string> {
  return (await asked()).dev
}

/** The directory with every stage. */
export async function givenStages(): Promise<string> {
  return (await asked()).all
}

/** A copy in `directory` in which the functions of these operations get this time-out. */
export async function assemblyWithTimeout(
  directory: string,
  timeouts: Readonly<Record<string, number>>,
): Promise<string> {
  const copy = join(directory, 'assembly')
  cpSync(await givenAssembly(), copy, { recursive: true })
  const file = join(copy, readdirSync(copy).find((name) => name.endsWith('.template.json')) ?? '')
  const template = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
  }
  for (const [operation, seconds] of Object.entries(timeouts)) {
    const functions = Object.entries(template.Resources).filter(
      ([id, { Type }]) =>
        Type === 'AWS::Lambda::Function' && id.toLowerCase().startsWith(`${operation}function`),
    )
    if (functions.length !== 1) throw new Error(`the template has ${functions.length} functions ${operation}`)
    for (const [, { Properties }] of functions) Properties['Timeout'] = seconds
  }
  writeFileSync(file, JSON.stringify(template))
  return copy
}
