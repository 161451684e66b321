/** Secrets Manager alone, a stack.json that points to it, and the files of a merchant: enough for `wxpay setup`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as forward } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { type SecretsManagerServer, startSecretsManager } from '#local/cloud/secrets-manager.ts'
import type { StackDescription } from '#local/stack-description.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { type Listening, listen } from '#simulator/listen.ts'
import { makeCertificate, makeKeyPair, makePlatformPublicKey } from '#test/support/wechat-keys.ts'
import { createShell, type Ran, type Shell, type ShellOptions } from './shell.ts'

export const MCHID = '1900000109'
export const APIV3_KEY = '0123456789abcdefghijABCDEFGHIJ_-'
export const pair = makeKeyPair()
export const pem = makeCertificate(pair)
export const { serial } = loadCertificate(pem)
export const publicKey = makePlatformPublicKey()
export const flags = [
  '--private-key',
  'key.pem',
  '--certificate',
  'cert.pem',
  '--apiv3-key-file',
  'apiv3.txt',
]
export const publicKeyFlags = ['--public-key', 'pub.pem', '--public-key-id', publicKey.serial]

type SecretName =
  | 'merchant_signing'
  | 'apiv3_key'
  | 'apiv2_key'
  | 'platform_keys'
  | 'alipay_signing'
  | 'alipay_keys'

export interface SetupFixture {
  readonly directory: string
  setup(args: readonly string[], options?: ShellOptions): Promise<Ran>
  doctor(): Promise<Ran>
  readonly wxpay: Shell
  /** Where this stack finds WeChat from now on. */
  wechatAt(url: string): void
  /** Where it finds Alipay, and Alipay the stack. */
  alipayAt(gatewayUrl: string, apiUrl?: string): void
  file(name: string, content: string | Buffer): void
  /** The parsed value of a secret, undefined while it is empty. */
  value(name: SecretName): Promise<unknown>
  put(name: SecretName, value: object): Promise<unknown>
  /** From now on the commands may write the secrets, and not read them. */
  denyReading(): void
  /** Empty secrets and fresh files. */
  reset(): void
  stop(): Promise<void>
}

const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-LocaL`

/** The app of a stack with both channels. */
export const APP_ID = '2021001161683774'

/** @param options.alipay whether the stack has Alipay beside WeChat Pay. */
export async function startSetupFixture({ alipay = false } = {}): Promise<SetupFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-setup-'))
  const wxpay = createShell(directory, ['--state-dir', 'state'])
  const server: SecretsManagerServer = await startSecretsManager({ arnOf })
  const { endpoint } = server
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials })
  const writeOnly = await startWriteOnly(endpoint)
  let run = 0
  let ids: Record<SecretName, string>

  const shell = (name: string) => {
    server.createShell({ name: `${name}-${run}`, arn: arnOf(`${name}-${run}`) })
    return arnOf(`${name}-${run}`)
  }
  const file = (name: string, content: string | Buffer) => writeFileSync(join(directory, name), content)
  const describe = (more: Partial<Described>) => {
    const { alipay_signing, alipay_keys, ...secrets } = ids
    const described = describeStack({
      endpoint,
      secrets: alipay ? { ...secrets, alipay_signing, alipay_keys } : secrets,
      ...more,
    })
    file('state/stack.json', JSON.stringify(described))
  }
  return {
    directory,
    file,
    setup: (args, options) => wxpay(['setup', ...args], options),
    doctor: () => wxpay(['doctor', '--json']),
    wxpay,
    wechatAt(apiUrl) {
      describe({ apiUrl, backupUrl: apiUrl })
    },
    alipayAt: (gatewayUrl, apiUrl = 'http://127.0.0.1:1') => describe({ gatewayUrl, apiUrl }),
    async value(name) {
      const found = await client
        .send(new GetSecretValueCommand({ SecretId: ids[name] }))
        .catch(() => undefined)
      return found?.SecretString === undefined ? undefined : JSON.parse(found.SecretString)
    },
    put: (name, value) =>
      client.send(new PutSecretValueCommand({ SecretId: ids[name], SecretString: JSON.stringify(value) })),
    denyReading: () => describe({ endpoint: writeOnly.url }),
    reset() {
      run += 1
      ids = {
        merchant_signing: shell('signing'),
        apiv3_key: shell('apiv3'),
        apiv2_key: shell('apiv2'),
        platform_keys: shell('platform'),
        alipay_signing: shell('alipay-signing'),
        alipay_keys: shell('alipay-keys'),
      }
      mkdirSync(join(directory, 'state'), { recursive: true })
      describe({})
      file('key.pem', pair.privatePem)
      file('cert.pem', pem)
      file('apiv3.txt', `${APIV3_KEY}\n`)
      file('pub.pem', publicKey.publicPem)
    },
    async stop() {
      client.destroy()
      await writeOnly.close()
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** In front of Secrets Manager, as a resource policy that denies GetSecretValue. */
function startWriteOnly(endpoint: string): Promise<Listening> {
  const server = createServer((request, response) => {
    if (String(request.headers['x-amz-target']).endsWith('.GetSecretValue')) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'explicit deny' }))
      return
    }
    const { method, headers, url } = request
    request.pipe(
      forward(endpoint + url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      }),
    )
  })
  return listen(server, 0, 'the policy that denies reading')
}

interface Described {
  readonly endpoint: string
  readonly secrets: StackDescription['secrets']
  readonly apiUrl?: string
  readonly backupUrl?: string
  /** With the path. */
  readonly gatewayUrl?: string
}

/** A stack.json whose services are all the same address. */
export function describeStack({
  endpoint,
  secrets,
  apiUrl = 'http://127.0.0.1:1',
  backupUrl = 'http://127.0.0.1:1',
  gatewayUrl = 'http://127.0.0.1:1/gateway.do',
}: Described): StackDescription {
  return {
    pid: process.pid,
    api_url: apiUrl,
    simulator_url: apiUrl,
    simulator_backup_url: backupUrl,
    stack_control_url: 'http://127.0.0.1:1',
    region: 'us-east-1',
    mchid: MCHID,
    appid: 'wx1',
    ...(secrets.alipay_keys === undefined ? {} : { alipay_app_id: APP_ID, alipay_gateway_url: gatewayUrl }),
    tables: { orders: 'o', facts: 'f' },
    queues: { facts: 'f', facts_dead_letter: 'd', key_refresh: 'k' },
    buckets: { reports: 'r' },
    secrets,
    topic_arn: 'arn:aws:sns:us-east-1:000000000000:t',
    functions: {},
    endpoints: {
      dynamodb: endpoint,
      sqs: endpoint,
      sns: endpoint,
      secretsmanager: endpoint,
      s3: endpoint,
      lambda: endpoint,
      operator: endpoint,
    },
    credentials: { access_key_id: 'local', secret_access_key: 'local' },
  }
}
