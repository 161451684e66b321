/** The ports that the handler of the sweep gets, from its environment, between a real Secrets Manager stand-in and a real WeChat peer. */
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startSecretsManager } from '#local/cloud/secrets-manager.ts'
import type { SecretsManagerServer } from '#local/cloud/secrets-manager.ts'
import { createSecretsManagerClient } from '#shared/aws/clients.ts'
import { sweepPorts } from '#shared/lambda/sweep-ports.ts'
import { silentLogger } from '#shared/log.ts'
import { channelFor } from '#shared/orders/channels.ts'
import { makeMerchant, makePlatformKeys } from '#test/support/wechat-keys.ts'
import { failed, startPeer } from '#test/support/wechat-peer.ts'
import type { WechatPeer } from '#test/support/wechat-peer.ts'

const merchant = makeMerchant()
const platform = makePlatformKeys()
const secrets = {
  signing: { serial_no: merchant.signer.serialNo, private_key: merchant.privatePem },
  platform: {
    keys: [{ serial: platform.publicKey.serial, kind: 'public_key', pem: platform.publicKey.publicPem }],
  },
}
const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`

let server: SecretsManagerServer
let peer: WechatPeer
beforeAll(async () => {
  server = await startSecretsManager({ arnOf })
  peer = await startPeer()
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = createSecretsManagerClient({ endpoint: server.endpoint, region: 'us-east-1', credentials })
  for (const [name, value] of Object.entries(secrets)) {
    server.createShell({ name, arn: arnOf(name) })
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(value) }))
  }
  client.destroy()
})
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await Promise.all([server.stop(), peer.close()])
})

describe('the ports of the sweep', () => {
  it('make each call once, and through the budget that its turn ends with', async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint)
    const { channels, budget } = sweepPorts(
      {
        wechat: {
          WXPAY_MCHID: merchant.mchid,
          WXPAY_API_URL: peer.origin,
          WXPAY_API_BACKUP_URL: peer.origin,
          MERCHANT_SIGNING_SECRET_ID: 'signing',
          PLATFORM_KEYS_SECRET_ID: 'platform',
        },
        told: {},
        WXPAY_ORDER_FORM: '1',
        ORDERS_TABLE_NAME: 'orders',
        FACTS_TABLE_NAME: 'facts',
        FACT_QUEUE_URL: `${server.endpoint}/facts`,
      },
      { logger: silentLogger, metrics: { put: () => {} } },
    )
    peer.answer(failed(500, 'SYSTEM_ERROR'))
    await expect(channelFor(channels, merchant.mchid).queryOrder('ORDER-1')).rejects.toMatchObject({
      code: 'server_error',
    })
    expect(peer.requests).toHaveLength(1)
    expect(budget.quietFrom).toBeGreaterThan(0)
  })
})
