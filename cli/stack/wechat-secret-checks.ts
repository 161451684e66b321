/** Checks the secrets of WeChat Pay in a stack: there, well-formed, belonging together, not about to expire. Shows no value. */
import {
  isSameKey,
  kindOf,
  loadCertificate,
  loadPublicKey,
  privateKeyPem,
  publicHalf,
} from '#shared/crypto/keys.ts'
import type { PublicKey } from '#shared/crypto/keys.ts'
import { ringOfUsable } from '#shared/secrets/secret-keys.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { attempt, fail, ok, warn, type Check } from './check.ts'
import { expiryOf } from './expiry-check.ts'
import { checkMerchantPair } from '#cli/setup/merchant-keys.ts'
import { hasApiV2Key, readApiV3Keys, readMerchantSigning, readPlatformKeys } from './stack-keys.ts'
import type { WechatStack } from './stack-access.ts'

export async function checkWechatSecrets(stack: WechatStack, now: number): Promise<readonly Check[]> {
  const remedy = `fill it with wxpay setup --stack ${stack.name}`
  const groups = await Promise.all([
    attempt('merchant-signing', remedy, () => merchantSigning(stack, now)),
    attempt('apiv3-key', remedy, () => apiV3Key(stack)),
    attempt('apiv2-key', remedy, () => apiV2Key(stack)),
    attempt('platform-keys', remedy, () => platformKeys(stack, now)),
  ])
  return groups.flat()
}

async function merchantSigning(stack: WechatStack, now: number): Promise<readonly Check[]> {
  const name = 'merchant-signing'
  const { certificate, privateKey, clientKey, serialNo } = await readMerchantSigning(stack)
  if (certificate === undefined) {
    return [
      warn(
        name,
        `signs with the serial ${serialNo}; its certificate is not stored, so nobody sees it expire`,
        `add it: wxpay setup --stack ${stack.name}`,
      ),
    ]
  }
  checkMerchantPair(
    { privateKeyPem: privateKeyPem(privateKey), certificatePem: certificate },
    { mchid: stack.mchid, serial: serialNo, now },
  )
  return [
    ...(kindOf(privateKey) === 'sm2' && clientKey === undefined ? [NO_CLIENT_KEY] : []),
    ok(
      name,
      `${kindOf(privateKey).toUpperCase()} key, certificate and serial ${serialNo} belong together and to the merchant ${stack.mchid}`,
    ),
    expiryOf('merchant certificate', loadCertificate(certificate), {
      now,
      remedy: 'apply for a new one in the merchant platform (账户中心 > API安全), then wxpay setup',
    }),
  ]
}

const NO_CLIENT_KEY = warn(
  'merchant-signing',
  'it signs with SM2 and has no RSA key beside: JSAPI and App payments cannot be handed to the payer',
  'give apiclient_key.pem of the RSA certificate: wxpay setup --client-key (not needed for Native and H5)',
)

async function apiV3Key(stack: WechatStack): Promise<Check> {
  const keys = await readApiV3Keys(stack)
  return ok(
    'apiv3-key',
    keys.length === 1 ? 'well-formed' : 'well-formed, with the previous key for late notifications',
  )
}

async function apiV2Key(stack: WechatStack): Promise<Check> {
  const name = 'apiv2-key'
  if (await hasApiV2Key(stack)) return ok(name, 'well-formed')
  return ok(
    name,
    'none, which is right unless people refund on the merchant platform: WeChat tells of that in APIv2 alone',
  )
}

async function platformKeys(stack: WechatStack, now: number): Promise<readonly Check[]> {
  const records = await readPlatformKeys(stack)
  if (records.length === 0) {
    return [
      fail(
        'platform-keys',
        'there is no key in it, so nothing of WeChat can be verified',
        'download the certificates with wxpay keys rotate, or enter the WeChat Pay public key with wxpay setup',
      ),
    ]
  }
  const own = await ownPublicKey(stack)
  return [...lackingKind(records, own), ...records.map((record) => platformKey(record, { now, own }))]
}

/** WeChat answers in the kind that it is asked in. */
function lackingKind(records: readonly PlatformKeyRecord[], own: PublicKey | undefined): readonly Check[] {
  const kinds = ringOfUsable(records).keys.map(({ publicKey }) => kindOf(publicKey))
  if (own === undefined || kindOf(own) !== 'sm2' || kinds.includes('sm2')) return []
  return [
    // No fault yet: setup comes first, and the certificates after it.
    warn(
      'platform-keys',
      'requests are signed with SM2, and no key of WeChat is of SM2: its answers cannot be verified',
      'download the certificates of both kinds with wxpay keys rotate',
    ),
  ]
}

/** The public half of the merchant's key; undefined where that cannot be read, which is told elsewhere. */
async function ownPublicKey(stack: WechatStack): Promise<PublicKey | undefined> {
  try {
    return publicHalf((await readMerchantSigning(stack)).privateKey)
  } catch {
    return undefined
  }
}

function platformKey(
  { serial, kind, pem }: PlatformKeyRecord,
  { now, own }: { readonly now: number; readonly own: PublicKey | undefined },
): Check {
  if (kind === 'certificate') {
    return expiryOf('platform certificate', loadCertificate(pem), {
      now,
      remedy: 'wxpay keys rotate; if it stays, read the log of rotate-certs',
    })
  }
  const key = loadPublicKey(pem)
  if (own !== undefined && isSameKey(own, key)) {
    return fail(
      'WeChat Pay public key',
      `${serial} is the merchant's own public key, with which nothing of WeChat can be verified`,
      'enter pub_key.pem from the merchant platform (账户中心 > API安全 > 微信支付公钥) with wxpay setup',
    )
  }
  return ok('WeChat Pay public key', `${serial}, does not expire`)
}
