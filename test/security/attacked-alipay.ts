/**
 * The handler of notify-alipay behind the gateway, over the tables and the queue of the running stack. Its secrets are in a Secrets
 * Manager of its own, and what it calls Alipay answers as the attack says.
 */
import fs from 'node:fs'
import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { serviceVariables } from '#local/cloud/service-endpoints.ts'
import { startSecretsManager } from '#local/cloud/secrets-manager.ts'
import { startGateway } from '#local/gateway/gateway.ts'
import { formatAlipaySettings } from '#shared/alipay-settings.ts'
import { createSecretsManagerClient } from '#shared/aws/clients.ts'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import {
  ACCOUNT,
  ALIPAY,
  APP,
  APP_ID,
  formOf,
  PAID,
  SELLER_ID,
  signedFields,
} from '#test/alipay/alipay-keys.ts'
import type { Fields } from '#test/alipay/alipay-keys.ts'
import { writingLines } from '#test/support/captured-lines.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { startPeer } from '#test/support/wechat-peer.ts'
import type { AttackedStack } from './attacked-stack.ts'
import { sendRaw } from './raw-http.ts'
import type { RawAnswer } from './raw-http.ts'

const ALIPAY_ROUTE = '/alipay/notify'
export const TAKEN = { status: 200, body: 'success' }
const FUNCTION = 'notify-alipay'
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' }

export type AttackedAlipay = Awaited<ReturnType<typeof attackedAlipay>>

/** Secrets as an operator fills them. @returns their names, and where they are. */
async function filledSecrets(region: string) {
  const server = await startSecretsManager({
    arnOf: (name) => `arn:aws:secretsmanager:${region}:000000000000:secret:${name}`,
  })
  const client = createSecretsManagerClient({ region, endpoint: server.endpoint, credentials: CREDENTIALS })
  const values = {
    signing: { private_key: APP.privatePem },
    keys: { keys: [{ kind: 'public_key', pem: ALIPAY.publicPem }] },
  }
  for (const [Name, value] of Object.entries(values))
    await client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }))
  client.destroy()
  return server
}

export async function attackedAlipay({ stack }: AttackedStack) {
  const { region, endpoints, tables, queues } = stack.description
  const [peer, secrets, gateway] = await Promise.all([startPeer(), filledSecrets(region), startGateway(0)])
  const variables = {
    ...serviceVariables({
      region,
      credentials: CREDENTIALS,
      endpoints: { ...endpoints, secretsmanager: secrets.endpoint },
    }),
    WXPAY_STAGE: 'dev',
    FACTS_TABLE_NAME: tables.facts,
    FACT_QUEUE_URL: queues.facts,
    ALIPAY_SIGNING_SECRET_ID: 'signing',
    ALIPAY_KEYS_SECRET_ID: 'keys',
    WXPAY_ALIPAY: formatAlipaySettings({
      appId: APP_ID,
      sellerId: SELLER_ID,
      gatewayUrl: `${peer.origin}/gateway.do`,
    }),
  }
  // What vitest stubs and spies on is over after one test; these are the handler's for as long as it is attacked.
  const before = { ...process.env }
  Object.assign(process.env, variables)
  const lines: string[] = []
  const write = fs.writeSync
  fs.writeSync = writingLines((line) => lines.push(line))
  const { handler } = await import('#functions/notify-alipay/handler.ts')
  gateway.serve({
    api: {
      apiId: 'attacked',
      domainName: 'attacked.example',
      stage: '$default',
      routes: [
        { key: `POST ${ALIPAY_ROUTE}`, functionName: FUNCTION, requiresIam: false, timeoutMs: 30_000 },
      ],
      limitsOf: () => undefined,
    },
    invoke: async (_, event) => {
      const answer: unknown = await handler(JSON.parse(event), lambdaContext())
      return { ok: true, payload: JSON.stringify(answer) }
    },
    credentials: CREDENTIALS,
    region,
    requireIam: true,
    throttle: false,
  })
  let count = 0
  const isStored = async (fact_key: string): Promise<boolean> => {
    const Key = { fact_key: { S: fact_key } }
    const { Item } = await stack.clients.dynamodb.send(
      new GetItemCommand({ TableName: tables.facts, Key, ConsistentRead: true }),
    )
    return Item !== undefined
  }
  const send = (
    body: Uint8Array | string,
    { method = 'POST', ...headers }: Readonly<Record<string, string>> = {},
  ): Promise<RawAnswer> =>
    sendRaw({
      url: gateway.url + ALIPAY_ROUTE,
      method,
      headers: Object.entries({
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        ...headers,
      }),
      body: Buffer.from(body),
    })
  return {
    peer,
    lines,
    isStored,
    send,
    /** What Alipay sees of the answer. */
    async answered(sent: Uint8Array | string) {
      const { status, body } = await send(sent)
      return { status, body }
    },
    /** What a payment says that nobody has told before. */
    fresh(more: Fields = {}): Fields {
      count += 1
      const number = String(count).padStart(4, '0')
      return { ...PAID, notify_id: `attack${number}`, out_trade_no: `ALIPAY-${number}`, ...more }
    },
    genuine: (fields: Fields): Buffer => formOf(signedFields(fields)),
    /** All of them, as text. */
    async storedFacts(): Promise<string> {
      const { Items } = await stack.clients.dynamodb.send(
        new ScanCommand({ TableName: tables.facts, ConsistentRead: true }),
      )
      return JSON.stringify(Items)
    },
    paymentStored: (number: string) => isStored(paymentFactKey(ACCOUNT, number, 'SUCCESS')),
    refundStored: (number: string) => isStored(refundFactKey(ACCOUNT, number, 'SUCCESS')),
    async stop(): Promise<void> {
      fs.writeSync = write
      for (const name of Object.keys(variables)) delete process.env[name]
      Object.assign(process.env, before)
      await Promise.all([gateway.stop(), peer.close(), secrets.stop()])
    },
  }
}
