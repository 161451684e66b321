/** All that deployed handlers meet, on this machine: real tables and secrets, and a WeChat whose answers a test decides. */
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import { startSecretsManager } from '#local/cloud/secrets-manager.ts'
import { createSecretsManagerClient } from '#shared/aws/clients.ts'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderStore, DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { createDynamoSwitches } from '#shared/stores/dynamo-switches.ts'
import { createIndexedTable, testClient } from '#test/stores/engines.ts'
import { APPID, MCHID } from './orders.ts'
import { makeMerchant, makePlatformCertificate } from './wechat-keys.ts'
import { startPeer } from './wechat-peer.ts'

export type HandlerWorld = Awaited<ReturnType<typeof startHandlerWorld>>

/** Starts it; `environment` tells the handlers where it is. `more` are secrets by their names. */
export async function startHandlerWorld(more: Readonly<Record<string, string>> = {}) {
  const [dynamo, secrets, wechat] = await Promise.all([
    startDynamoDb(),
    startSecretsManager({ arnOf: (name) => name }),
    startPeer(),
  ])
  const client = testClient(dynamo.endpoint)
  const [orders, facts] = await Promise.all([
    createIndexedTable(client, DUE_INDEX),
    createIndexedTable(client, PENDING_INDEX),
  ])
  const keys = { merchant: makeMerchant(MCHID), platform: makePlatformCertificate() }
  const places = { dynamo: dynamo.endpoint, secrets: secrets.endpoint, wechat: wechat.origin, orders, facts }
  const operator = createSecretsManagerClient({ ...AWS, endpoint: secrets.endpoint })
  for (const [name, text] of Object.entries({ ...secretsOf(keys), ...more })) {
    secrets.createShell({ name, arn: name })
    await operator.send(new PutSecretValueCommand({ SecretId: name, SecretString: text }))
  }
  return {
    ...keys,
    wechat,
    environment: environmentOf(places),
    orders: createDynamoOrderStore({ client, tableName: orders, readFact: async () => undefined }),
    facts: createDynamoFactStore({ client, tableName: facts }),
    switchesOf: (mchid: string) => createDynamoSwitches({ client, tableName: orders, mchid }),
    secretReads: () => secrets.requests.get('GetSecretValue') ?? 0,
    stop: async () => {
      client.destroy()
      operator.destroy()
      await Promise.all([dynamo.stop(), secrets.stop(), wechat.close()])
    },
  }
}

const AWS = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }

interface Places {
  readonly dynamo: string
  readonly secrets: string
  readonly wechat: string
  readonly orders: string
  readonly facts: string
}

function environmentOf({ dynamo, secrets, wechat, orders, facts }: Places) {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamo,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
    WXPAY_STAGE: 'test',
    WXPAY_ORDER_FORM: '1',
    WXPAY_FIRST_LOOK_SECONDS: '60',
    WXPAY_REFUND_RULES: '{}',
    WXPAY_MCHID: MCHID,
    WXPAY_APPIDS: APPID,
    WXPAY_NOTICE_TYPES: 'none',
    WXPAY_NOTIFY_BASE_URL: 'https://pay.example.com',
    WXPAY_API_URL: wechat,
    WXPAY_API_BACKUP_URL: wechat,
    ORDERS_TABLE_NAME: orders,
    FACTS_TABLE_NAME: facts,
    FACT_QUEUE_URL: `${wechat}/facts`,
    EVENT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:events',
    KEY_REFRESH_QUEUE_URL: `${wechat}/refreshes`,
    MERCHANT_SIGNING_SECRET_ID: 'merchant-signing',
    APIV3_KEY_SECRET_ID: 'apiv3-key',
    PLATFORM_KEYS_SECRET_ID: 'platform-keys',
  } as const
}

function secretsOf({ merchant, platform }: Pick<HandlerWorld, 'merchant' | 'platform'>) {
  return {
    'merchant-signing': JSON.stringify({
      serial_no: merchant.signer.serialNo,
      private_key: merchant.privatePem,
    }),
    'apiv3-key': JSON.stringify({ current: merchant.apiV3KeyText }),
    'platform-keys': JSON.stringify({ keys: [platform.record] }),
  }
}
