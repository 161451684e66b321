/** The cloud assembly that was synthesized before the tests, as it is or with its template changed. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

/** @throws Error with the reason why the stack could not be synthesized. */
export function givenAssembly(): string {
  const { path, failure } = inject('assembly')
  if (failure !== undefined) throw new Error(failure)
  return path
}

/** A copy in `directory` in which every function gets this time-out. */
export function assemblyWithTimeout(directory: string, seconds: number): string {
  const copy = join(directory, 'assembly')
  cpSync(givenAssembly(), copy, { recursive: true })
  const file = join(copy, readdirSync(copy).find((name) => name.endsWith('.template.json')) ?? '')
  const template = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
  }
  for (const { Type, Properties } of Object.values(template.Resources))
    if (Type === 'AWS::Lambda::Function') Properties['Timeout'] = seconds
  writeFileSync(file, JSON.stringify(template))
  return copy
}
