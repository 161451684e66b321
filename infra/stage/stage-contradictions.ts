/** Settings that are right one by one and wrong together: each contradiction is a sentence that names its settings. */
import { notifyBaseUrlProblem } from '#shared/addresses.ts'
import { channelProblems } from '#infra/channels/channels.ts'
import { contradictionsOf, regionalOf } from './existing.ts'
import { certificatesIn, misplacedIn, type Named, ofAnotherPartition, rolesIn } from './places.ts'
import { type CheckedSettings, DEFAULTS, type OF_A_STAGE, partitionOf } from './stage-settings.ts'

/** What is said of the payment system, whose stack ever it stands in. */
export type OfAnyStack = Omit<CheckedSettings, (typeof OF_A_STAGE)[number]>

/** @returns one sentence a contradiction; none when the settings fit. */
export function contradictionsIn(stage: CheckedSettings): string[] {
  return [
    ...channelProblems(stage, { defaults: DEFAULTS, existing: stage.existing, prefix: 'existing.' }),
    ...contradictionsAnywhere(stage, stage.region),
    ...placesIn(stage),
    ...dataIn(stage),
    ...contradictionsOf(stage.existing),
  ]
}

/** @param region undefined where it is known at deployment only */
export function contradictionsAnywhere(settings: OfAnyStack, region: string | undefined): string[] {
  return [...limitsIn(settings), ...domainsIn(settings), ...tracesIn(settings, region)]
}

function tracesIn({ tracing }: OfAnyStack, region: string | undefined): string[] {
  if (!tracing || region === undefined || partitionOf(region) !== 'aws-cn') return []
  return [`tracing must not be true in ${region}: Lambda has no X-Ray in aws-cn`]
}

function limitsIn(stage: OfAnyStack): string[] {
  const problems: string[] = []
  if (stage.wechatApiUrl === stage.wechatApiBackupUrl) {
    problems.push('wechatApiUrl and wechatApiBackupUrl must differ')
  }
  for (const key of ['merchantThrottle', 'notifyThrottle'] as const) {
    if (stage[key].burst < stage[key].rate) problems.push(`${key}.burst must be at least ${key}.rate`)
  }
  return [...problems, ...reservationsIn(stage)]
}

/** Lambda refuses to leave fewer for the functions that have no reservation. */
const UNRESERVED = 100

function reservationsIn(stage: OfAnyStack): string[] {
  const { accountConcurrency: limit, settleConcurrency = 0, reserveNotify = 0, reserveSweep } = stage
  const problems: string[] = []
  const reserved = reserveNotify + (reserveSweep ? 1 : 0)
  if (reserved > 0 && reserved > limit - UNRESERVED) {
    problems.push(
      `reserveNotify and reserveSweep must leave ${UNRESERVED} of accountConcurrency, which is ${limit}`,
    )
  }
  if (settleConcurrency > limit) problems.push('settleConcurrency must be at most accountConcurrency')
  return problems
}

function domainsIn({
  merchantAuthorization,
  customDomain,
  notifyDomain,
  notifyBaseUrl,
  executeApiEndpoint,
}: OfAnyStack): string[] {
  const problems: string[] = []
  const mtls = merchantAuthorization.type === 'mtls'
  if (mtls && customDomain === undefined) {
    problems.push(
      'merchantAuthorization mtls needs customDomain: API Gateway asks for client certificates on custom domains only',
    )
  }
  if (notifyBaseUrl !== undefined && notifyDomain !== undefined) {
    problems.push('notifyBaseUrl and notifyDomain both say where WeChat sends notifications: keep one')
  }
  if (customDomain !== undefined && customDomain.name === notifyDomain?.name) {
    problems.push('customDomain and notifyDomain must differ')
  }
  const notifyName = notifyBaseUrl === undefined ? (notifyDomain ?? customDomain)?.name : undefined
  const problem = notifyName === undefined ? undefined : notifyBaseUrlProblem(`https://${notifyName}`)
  if (problem !== undefined) problems.push(`the address for notifications, https://${notifyName}, ${problem}`)
  const notifyHost = notifyBaseUrl === undefined ? undefined : new URL(notifyBaseUrl).hostname
  if (mtls && notifyHost !== undefined && notifyHost === customDomain?.name) {
    problems.push(
      'notifyBaseUrl must not be customDomain under merchantAuthorization mtls: WeChat presents no client certificate',
    )
  }
  if (!executeApiEndpoint && notifyHost?.includes('.execute-api.') === true) {
    problems.push('notifyBaseUrl must not be an execute-api endpoint while executeApiEndpoint is false')
  }
  if (!executeApiEndpoint && customDomain === undefined && notifyDomain === undefined) {
    problems.push('executeApiEndpoint must not be false without a domain: nothing would answer')
  }
  return problems
}

/** An ARN must belong to the stage's partition, and where it says so to its region and account. */
function placesIn(stage: CheckedSettings): string[] {
  const { alarmTopicArn, region, account, existing } = stage
  const named = Object.entries(regionalOf(existing)).map(([name, arn]) => [`existing.${name}`, arn] as const)
  const regional: Named = [...certificatesIn(stage), ['alarmTopicArn', alarmTopicArn], ...named]
  const { reportsBucket } = existing
  return [
    ...misplacedIn({ region, account, of: 'stage' }, regional),
    ...ofAnotherPartition(stage, [...rolesIn(stage), ['existing.reportsBucket', reportsBucket]]),
  ]
}

function dataIn({ retainData, terminationProtection }: CheckedSettings): string[] {
  if (retainData || !terminationProtection) return []
  return [
    'retainData must not be false while terminationProtection is true: a stage is either kept or thrown away',
  ]
}
