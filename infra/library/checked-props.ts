/** Checks the properties of `WechatPay`: whatever is wrong is told at synth, in one sentence that names it and says what to do. */
import { Names, Stack, Token } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import * as v from 'valibot'
import { channelProblems } from '#infra/channels/channels.ts'
import type { GivenResources } from '#infra/constructs/given-resources.ts'
import { describeIssue } from '#infra/stage/describe-issue.ts'
import { STAGE_NAME, STAGE_NAME_RULE } from '#infra/rules/setting-rules.ts'
import { sizedByAccount } from '#infra/stage/sized-by-account.ts'
import { certificatesIn, misplacedIn, ofAnotherPartition, rolesIn } from '#infra/stage/places.ts'
import { contradictionsAnywhere, type OfAnyStack } from '#infra/stage/stage-contradictions.ts'
import {
  DEFAULTS,
  isRegion,
  OF_A_STAGE,
  StageSettings,
  type SystemSettings,
} from '#infra/stage/stage-settings.ts'
import { arnsOf, problemsOfGiven, splitProps } from './given-props.ts'
import { remedyOf } from './remedies.ts'
import type { WechatPayProps } from './wechat-pay-props.ts'

/** All settings but those that belong to a stage: a stack of somebody else's says these itself. */
const Settings = v.omit(StageSettings, OF_A_STAGE)

export interface CheckedProps {
  readonly stage: SystemSettings
  readonly given: GivenResources
}

/** @throws Error, one sentence naming every property that is unknown, missing, malformed or contradictory. */
export function checkedProps(construct: IConstruct, props: WechatPayProps): CheckedProps {
  const { given, settings, stage = defaultStage(construct), outputs, release } = splitProps(props)
  const region = regionOf(construct)
  const result = v.safeParse(Settings, settings)
  const strangers = problemsOfGiven(given, settings)
  const problems = [
    ...(STAGE_NAME.test(stage) ? [] : [`stage ${STAGE_NAME_RULE}`]),
    ...([undefined, true, false].includes(outputs) ? [] : ['outputs must be true or false']),
    ...([undefined, 'canary', 'at-once'].includes(release) ? [] : ['release must be canary or at-once']),
    ...(region === undefined || isRegion(region) ? [] : [`${region} must be a region of aws or aws-cn`]),
    ...strangers,
    ...(strangers.length > 0 || !result.success ? [] : elsewhere(construct, given, result.output)),
    ...problemsIn(result, { given, settings, region }),
  ]
  if (!result.success || problems.length > 0) throw refusal(construct, problems)
  return { stage: { ...sizedByAccount(stage, result.output), region }, given }
}

type Result = v.SafeParseResult<typeof Settings>

function problemsIn(
  result: Result,
  said: { readonly given: GivenResources; readonly settings: object; readonly region: string | undefined },
): readonly string[] {
  const { given, settings, region } = said
  const tokens = tokensIn(settings, '')
  if (tokens.length > 0) return tokens.map((path) => `${path} must be known at synth and is a token`)
  if (!result.success) return result.issues.map((issue) => describeIssue(issue, 'prop'))
  return [
    ...channelProblems(result.output, { defaults: DEFAULTS, existing: given, prefix: '' }),
    ...contradictionsAnywhere(result.output, region),
  ]
}

/** What is named by an ARN that is known, and is not where the stack is. */
function elsewhere(construct: IConstruct, given: GivenResources, settings: OfAnyStack): readonly string[] {
  const region = regionOf(construct)
  if (region === undefined || !isRegion(region)) return []
  const { account } = Stack.of(construct)
  const place = {
    region,
    account: Token.isUnresolved(account) ? undefined : account,
    of: 'stack',
  } as const
  const { reportsBucket, ...regional } = arnsOf(given)
  return [
    ...misplacedIn(place, [...certificatesIn(settings), ...Object.entries(regional)]),
    ...ofAnotherPartition(place, [...rolesIn(settings), ['reportsBucket', reportsBucket]]),
  ]
}

function refusal(construct: IConstruct, problems: readonly string[]): Error {
  const told = problems.map((problem) => `${problem} (${remedyOf(problem)})`)
  return new Error(`WechatPay at ${construct.node.path}: ${told.join('; ')}`)
}

/** What only names something else may be known at deployment. */
const MAY_BE_TOKEN = /(?:Arns?|\.truststoreUri)$/

function tokensIn(value: unknown, path: string): readonly string[] {
  if (MAY_BE_TOKEN.test(path)) return []
  if (Token.isUnresolved(value)) return [path]
  if (!isPlain(value)) return []
  return Object.entries(value).flatMap(([name, each]) =>
    tokensIn(each, path === '' ? name : `${path}.${name}`),
  )
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}

/** @returns undefined for a stack that may be deployed anywhere */
function regionOf(construct: IConstruct): string | undefined {
  const { region } = Stack.of(construct)
  return Token.isUnresolved(region) ? undefined : region
}

/** The same as long as stack and construct are called the same. */
function defaultStage(construct: IConstruct): string {
  const name = Names.uniqueResourceName(construct, { maxLength: 19, separator: '-' }).toLowerCase()
  return STAGE_NAME.test(name) ? name : `s${name}`
}
