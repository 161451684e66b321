/** Refreshes the platform keys: downloads WeChat's certificates, keeps every valid one, writes only when the set changed. */
import type { Clock } from '#shared/clock.ts'
import { normalPem } from '#shared/crypto/pem.ts'
import { normalSerial } from '#shared/crypto/serial.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { AppError } from '#shared/errors.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { PlatformCertificate, WechatPay } from '#shared/wechat/wechat-pay.ts'
import { checkCertificate } from './certificate-check.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export interface RotateCertsDeps {
  readonly wechat: Pick<WechatPay, 'downloadCertificates'>
  /** The records in force; empty when the secret was never filled. */
  readonly load: () => Promise<readonly PlatformKeyRecord[]>
  readonly save: (records: readonly PlatformKeyRecord[]) => Promise<void>
  /** The merchant API certificate (PEM), where the operator stored it. */
  readonly merchantCertificate: () => Promise<string | undefined>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * Creates the operation.
 *
 * @throws AppError `key_unavailable` when no usable key would be left (nothing is written), or why WeChat could not be asked.
 */
export function createRotateCerts(deps: RotateCertsDeps) {
  return async (call: CallOptions): Promise<void> => {
    const [current, downloaded] = await Promise.all([deps.load(), downloadedCertificates(deps, call)])
    const now = deps.clock.now()
    const next = merge(deps, { current, downloaded, now })
    if (next.length === 0)
      throw new AppError(
        'key_unavailable',
        'WeChat gave no usable platform certificate and no public key is stored',
      )
    if (!sameSet(current, next)) {
      await deps.save(next)
      deps.logger.info('PLATFORM_KEYS_CHANGED', { count: next.length })
    }
    reportExpiry(deps, next, now)
    await reportMerchantExpiry(deps, now)
    deps.metrics.put('RotationCompleted')
  }
}

async function downloadedCertificates(
  { wechat, logger }: RotateCertsDeps,
  call: CallOptions,
): Promise<readonly PlatformCertificate[]> {
  try {
    const certificates = await wechat.downloadCertificates(call)
    if (certificates.length === 0) logger.info('NO_PLATFORM_CERTIFICATES')
    return certificates
  } catch (error) {
    throw error instanceof ChannelError ? appErrorOf(error) : error
  }
}

interface Merging {
  readonly current: readonly PlatformKeyRecord[]
  readonly downloaded: readonly PlatformCertificate[]
  readonly now: number
}

/** Public keys stay (only the operator has them); certificates stay until they expire, because retries may carry old signatures. */
function merge(
  { logger }: RotateCertsDeps,
  { current, downloaded, now }: Merging,
): readonly PlatformKeyRecord[] {
  const fresh = downloaded.flatMap(({ serial_no, pem }): PlatformKeyRecord[] => {
    const problem = checkCertificate({ serial_no, pem }, now)
    if (problem === undefined) return [{ serial: serial_no, kind: 'certificate', pem: normalPem(pem) }]
    logger.error('PLATFORM_CERTIFICATE_REFUSED', { serial: serial_no, reason: problem })
    return []
  })
  const known = current.filter(({ kind, pem }) => kind === 'public_key' || expiryOf(pem) > now)
  return [...new Map([...known, ...fresh].map((record) => [normalSerial(record.serial), record])).values()]
}

/** Same serials with the same content: a stored certificate that was damaged counts as a change. */
function sameSet(before: readonly PlatformKeyRecord[], after: readonly PlatformKeyRecord[]): boolean {
  const known = new Map(before.map(({ serial, pem }) => [serial, pem]))
  return before.length === after.length && after.every(({ serial, pem }) => known.get(serial) === pem)
}

function reportExpiry(
  { logger, metrics }: RotateCertsDeps,
  records: readonly PlatformKeyRecord[],
  now: number,
): void {
  for (const { serial, kind, pem } of records) {
    if (kind !== 'certificate') continue
    const days = daysUntil(expiryOf(pem), now)
    logger.info('PLATFORM_KEY_EXPIRY', { serial, days })
    metrics.put('PlatformKeyDaysToExpiry', days)
  }
}

async function reportMerchantExpiry(
  { merchantCertificate, logger, metrics }: RotateCertsDeps,
  now: number,
): Promise<void> {
  const pem = await merchantCertificate()
  if (pem === undefined) return
  const { serial, notAfter } = loadCertificate(pem)
  const days = daysUntil(notAfter, now)
  logger.info('MERCHANT_CERTIFICATE_EXPIRY', { serial, days })
  metrics.put('MerchantCertificateDaysToExpiry', days)
}

/** An unreadable stored certificate counts as expired: it can verify nothing. */
function expiryOf(pem: string): number {
  try {
    return loadCertificate(pem).notAfter
  } catch {
    return 0
  }
}

function daysUntil(time: number, now: number): number {
  return Math.floor((time - now) / DAY_MS)
}
