/** The environment variables of the functions: their names, who checks them, and one error for all that are wrong. */
import { apiUrlProblem, isLocalUrl, notifyBaseUrlProblem } from '#shared/addresses.ts'
import { AppError } from '#shared/errors.ts'
import { parseNoticeTypes } from '#shared/notice-types.ts'
import { isLacked } from '#shared/channel-variables.ts'
import type { WechatVariable, WechatVariableOf } from '#shared/channel-variables.ts'
import { variablesOf } from '#shared/operations.ts'
import { parseRefundRules } from '#shared/refund-rules.ts'
import type { Operation, ReleaseVariable, VariableOf } from '#shared/operations.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import { MOST_FIRST_LOOK_SECONDS } from '#shared/time-limits.ts'

/** Every variable that the stack sets and a function may ask for. */
type VariableName = VariableOf | ReleaseVariable

type Environment = Readonly<Record<string, string | undefined>>

/** Each says what is wrong with a value, or nothing. */
const RULES: Partial<Record<VariableName, (value: string) => string | undefined>> = {
  WXPAY_MCHID: (value) => (/^[0-9]{8,32}$/.test(value) ? undefined : 'must be 8 to 32 digits'),
  WXPAY_APPIDS: (value) =>
    /^wx[0-9a-zA-Z_-]{1,30}(?:,wx[0-9a-zA-Z_-]{1,30})*$/.test(value)
      ? undefined
      : 'must be appids joined by commas',
  WXPAY_NOTIFY_BASE_URL: (value) => (isLocalUrl(value) ? undefined : notifyBaseUrlProblem(value)),
  WXPAY_ORDER_FORM: (value) =>
    ORDER_FORMS.some((form) => value === String(form)) ? undefined : 'must be 1, 2 or 3',
  WXPAY_FIRST_LOOK_SECONDS: (value) =>
    /^[0-9]{1,3}$/.test(value) && Number(value) >= 5 && Number(value) <= MOST_FIRST_LOOK_SECONDS
      ? undefined
      : `must be a whole number of seconds from 5 to ${MOST_FIRST_LOOK_SECONDS}`,
  WXPAY_NOTICE_TYPES: (value) =>
    parseNoticeTypes(value) === undefined
      ? 'must be none, or beginnings of event types, each with =event or =content, joined by commas'
      : undefined,
  WXPAY_REFUND_RULES: (value) =>
    parseRefundRules(value) === undefined ? 'must be rules for refunds as JSON' : undefined,
  WXPAY_API_URL: apiAddressProblem,
  WXPAY_API_BACKUP_URL: apiAddressProblem,
}

function apiAddressProblem(value: string): string | undefined {
  return isLocalUrl(value) && new URL(value).pathname === '/' && !value.endsWith('/')
    ? undefined
    : apiUrlProblem(value)
}

/** What an operation is told of channels. */
export interface ChannelEnvironment<Names extends WechatVariable = never> {
  /** Absent in a stage without WeChat Pay. */
  readonly wechat: Readonly<Record<Names, string>> | undefined
  /** All there is: every other channel reads its own. */
  readonly told: Environment
}

/** What every stage tells an operation, and what of channels. */
export type OperationEnvironment<Name extends Operation> = Readonly<
  Record<Exclude<VariableOf<Name>, WechatVariableOf<Name>>, string>
> &
  ChannelEnvironment<WechatVariableOf<Name>>

/**
 * Reads the variables that the table of operations gives this one. Those of WeChat Pay may be absent all together.
 *
 * @throws AppError `config_invalid` that names all missing and malformed ones at once, never their values.
 */
export function readEnvironment<Name extends Operation>(
  env: Environment,
  operation: Name,
): OperationEnvironment<Name> {
  const names = variablesOf(operation)
  const own = names.filter((name) => !isLacked(operation, name))
  const hasWechat = names.some((name) => isLacked(operation, name) && env[name])
  const given = readVariables(env, hasWechat ? names : own)
  const values = { ...given, wechat: hasWechat ? given : undefined, told: env }
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
  const problem = RULES[name]?.(value)
  return problem === undefined ? [] : [`${name} ${problem}`]
}

function isComplete<Name extends VariableName>(
  values: Partial<Record<Name, string>>,
  names: readonly Name[],
): values is Record<Name, string> {
  return names.every((name) => values[name] !== undefined)
}

function isOf<Name extends Operation>(operation: Name, values: object): values is OperationEnvironment<Name> {
  return variablesOf(operation).every((name) => name in values || isLacked(operation, name))
}
