/** Notifications as WeChat would deliver them, and as it never would. */
import { createNotify } from '#functions/notify/notify.ts'
import { encryptResource } from '#shared/crypto/aead.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { NOW } from '#test/support/orders.ts'
import { sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'
import type { PlatformKeyPair } from '#test/support/wechat-keys.ts'
import { merchant, payment, platform, refund, setUp } from '#test/support/notifying.ts'

export interface Changes {
  readonly envelope?: object
  readonly resource?: object
  readonly content?: object
  readonly aad?: string
  readonly event_type?: string
  /** Of the signed headers, the signing key, the bytes and the clock, after all was sealed and signed. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly signer?: Pick<PlatformKeyPair, 'serial' | 'privateKey'>
  readonly body?: (sealed: Buffer) => Uint8Array
  readonly signedAt?: number
  readonly apiV3Key?: typeof merchant.apiV3Key
  readonly route?: 'payment' | 'refund'
  /** What the merchant trusts. */
  readonly ring?: KeyRing
}

/** Seals and signs a notification as WeChat does, changed as told, and delivers it. */
export async function delivered({
  envelope,
  resource,
  content,
  aad,
  event_type = 'TRANSACTION.SUCCESS',
  headers = {},
  signer = platform.certificate,
  body: spoil = (sealed) => sealed,
  signedAt = NOW,
  apiV3Key = merchant.apiV3Key,
  route,
  ring = platform.ring,
}: Changes) {
  const { deps, world } = setUp(async () => ring)
  const kind = event_type.startsWith('REFUND') ? 'refund' : 'payment'
  const told = { ...(kind === 'payment' ? payment : refund), ...content }
  const sealed = JSON.parse(sealNotification({ apiV3Key, content: told, event_type })) as {
    resource: { associated_data: string }
  }
  const again = encryptResource(apiV3Key, JSON.stringify(told), {
    nonce: 'fdasfjihihih',
    associated_data: aad ?? sealed.resource.associated_data,
  })
  const body = Buffer.from(
    JSON.stringify({ ...sealed, resource: { ...sealed.resource, ...again, ...resource }, ...envelope }),
  )
  const delivery = {
    kind: route ?? kind,
    headers: { ...signedHeaders(signer, body, { now: signedAt }), ...headers },
    body: spoil(body),
  }
  return { result: await createNotify(deps)(delivery, world.logger), world }
}
