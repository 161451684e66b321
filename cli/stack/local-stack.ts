/** Reads `.local/stack.json`, which `npm start` writes. */
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import * as v from 'valibot'
import { NOTIFY_ALIPAY_PATH, NOTIFY_PAYMENT_PATH } from '#shared/operations.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { isAlive } from '#local/process-alive.ts'
import { hasWechat, StackDescription } from '#local/stack-description.ts'
import type { Connection, KnownStack } from './known-stack.ts'
import type { World } from '#cli/terminal/world.ts'

const START = 'start it with npm start in another shell; --state-dir says where it keeps stack.json'

/** @throws CliError `unreachable` when no local stack runs there. */
export async function describeLocalStack(
  { directory }: Pick<World, 'directory'>,
  stateDir: string,
): Promise<Connection> {
  const file = join(resolve(directory, stateDir), 'stack.json')
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('unreachable', `no local stack runs here: there is no ${file}`, START, { cause })
  })
  const parsed = v.safeParse(StackDescription, jsonOf(text))
  if (!parsed.success) {
    throw new CliError(
      'unreachable',
      `${file} is not what this release writes`,
      `restart the stack: ${START}`,
    )
  }
  const { pid, endpoints, credentials, region, ...stack } = parsed.output
  if (!isAlive(pid)) {
    throw new CliError('unreachable', `the local stack of ${file} has ended (process ${pid})`, START)
  }
  return {
    stack: {
      name: 'local',
      region,
      api_url: stack.api_url,
      tables: stack.tables,
      queues: stack.queues,
      buckets: stack.buckets,
      ...wechatOf(stack),
      ...alipayOf(stack),
      functions: { reconcile: stack.functions['reconcile'] ?? '' },
      functionNames: Object.values(stack.functions),
      local: {
        stackControlUrl: stack.stack_control_url,
        appid: stack.appid,
        topicArn: stack.topic_arn,
        snsEndpoint: endpoints.sns,
        logsDirectory: join(dirname(file), 'logs'),
        ...(stack.control_url === undefined ? {} : { simulatorControlUrl: stack.control_url }),
      },
    },
    options: {
      region,
      credentials: {
        accessKeyId: credentials.access_key_id,
        secretAccessKey: credentials.secret_access_key,
      },
    },
    endpoints,
  }
}

type Described = Omit<StackDescription, 'pid' | 'endpoints' | 'credentials' | 'region'>

function wechatOf(stack: Described): Pick<KnownStack, 'wechat'> {
  if (!hasWechat(stack)) return {}
  return {
    wechat: {
      mchid: stack.mchid,
      wechatUrls: [stack.simulator_url ?? '', stack.simulator_backup_url ?? ''],
      notifyUrl: `${stack.api_url}${NOTIFY_PAYMENT_PATH}`,
      keyRefreshUrl: stack.queues.key_refresh ?? '',
      secrets: stack.secrets,
    },
  }
}

function alipayOf({ api_url, secrets, ...stack }: Described): Pick<KnownStack, 'alipay'> {
  const { alipay_app_id: appId, alipay_gateway_url: gatewayUrl } = stack
  const { alipay_signing: signing, alipay_keys: keys } = secrets
  if (appId === undefined || gatewayUrl === undefined || signing === undefined || keys === undefined)
    return {}
  return {
    alipay: { appId, gatewayUrl, notifyUrl: `${api_url}${NOTIFY_ALIPAY_PATH}`, secrets: { signing, keys } },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
