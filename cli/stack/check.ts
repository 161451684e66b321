/** One line of `doctor` and `setup --check`. */
import stringWidth from 'string-width'
import { AppError } from '#shared/errors.ts'
import { padded } from '#cli/terminal/output.ts'
import { paint, printable, type Style } from '#cli/terminal/style.ts'
import { CliError } from '#cli/terminal/cli-error.ts'

export interface Check {
  readonly name: string
  readonly level: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do; empty when all is well. */
  readonly remedy: string
}

export function ok(name: string, detail: string): Check {
  return { name, level: 'ok', detail, remedy: '' }
}

export function warn(name: string, detail: string, remedy: string): Check {
  return { name, level: 'warn', detail, remedy }
}

export function fail(name: string, detail: string, remedy: string): Check {
  return { name, level: 'fail', detail, remedy }
}

/** Runs a step that may throw; what it throws becomes a failed line. */
export async function attempt(
  name: string,
  remedy: string,
  step: () => Promise<Check | readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return [await step()].flat()
  } catch (error) {
    if (error instanceof CliError) return [fail(name, error.message, error.remedy)]
    // Messages of others may quote what they were given.
    const reason =
      error instanceof AppError ? error.message : error instanceof Error ? error.name : 'unknown failure'
    return [fail(name, reason, isDeniedDetail(reason) ? DENIED_REMEDY : remedy)]
  }
}

/** Whether a line failed because AWS refused the credentials. */
export function isDeniedDetail(detail: string): boolean {
  return detail.includes('AccessDenied')
}

const DENIED_REMEDY =
  'these credentials may not: use a role that may (docs/cli.md lists the actions); for the secrets it has to be in operatorRoleArns of the stage'

const STYLES: Readonly<Record<Check['level'], Style>> = { ok: 'green', warn: 'yellow', fail: 'red' }

export function checksText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => stringWidth(name)))
  const lines = checks.map(({ name, level, detail, remedy }) => {
    const advice = remedy === '' ? '' : `\n      ${' '.repeat(width)}what to do: ${remedy}`
    return `${paint(STYLES[level], level.padEnd(4))}  ${padded(name, width)}  ${printable(detail)}${advice}`
  })
  const count = (level: Check['level']) => checks.filter((check) => check.level === level).length
  return `${lines.join('\n')}\n\n${count('ok')} ok, ${count('warn')} warnings, ${count('fail')} failed`
}

/** @throws CliError `failed` when a line failed; warnings are no failure. */
export function requireNoFailure(checks: readonly Check[]): void {
  const failed = checks.filter(({ level }) => level === 'fail')
  const [first] = failed
  if (first === undefined) return
  throw new CliError('failed', `${failed.length} of ${checks.length} checks failed`, first.remedy)
}
