/** Builds one attempt of a notification: envelope, encryption, signature, and the faults that spoil it (doc merchant/4012791861). */
import { encryptResource, encryptSm4Resource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { kindOf } from '#shared/crypto/keys.ts'
import { beijingTime } from './beijing-time.ts'
import type { AttemptFault } from './fault-kinds.ts'
import type { Ids } from './ids.ts'
import type { Keys, Signer } from './keys.ts'
import type { Notice } from './notices.ts'
import { noticeXml } from './notice-xml.ts'
import { asProbe, platformHeaders } from './platform-signature.ts'
import type { Wire } from './views.ts'

export interface BuiltNotification {
  readonly headers: Record<string, string>
  readonly body: string
  readonly serial: string
}

export interface AttemptOptions {
  readonly keys: Keys
  readonly ids: Ids
  readonly signer: Signer
  /** Epoch ms; the signature's time. */
  readonly now: number
  readonly faults: readonly AttemptFault[]
}

/** Builds headers and body, encrypted and signed afresh. */
export function buildNotification(
  notice: Notice,
  { keys, ids, signer, now, faults }: AttemptOptions,
): BuiltNotification {
  if (notice.v2 !== undefined) return { ...noticeXml(notice.resource, notice.v2, { keys, ids }), serial: '' }
  const has = (kind: AttemptFault['kind']): boolean => faults.some((fault) => fault.kind === kind)
  const resource = faults.reduce(spoilResource, notice.resource)
  const key = loadApiV3Key(has('previous_apiv3_key') ? keys.previousApiv3Key : keys.apiv3Key)
  const seal = kindOf(signer.privateKey) === 'sm2' ? encryptSm4Resource : encryptResource
  const sealed = seal(key, JSON.stringify(resource), {
    nonce: ids.text(12),
    associated_data: notice.associatedData ?? notice.originalType,
  })
  const body = JSON.stringify({
    id: notice.id,
    create_time: beijingTime(notice.createdAt),
    resource_type: 'encrypt-resource',
    event_type: has('unknown_event_type') ? 'TRANSACTION.UNHEARD_OF' : notice.eventType,
    summary: notice.summary,
    resource: { original_type: notice.originalType, ...sealed },
  })
  const actual = faults.reduce<Signer>((found, fault) => spoilSigner(keys, found, fault), signer)
  const stale = faults.find((fault) => fault.kind === 'stale_timestamp')
  const timestamp = Math.floor(now / 1000) + (stale?.seconds ?? 0)
  const signature = platformHeaders(actual, Buffer.from(body), { timestamp, nonce: ids.text(32) })
  return {
    headers: {
      'Content-Type': 'application/json',
      Accept: '*/*',
      Pragma: 'no-cache',
      'User-Agent': 'Mozilla/4.0',
      'Request-ID': ids.requestId(0),
      ...(has('probe') ? asProbe(signature) : signature),
    },
    body: has('tampered_body') ? body.replace(/"summary":"[^"]*"/, '"summary":"已被篡改"') : body,
    serial: actual.serial,
  }
}

function spoilResource(resource: Wire, fault: AttemptFault): Wire {
  switch (fault.kind) {
    case 'wrong_amount':
      return spoilAmounts(resource, fault.amount)
    case 'wrong_mchid':
      return spoiled(resource, ['mchid', 'sp_mchid', 'combine_mchid'], '1900000001')
    case 'wrong_appid':
      return spoiled(resource, ['appid', 'sp_appid', 'combine_appid'], 'wx00000000000bad00')
    default:
      return resource
  }
}

/** The first of these fields that is there is another one. */
function spoiled(resource: Wire, names: readonly string[], value: string): Wire {
  const name = names.find((candidate) => candidate in resource)
  return name === undefined ? resource : { ...resource, [name]: value }
}

/** Of orders that are paid together the first is wrong. */
function spoilAmounts(resource: Wire, wanted: number | undefined): Wire {
  const orders: unknown = resource['sub_orders']
  if (!Array.isArray(orders)) return { ...resource, amount: spoilAmount(resource['amount'], wanted) }
  const [first, ...others]: Wire[] = orders
  return {
    ...resource,
    sub_orders: [{ ...first, amount: spoilAmount(first?.['amount'], wanted) }, ...others],
  }
}

/** A payment is wrong in its total, a refund in what was refunded. */
function spoilAmount(amount: unknown, wanted: number | undefined): unknown {
  if (typeof amount !== 'object' || amount === null) return amount
  const old: Record<string, unknown> = { ...amount }
  const field = ['refund', 'total_amount'].find((name) => name in old) ?? 'total'
  return { ...old, [field]: wanted ?? Number(old[field]) + 1 }
}

function spoilSigner(keys: Keys, signer: Signer, fault: AttemptFault): Signer {
  if (fault.kind !== 'foreign_key') return signer
  return fault.serial === 'known'
    ? { serial: signer.serial, privateKey: keys.foreign.privateKey }
    : keys.foreign
}
