/** The secrets of WeChat Pay, and what a client of it is made of. No I/O happens here. */
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import { systemClock } from '#shared/clock.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import type { Logger } from '#shared/log.ts'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import {
  parseApiV2Keys,
  parseApiV3Keys,
  parseMerchantSigning,
  parsePlatformKeys,
} from '#shared/secrets/secret-keys.ts'
import type { WechatPayDeps } from '#shared/wechat/v3/wechat-pay-client.ts'
import { sqs } from './queue-ports.ts'
import { secret, secretsManager } from './secret-ports.ts'

/** For whoever sees unknown serials. */
export function keyRefreshPort(env: { readonly KEY_REFRESH_QUEUE_URL: string }, logger: Logger) {
  return createSqsKeyRefresh({
    client: sqs(),
    queueUrl: env.KEY_REFRESH_QUEUE_URL,
    clock: systemClock,
    logger,
  })
}

/** The platform keys, as notify and everyone who calls WeChat verifies with. */
export function platformKeys(env: { readonly PLATFORM_KEYS_SECRET_ID: string }, logger: Logger) {
  return secret({
    secretId: env.PLATFORM_KEYS_SECRET_ID,
    purpose: 'platform-keys',
    parse: (text) => parsePlatformKeys(text, (reason) => logger.error('PLATFORM_KEY_REFUSED', { reason })),
    logger,
  })
}

/** The platform keys to be refreshed: read afresh, written under the version that was read. */
export function platformKeysSecret(env: { readonly PLATFORM_KEYS_SECRET_ID: string }) {
  return createPlatformKeysSecret({ client: secretsManager(), secretId: env.PLATFORM_KEYS_SECRET_ID })
}

/** The APIv3 keys, current one first. */
export function apiV3Keys(env: { readonly APIV3_KEY_SECRET_ID: string }, logger: Logger) {
  return secret({ secretId: env.APIV3_KEY_SECRET_ID, purpose: 'apiv3-key', parse: parseApiV3Keys, logger })
}

/** The APIv2 keys, current one first; for the notices of refunds alone. */
export function apiV2Keys(env: { readonly APIV2_KEY_SECRET_ID: string }, logger: Logger) {
  return secret({ secretId: env.APIV2_KEY_SECRET_ID, purpose: 'apiv2-key', parse: parseApiV2Keys, logger })
}

/** The merchant's signing key and certificate. */
function merchantSigning(env: { readonly MERCHANT_SIGNING_SECRET_ID: string }, logger: Logger) {
  return secret({
    secretId: env.MERCHANT_SIGNING_SECRET_ID,
    purpose: 'merchant-signing',
    parse: parseMerchantSigning,
    logger,
  })
}

export interface WechatEnvironment {
  readonly WXPAY_MCHID: string
  readonly WXPAY_API_URL: string
  readonly WXPAY_API_BACKUP_URL: string
  readonly MERCHANT_SIGNING_SECRET_ID: string
  readonly PLATFORM_KEYS_SECRET_ID: string
}

/** What a WeChat client needs, and the one source of the signing secret for whoever reads more of it. */
export function wechatDeps(env: WechatEnvironment, logger: Logger) {
  const keys = platformKeys(env, logger)
  const signing = merchantSigning(env, logger)
  const deps: WechatPayDeps = {
    mchid: env.WXPAY_MCHID,
    apiUrls: [env.WXPAY_API_URL, env.WXPAY_API_BACKUP_URL],
    keyRing: () => keys.get(),
    // An answer of WeChat that nobody else could have sent: almost at once.
    reloadKeyRing: () => keys.refresh(1000),
    signer: async () => ({ ...(await signing.get()), mchid: env.WXPAY_MCHID }),
    transport: createHttpTransport(),
    clock: systemClock,
    logger,
  }
  return { ...deps, signing }
}
