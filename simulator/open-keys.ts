/** The keys that a simulator starts with: those of an earlier run, or new ones. */
import type { Ids } from './ids.ts'
import { restoreKeys } from './keys-state.ts'
import { createKeys, givenMerchant } from './keys.ts'
import type { Keys } from './keys.ts'
import type { SimulatorOptions } from './simulator-options.ts'
import { createSm2Keys } from './sm2-keys.ts'
import { UsageError } from './usage-error.ts'

/** What the options give goes before what was kept. @throws UsageError for the state of another merchant, KeyError */
export async function openKeys(options: SimulatorOptions, ids: Ids, now: number): Promise<Keys> {
  const {
    mchid,
    state,
    sm2 = false,
    apiv3Key,
    mode,
    publicKeyShare,
    merchantCertificatePem,
    merchantPrivateKeyPem,
  } = options
  const given = {
    mchid,
    mode: mode ?? state?.keys.mode ?? 'certificate',
    publicKeyShare: publicKeyShare ?? state?.keys.publicKeyShare ?? 0.5,
    apiv3Key: apiv3Key ?? state?.keys.apiv3Key,
    merchantCertificatePem,
    merchantPrivateKeyPem,
    sm2,
  }
  if (state === undefined) return createKeys(given, ids, now)
  if (state.mchid !== mchid) {
    throw new UsageError(`the state is that of merchant ${state.mchid}, and --mchid is ${mchid}`)
  }
  const keys = await restoreKeys(state.keys)
  const own = givenMerchant(given)
  return {
    ...keys,
    mode: given.mode,
    publicKeyShare: given.publicKeyShare,
    apiv3Key: given.apiv3Key ?? keys.apiv3Key,
    merchant: own === undefined ? keys.merchant : [own],
    sm2: keys.sm2 ?? (sm2 ? await createSm2Keys(mchid, now) : undefined),
  }
}
