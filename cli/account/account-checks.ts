/** What has to be right of an account before the first deployment, one line each. What cannot be asked is said, and is no failure. */
import type { Stack } from '@aws-sdk/client-cloudformation'
import { type Check, fail, ok, warn } from '#cli/stack/check.ts'
import { skew } from '#cli/stack/wechat-checks.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { Account, Identity } from './account.ts'
import { concurrencyCheck } from './concurrency-check.ts'

const RUNTIME = 'nodejs24.x'
/** The oldest that deploys what this version of the CDK synthesizes. */
const BOOTSTRAP_VERSION = 6
/** Requests a second of all APIs of the account together. */
const API_QUOTA = { service: 'apigateway', code: 'L-8A5B8E43' }
/** What the routes of a stage may take by default, merchants and WeChat together. */
const STAGE_RATE = 250

export interface Subject {
  readonly account: Account
  readonly now: number
  /** Name of the stack that is to be deployed, where it was given. */
  readonly stackName: string | undefined
}

export async function checkAccount(subject: Subject): Promise<readonly Check[]> {
  const { account, now } = subject
  const who = await known('credentials', () => account.identity())
  // Without them there is nothing more to ask.
  if ('level' in who) return [{ ...who, level: 'fail' }]
  const rest = await Promise.all([
    bootstrap(account, who),
    names(subject),
    checkConcurrency(account),
    runtime(account),
    processor(account),
    apiQuota(account),
  ])
  return [credentials(account, who), ...skew('AWS', who.date, now), ...rest.flat(), ...filing(account)]
}

/** What a call answers, or the line that says that it is not known. */
async function known<Value extends object>(name: string, ask: () => Promise<Value>): Promise<Value | Check> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof CliError) throw error
    const reason = error instanceof Error ? error.name : 'unknown failure'
    return warn(name, `not known: ${reason}`, remedyOf(reason))
  }
}

const FOREIGN = /^(?:InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch)$/

function remedyOf(reason: string): string {
  if (FOREIGN.test(reason))
    return 'use credentials of this partition: accounts of China and of the rest of the world are apart'
  if (reason === 'CredentialsProviderError')
    return 'sign in (aws sso login, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)'
  if (reason.includes('AccessDenied')) return 'docs/cli.md lists the actions that these credentials lack'
  return 'check --region and the network; the region may lack this service'
}

function credentials({ region }: Account, { account, arn }: Identity): Check {
  const detail = `account ${account} in ${region}, ${arn}`
  if (arn.endsWith(':root'))
    return warn('credentials', detail, 'deploy with a role: what the root user does cannot be limited')
  return ok('credentials', detail)
}

async function bootstrap(account: Account, who: Identity): Promise<Check> {
  const name = 'bootstrap'
  const remedy = `npx cdk bootstrap aws://${who.account}/${account.region}`
  const found = await known(name, async () => ({ toolkit: await account.stack('CDKToolkit') }))
  if ('level' in found) return found
  if (found.toolkit === undefined) return warn(name, 'the region is not bootstrapped for the CDK', remedy)
  const version = Number(
    found.toolkit.Outputs?.find(({ OutputKey: key }) => key === 'BootstrapVersion')?.OutputValue,
  )
  return version >= BOOTSTRAP_VERSION
    ? ok(name, `version ${version}`)
    : warn(name, `version ${version || 'unknown'}, and ${BOOTSTRAP_VERSION} is needed`, remedy)
}

async function names({ account, stackName }: Subject): Promise<readonly Check[]> {
  if (stackName === undefined) {
    return [
      warn(
        'stack',
        'not examined',
        'name it, as in --stack wxpay-prod: its name, and what an earlier one has left',
      ),
    ]
  }
  const found = await known('stack', async () => ({ stack: await account.stack(stackName) }))
  if ('level' in found) return [found]
  if (found.stack !== undefined) return [stateOf(stackName, found.stack)]
  return [ok('stack', `there is no ${stackName} yet`), await leftBehind(account, stackName)]
}

/** A stack whose creation failed can only be deleted. */
const DEAD = /^(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/

function stateOf(name: string, { StackStatus: status }: Stack): Check {
  if (status === undefined || DEAD.test(status)) {
    return fail(
      'stack',
      `${name} is in the state ${status}, in which it cannot be deployed`,
      `aws cloudformation delete-stack --stack-name ${name}, then deploy`,
    )
  }
  return ok('stack', `${name} is there (${status}): the deployment updates it`)
}

/** Data of a stack that is no longer there. */
const KEPT = /:(?:dynamodb:.*:table\/|secretsmanager:.*:secret:|kms:.*:key\/|s3:::)/

async function leftBehind(account: Account, stackName: string): Promise<Check> {
  const name = 'left behind'
  const stage = stackName.replace(/^wxpay-/, '')
  const found = await known(name, () => account.tagged({ application: 'wechatpay-lambda', stage }))
  if ('level' in found) return found
  const kept = found.filter((arn) => KEPT.test(arn))
  if (kept.length === 0) return ok(name, `no table, secret, key or bucket of an earlier ${stackName}`)
  return warn(
    name,
    `${kept.length} tables, secrets, keys and buckets of an earlier ${stackName}: ${kept.join(', ')}`,
    'the deployment makes new and empty ones beside them, unless existing in the stage names these (docs/runbook.md#re-create-after-destroy)',
  )
}

/** @param madeFor `accountConcurrency` of the stage, where it is deployed. */
export async function checkConcurrency(account: Account, madeFor?: number): Promise<Check> {
  const limits = await known('concurrency', () => account.functionLimits())
  return 'level' in limits ? limits : concurrencyCheck(limits, madeFor)
}

async function runtime(account: Account): Promise<Check> {
  const answer = await known('runtime', async () => ({ known: await account.knows({ runtime: RUNTIME }) }))
  if ('level' in answer) return answer
  return answer.known
    ? ok('runtime', `Lambda knows ${RUNTIME} here`)
    : fail('runtime', `Lambda does not know ${RUNTIME} here`, 'take another region, or wait until it has it')
}

async function processor(account: Account): Promise<Check> {
  const answer = await known('processor', async () => ({
    known: await account.knows({ architecture: 'arm64' }),
  }))
  if ('level' in answer) return answer
  return answer.known
    ? ok('processor', 'Lambda knows arm64 here')
    : warn('processor', 'Lambda does not know arm64 here', "set architecture: 'x86_64' in the stage")
}

async function apiQuota(account: Account): Promise<Check> {
  const name = 'API quota'
  const found = await known(name, async () => ({
    rate: await account.quota(API_QUOTA.service, API_QUOTA.code),
  }))
  if ('level' in found) return found
  if (found.rate === undefined)
    return warn(name, 'not known: no value', 'see it in Service Quotas, Amazon API Gateway')
  const detail = `all APIs of the account take ${found.rate} requests a second together`
  return found.rate >= STAGE_RATE
    ? ok(name, detail)
    : warn(name, detail, 'lower merchantThrottle and notifyThrottle of the stage, or ask for more')
}

/** No call tells of it. */
function filing({ region }: Account): readonly Check[] {
  if (!region.startsWith('cn-')) return []
  return [
    warn(
      'ICP filing',
      'cannot be asked: without one API Gateway refuses WeChat with 403, and takes no domain of your own',
      'have the filing of this account for this region confirmed by AWS in China (docs/deploy.md#regions)',
    ),
  ]
}
