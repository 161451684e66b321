/** Control routes of keys: everything an outside program needs to sign and decrypt, rotation, and the signing mode. */
import * as v from 'valibot'
import { beijingTime } from './beijing-time.ts'
import { parseControl } from './control-router.ts'
import type { ControlRoutes } from './control-router.ts'
import type { Ids } from './ids.ts'
import {
  activateCertificate,
  addCertificate,
  addMerchantKey,
  resetApiv3Key,
  retireCertificate,
  retireMerchantKey,
} from './key-rotation.ts'
import { KEY_MODES } from './keys.ts'
import type { KeyMode, Keys } from './keys.ts'
import { createSm2Keys } from './sm2-keys.ts'
import type { Sm2Keys } from './sm2-keys.ts'
import type { Timeline } from './timeline.ts'

/** All key material, as `GET /_control/keys` answers it. */
export interface KeyBundle {
  readonly mchid: string
  readonly appids: readonly string[]
  readonly mode: KeyMode
  readonly public_key_share: number
  readonly apiv3_key: string
  readonly previous_apiv3_key: string
  readonly apiv2_key: string
  /** `private_key_pem` is null when the caller brought the certificate and kept the key. */
  readonly merchant: readonly {
    readonly serial_no: string
    readonly certificate_pem: string
    readonly private_key_pem: string | null
  }[]
  readonly platform: {
    readonly signing_serial_no: string
    readonly certificates: readonly {
      readonly serial_no: string
      readonly certificate_pem: string
      readonly private_key_pem: string
      readonly effective_time: string
      readonly expire_time: string
    }[]
  }
  readonly public_key: {
    readonly id: string
    readonly public_key_pem: string
    readonly private_key_pem: string
  }
  readonly root_certificate_pem: string
  /** Null for a merchant that has not applied for 国密. */
  readonly sm2: {
    readonly notifies: boolean
    readonly merchant: Sm2Pair
    readonly platform: Sm2Pair
  } | null
}

interface Sm2Pair {
  readonly serial_no: string
  readonly certificate_pem: string
  readonly private_key_pem: string
}

export interface KeyDeps {
  readonly mchid: string
  readonly appids: readonly string[]
  readonly keys: Keys
  readonly ids: Ids
  readonly timeline: Timeline
}

/** Shows all key material. */
export function keyBundle({ mchid, appids, keys }: Pick<KeyDeps, 'mchid' | 'appids' | 'keys'>): KeyBundle {
  return {
    mchid,
    appids,
    mode: keys.mode,
    public_key_share: keys.publicKeyShare,
    apiv3_key: keys.apiv3Key,
    previous_apiv3_key: keys.previousApiv3Key,
    apiv2_key: keys.apiv2Key,
    merchant: keys.merchant.map(({ serial, certificatePem, privateKeyPem }) => ({
      serial_no: serial,
      certificate_pem: certificatePem,
      private_key_pem: privateKeyPem ?? null,
    })),
    platform: {
      signing_serial_no: keys.signingSerial,
      certificates: keys.platform.map(({ serial, certificatePem, privateKeyPem, notBefore, notAfter }) => ({
        serial_no: serial,
        certificate_pem: certificatePem,
        private_key_pem: privateKeyPem,
        effective_time: beijingTime(notBefore),
        expire_time: beijingTime(notAfter),
      })),
    },
    public_key: {
      id: keys.publicKey.id,
      public_key_pem: keys.publicKey.publicKeyPem,
      private_key_pem: keys.publicKey.privateKeyPem,
    },
    root_certificate_pem: keys.rootCertificatePem,
    sm2: keys.sm2 === undefined ? null : sm2Bundle(keys.sm2),
  }
}

function sm2Bundle({ notifies, merchant, platform }: Sm2Keys): KeyBundle['sm2'] {
  const pair = ({ serial, certificatePem, privateKeyPem }: Sm2Keys['merchant']): Sm2Pair => ({
    serial_no: serial,
    certificate_pem: certificatePem,
    private_key_pem: privateKeyPem,
  })
  return { notifies, merchant: pair(merchant), platform: pair(platform) }
}

const serialSchema = v.strictObject({ serial_no: v.string() })
const sm2Schema = v.strictObject({ notifies: v.optional(v.boolean(), true) })
const addSchema = v.strictObject({ activate: v.optional(v.boolean(), false) })
const modeSchema = v.strictObject({
  mode: v.picklist(KEY_MODES),
  public_key_share: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
})

/** Routes of keys; each answers the whole bundle as it is afterwards. */
export function keyRoutes({ mchid, appids, keys, ids, timeline }: KeyDeps): ControlRoutes {
  const bundle = (): KeyBundle => keyBundle({ mchid, appids, keys })
  return {
    'GET /_control/keys': bundle,
    'POST /_control/keys/mode'({ body }) {
      const { mode, public_key_share: share } = parseControl(modeSchema, body)
      keys.mode = mode
      keys.publicKeyShare = share ?? keys.publicKeyShare
      return bundle()
    },
    async 'POST /_control/keys/certificates'({ body }) {
      const { activate } = parseControl(addSchema, body)
      const { serial } = await addCertificate(keys, timeline.wall())
      if (activate) activateCertificate(keys, serial)
      return bundle()
    },
    'POST /_control/keys/certificates/activate'({ body }) {
      activateCertificate(keys, parseControl(serialSchema, body).serial_no)
      return bundle()
    },
    'POST /_control/keys/certificates/retire'({ body }) {
      retireCertificate(keys, parseControl(serialSchema, body).serial_no)
      return bundle()
    },
    async 'POST /_control/keys/sm2'({ body }) {
      const { notifies } = parseControl(sm2Schema, body)
      keys.sm2 ??= await createSm2Keys(mchid, timeline.wall())
      keys.sm2.notifies = notifies
      return bundle()
    },
    'POST /_control/keys/apiv3/reset'() {
      resetApiv3Key(keys, ids)
      return bundle()
    },
    async 'POST /_control/keys/merchant'() {
      await addMerchantKey(keys, mchid, timeline.wall())
      return bundle()
    },
    'POST /_control/keys/merchant/retire'({ body }) {
      retireMerchantKey(keys, parseControl(serialSchema, body).serial_no)
      return bundle()
    },
  }
}
