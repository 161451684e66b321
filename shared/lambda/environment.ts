/** The environment variables of the functions: their names, who checks them, and one error for all that are wrong. */
import { AppError } from '#shared/errors.ts'
import { variablesOf } from '#shared/operations.ts'
import type { Operation, ReleaseVariable, VariableOf } from '#shared/operations.ts'

/** Every variable that the stack sets and a function may ask for. */
type VariableName = VariableOf | ReleaseVariable

type Environment = Readonly<Record<string, string | undefined>>

/** https anywhere; plain http only on this machine, where the local stack lives. */
const HOST = String.raw`(?:https:\/\/[A-Za-z0-9.-]+|http:\/\/(?:127\.0\.0\.1|localhost))(?::[0-9]{1,5})?`
const ORIGIN = new RegExp(`^${HOST}$`)
const BASE_URL = new RegExp(String.raw`^${HOST}(?:\/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$`)

const SHAPES: Partial<Record<VariableName, { readonly pattern: RegExp; readonly expected: string }>> = {
  WXPAY_MCHID: { pattern: /^[0-9]{8,32}$/, expected: '8 to 32 digits' },
  WXPAY_APPIDS: {
    pattern: /^wx[0-9a-zA-Z_-]{1,30}(?:,wx[0-9a-zA-Z_-]{1,30})*$/,
    expected: 'appids joined by commas',
  },
  WXPAY_NOTIFY_BASE_URL: {
    pattern: BASE_URL,
    expected: 'an https URL without query and without a final slash',
  },
  WXPAY_API_URL: { pattern: ORIGIN, expected: 'an https URL without path' },
  WXPAY_API_BACKUP_URL: { pattern: ORIGIN, expected: 'an https URL without path' },
}

/**
 * Reads the variables that the table of operations gives this one.
 *
 * @throws AppError `config_invalid` that names all missing and malformed ones at once, never their values.
 */
export function readEnvironment<Name extends Operation>(
  env: Environment,
  operation: Name,
): Readonly<Record<VariableOf<Name>, string>> {
  const values = readVariables(env, variablesOf(operation))
  if (!isOf(operation, values)) throw new AppError('config_invalid', 'environment: incomplete')
  return values
}

/** @throws AppError as `readEnvironment` */
export function readVariables<Name extends VariableName>(
  env: Environment,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const problems = names.flatMap((name) => problemOf(name, env[name]))
  if (problems.length > 0) throw new AppError('config_invalid', `environment: ${problems.join('; ')}`)
  const values: Partial<Record<Name, string>> = {}
  for (const name of names) values[name] = env[name]
  if (!isComplete(values, names)) throw new AppError('config_invalid', 'environment: incomplete')
  return values
}

function problemOf(name: VariableName, value: string | undefined): readonly string[] {
  if (value === undefined || value === '') return [`${name} is missing`]
  const shape = SHAPES[name]
  return shape === undefined || shape.pattern.test(value) ? [] : [`${name} must be ${shape.expected}`]
}

function isComplete<Name extends VariableName>(
  values: Partial<Record<Name, string>>,
  names: readonly Name[],
): values is Record<Name, string> {
  return names.every((name) => values[name] !== undefined)
}

function isOf<Name extends Operation>(
  operation: Name,
  values: Environment,
): values is Record<VariableOf<Name>, string> {
  return variablesOf(operation).every((name) => values[name] !== undefined)
}
