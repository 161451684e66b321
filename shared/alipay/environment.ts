/** What a function is told of Alipay, where the stage has it: all of it or nothing. */
import { parseAlipaySettings } from '#shared/alipay-settings.ts'
import type { AlipaySettings } from '#shared/alipay-settings.ts'
import { AppError } from '#shared/errors.ts'
import { alipayAccount } from '#shared/facts/account.ts'

export interface AlipayEnvironment extends AlipaySettings {
  readonly account: string
  readonly signingSecretId: string
  readonly keysSecretId: string
}

type Variables = Readonly<Record<string, string | undefined>>

/** @throws AppError `config_invalid` that names what is wrong, and never its value. */
export function readAlipayEnvironment(env: Variables): AlipayEnvironment | undefined {
  const settings = readAlipaySettings(env)
  if (settings === undefined) return undefined
  const { ALIPAY_SIGNING_SECRET_ID: signingSecretId, ALIPAY_KEYS_SECRET_ID: keysSecretId } = env
  if (!signingSecretId || !keysSecretId)
    throw wrong('ALIPAY_SIGNING_SECRET_ID and ALIPAY_KEYS_SECRET_ID must be given with WXPAY_ALIPAY')
  return { ...settings, signingSecretId, keysSecretId }
}

/** For functions that call nobody: whose orders they are. */
export function readAlipaySettings(
  env: Variables,
): (AlipaySettings & { readonly account: string }) | undefined {
  const text = env['WXPAY_ALIPAY'] ?? ''
  if (text === '') return undefined
  const settings = parseAlipaySettings(text)
  if (settings === undefined) throw wrong('WXPAY_ALIPAY must be the settings of Alipay as JSON')
  return { ...settings, account: alipayAccount(settings.appId) }
}

function wrong(rule: string): AppError {
  return new AppError('config_invalid', `environment: ${rule}`)
}
